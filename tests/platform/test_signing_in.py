"""Signing in and out by password (Product rules, section 7), as somebody outside sees it."""

import json
import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from accounts.models import AuditEvent, User
from accounts.people import create_person
from accounts.signin import AccountAdapter
from tests.platform.page import PASSWORD, Page

SIGN_IN = "/accounts/login/"
NOT_OFFERED = (
    "signup inactive email set_password reset_password_done reset_password_from_key reset_password_from_key_done "
    " confirm_email email_verification_sent"
).split()


def sign_in(client: Client, address: str, password: str = PASSWORD, **more: str) -> Page:
    """Send the sign-in form."""
    return client.post(SIGN_IN, {"login": address, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    """Tell whether the browser's session belongs to a person."""
    return SESSION_KEY in client.session


def test_person_signs_in_with_address_and_password_and_arrives_at_the_start(client: Client, anna: User) -> None:
    answer = sign_in(client, anna.email)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/licenses/").status_code == 200


@pytest.mark.parametrize("typed", ["ANNA@acme.example", "  anna@ACME.Example ", "Anna@acme.example"])
def test_case_and_blanks_around_the_address_do_not_matter(client: Client, anna: User, typed: str) -> None:
    assert sign_in(client, typed).status_code == 302


def test_domain_outside_of_ascii_finds_its_person(client: Client, db: None) -> None:
    create_person("uwe@bücher.example", "Uwe", password=PASSWORD)
    assert sign_in(client, "uwe@Bücher.example").status_code == 302


@pytest.mark.parametrize("lookalike", ["\u212aurt@acme.example", "kur\uff54@acme.example", "\u043aurt@acme.example"])
def test_letters_that_look_alike_find_nobody(client: Client, db: None, lookalike: str) -> None:
    create_person("kurt@acme.example", "Kurt", password=PASSWORD)
    assert sign_in(client, lookalike).status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize("stored", ["iris@acme.example", "is@acme.example"])
def test_dotless_i_and_long_s_find_nobody(client: Client, db: None, stored: str) -> None:
    create_person(stored, "Iris", password=PASSWORD)
    for lookalike in (stored.replace("i", "\u0131"), stored.replace("s", "\u017f", 1)):
        assert sign_in(client, lookalike).status_code == 200
    assert not is_signed_in(client)


def answer_without_tokens(answer: Page) -> str:
    """Return the page without what differs between any two requests."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())


def test_every_reason_to_refuse_has_the_same_answer(client: Client, anna: User) -> None:
    refused = answer_without_tokens(sign_in(client, anna.email, "wrong password"))
    assert f"“{anna.email}” and this password do not sign in here" in refused
    assert "If that does not help, write to support@vendor.example." in refused

    anna.set_unusable_password()
    anna.save()
    assert answer_without_tokens(sign_in(client, anna.email)) == refused

    anna.set_password(PASSWORD)
    anna.is_active = False
    anna.save()
    assert answer_without_tokens(sign_in(client, anna.email)) == refused

    anna.is_active = True
    anna.save()
    EmailAddress.objects.update(verified=False)
    assert answer_without_tokens(sign_in(client, anna.email)) == refused

    anna.delete()
    assert answer_without_tokens(sign_in(client, "anna@acme.example")) == refused


def test_refused_sign_in_keeps_the_typed_address_and_not_the_password(client: Client, anna: User) -> None:
    page = sign_in(client, "Anna@acme.example", "wrong password 99").content.decode()
    assert 'value="Anna@acme.example"' in page
    assert "wrong password 99" not in page


def test_vendor_is_named_where_there_is_no_support_address(client: Client, anna: User, settings: Settings) -> None:
    settings.PORTAL_SUPPORT_ADDRESS = ""
    assert "ask Northwind Instruments." in sign_in(client, anna.email, "wrong").content.decode()
    settings.PORTAL_VENDOR = ""
    assert "ask whoever sold you your licenses." in sign_in(client, anna.email, "wrong").content.decode()


def test_session_gets_a_new_id_at_sign_in(client: Client, anna: User) -> None:
    session = client.session
    session["something"] = "kept from before"
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before or ""
    sign_in(client, anna.email)
    assert client.session.session_key not in {None, before}


def test_person_stays_signed_in_only_if_ticked(client: Client, anna: User) -> None:
    sign_in(client, anna.email)
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    client.post("/accounts/logout/")
    sign_in(client, anna.email, remember="on")
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE


def test_person_switched_off_is_out_with_the_next_request(signed_in: Client, anna: User) -> None:
    User.objects.update(is_active=False)
    assert signed_in.get("/accounts/logout/").status_code == 302


def test_changed_password_ends_the_other_sessions(signed_in: Client, anna: User) -> None:
    anna.set_password("another horse 4711")
    anna.save()
    assert signed_in.get("/accounts/logout/").status_code == 302


def test_page_that_needs_sign_in_leads_there_and_back(client: Client, anna: User) -> None:
    answer = client.get("/admin/?a=1")
    assert answer["Location"] == "/accounts/login/?next=/admin/%3Fa%3D1"
    assert sign_in(client, anna.email, next="/licenses/?status=expired")["Location"] == "/licenses/?status=expired"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http://testserver/licenses/",
        "http://localhost/",
        "javascript:alert(1)",
        "licenses/",
        "///evil.example",
        "\\\\evil.example",
        "home",
        "",
    ],
)
def test_only_paths_of_the_portal_are_led_back_to(client: Client, anna: User, elsewhere: str) -> None:
    assert sign_in(client, anna.email, next=elsewhere)["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": elsewhere})["Location"] == SIGN_IN


def test_signing_out_ends_the_session_by_a_button_only(signed_in: Client) -> None:
    assert signed_in.get("/accounts/logout/").status_code == 200
    assert is_signed_in(signed_in)
    assert signed_in.post("/accounts/logout/")["Location"] == SIGN_IN
    assert not is_signed_in(signed_in)


def test_signing_out_twice_leads_to_the_sign_in_page(client: Client, db: None) -> None:
    for answer in (client.get("/accounts/logout/"), client.post("/accounts/logout/")):
        assert (answer.status_code, answer["Location"]) == (302, SIGN_IN)


def test_sign_ins_and_outs_and_failures_are_in_the_audit_trail_without_the_password(client: Client, anna: User) -> None:
    sign_in(client, anna.email, "wrong password 99")
    sign_in(client, "nobody@acme.example", "wrong password 99")
    sign_in(client, anna.email)
    client.post("/accounts/logout/")
    failed, unknown, signed_in, signed_out = AuditEvent.objects.order_by("id")
    assert [event.action for event in (failed, unknown, signed_in, signed_out)] == [
        "sign_in_failed",
        "sign_in_failed",
        "signed_in",
        "signed_out",
    ]
    assert (failed.target_id, failed.actor_id, failed.target_label) == (anna.pk, None, anna.email)
    assert (unknown.target_label, unknown.details) == ("nobody@acme.example", {"is_known": False})
    assert (signed_in.actor_id, signed_in.address) == (anna.pk, "127.0.0.1")
    assert signed_out.actor_id == anna.pk
    assert all(event.request_id and event.customer_id is None for event in (failed, unknown, signed_in, signed_out))
    assert "wrong password" not in json.dumps(list(AuditEvent.objects.values_list("details", flat=True)))


def test_failed_attempts_are_slowed_down_per_address_whether_known_or_not(client: Client, anna: User) -> None:
    for address in (anna.email, "nobody@acme.example"):
        for attempt in range(5):
            answer = client.post(SIGN_IN, {"login": address, "password": "wrong"}, REMOTE_ADDR=f"10.0.{attempt}.1")
            assert answer.status_code == 200
        answer = client.post(SIGN_IN, {"login": address.upper(), "password": "wrong"}, REMOTE_ADDR="10.0.9.1")
        assert answer.status_code == 429
        assert answer["Retry-After"]
        assert "Too many attempts" in answer.content.decode()


def test_address_is_protected_whatever_host_the_client_names(client: Client, anna: User) -> None:
    answers = [
        client.post(
            SIGN_IN,
            {"login": anna.email, "password": "wrong"},
            headers={"Host": f"localhost:{8000 + attempt}"},
            REMOTE_ADDR=f"10.0.{attempt}.1",
        ).status_code
        for attempt in range(6)
    ]
    assert answers == [200] * 5 + [429]


def test_right_password_does_not_count_as_an_attempt(client: Client, anna: User) -> None:
    for _ in range(8):
        assert sign_in(client, anna.email).status_code == 302
        client.post("/accounts/logout/")


def test_failed_attempts_are_slowed_down_per_client_over_many_addresses(client: Client, db: None) -> None:
    statuses = [sign_in(client, f"nobody{number}@acme.example").status_code for number in range(11)]
    assert statuses == [200] * 10 + [429]


def test_client_cannot_pretend_to_be_many(client: Client, db: None) -> None:
    statuses = [
        client.post(
            SIGN_IN,
            {"login": f"nobody{number}@acme.example", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        ).status_code
        for number in range(11)
    ]
    assert statuses[-1] == 429


def test_nobody_can_sign_up(client: Client, anna: User) -> None:
    assert AccountAdapter().is_open_for_signup(client.get(SIGN_IN).wsgi_request) is False
    assert "signup" not in client.get(SIGN_IN).content.decode()


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_no_other_page_of_allauth_has_an_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"account_{name}")


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/",
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/password/set/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-2/",
        "/accounts/inactive/",
        "/accounts/reauthenticate/",
        "/accounts/login/code/",
        "/accounts/social/signup/",
        "/accounts/2fa/",
    ],
)
def test_usual_addresses_of_allauth_lead_nowhere(signed_in: Client, path: str) -> None:
    assert signed_in.get(path).status_code == 404
    assert Client().get(path).status_code == 404


def test_answer_is_a_page_even_for_scripts(client: Client, anna: User) -> None:
    answer = client.post(
        SIGN_IN, {"login": anna.email, "password": "wrong"}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert answer["Content-Type"].startswith("text/html")


def test_sign_in_form_helps_password_managers(client: Client, db: None) -> None:
    page = client.get(SIGN_IN).content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "E-mail address" in page


def test_control_allauths_own_backend_would_take_a_lookalike(client: Client, db: None, settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    settings.ACCOUNT_FORMS = {}
    create_person("kurt@acme.example", "Kurt", password=PASSWORD)
    assert sign_in(client, "\u212aurt@acme.example").status_code == 302
