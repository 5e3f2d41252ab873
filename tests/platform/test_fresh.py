"""Sensitive pages ask anew who is there; people with neither password nor second step prove it by a mailed code."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import fresh
from accounts.delivery import give_up_expired
from accounts.mail import waiting
from accounts.models import AuditEvent, User
from accounts.proof_codes import MOST_TRIES, letter_with_proof_code
from accounts.signin import AccountAdapter
from tests.platform.page import PASSWORD, Page

SENSITIVE = ("/accounts/address/", "/accounts/connections/")
PROVE, CODE, BY_PASSWORD = "/accounts/prove/", "/accounts/prove/code/", "/accounts/confirm/"
LATER = timedelta(minutes=6)


def without_password(anna: User, client: Client) -> None:
    """Let Anna be signed in without having a password, as somebody who always uses a provider."""
    User.objects.update(password="!")
    anna.refresh_from_db()
    client.force_login(anna)


def mailed_code() -> str:
    """Return the code in the mail that waits, as the worker writes it."""
    mail = waiting().latest("pk")
    letter = letter_with_proof_code(mail.to[0], mail.context)
    assert letter is not None
    found = re.search(r"^[A-Z]{4}-[A-Z]{4}$", letter.text, re.MULTILINE)
    assert found is not None
    return found[0]


def ask_for_code(client: Client, go_on: str = "/accounts/address/") -> Page:
    """Press the button that mails a code."""
    return client.post(PROVE, {"next": go_on})


def is_open(client: Client, path: str = "/accounts/address/") -> bool:
    """Tell whether a sensitive page opens."""
    return client.get(path).status_code == 200


@pytest.mark.parametrize("path", SENSITIVE)
def test_who_signed_in_just_now_is_not_asked_again(signed_in: Client, path: str) -> None:
    assert is_open(signed_in, path)


@pytest.mark.parametrize("path", SENSITIVE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_later_the_password_is_asked_for_first(signed_in: Client, path: str, method: str) -> None:
    with time_machine.travel(timezone.now() + LATER, tick=False):
        answer = getattr(signed_in, method)(path)
        assert (answer.status_code, answer["Location"]) == (302, f"{BY_PASSWORD}?next={path.replace('/', '%2F')}")


@pytest.mark.parametrize("path", SENSITIVE)
def test_who_has_no_password_is_led_to_a_mailed_code(client: Client, anna: User, path: str) -> None:
    without_password(anna, client)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert client.get(path)["Location"] == f"{PROVE}?next={path.replace('/', '%2F')}"


def test_code_proves_who_is_there_and_leads_on(client: Client, anna: User) -> None:
    without_password(anna, client)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert ask_for_code(client)["Location"] == f"{CODE}?next=%2Faccounts%2Faddress%2F"
        assert not is_open(client)
        answer = client.post(CODE, {"code": mailed_code().lower().replace("-", " "), "next": "/accounts/address/"})
        assert answer["Location"] == "/accounts/address/"
        assert is_open(client)
    with time_machine.travel(timezone.now() + 2 * LATER, tick=False):
        assert not is_open(client)


def test_code_works_once(client: Client, anna: User) -> None:
    without_password(anna, client)
    ask_for_code(client)
    code = mailed_code()
    assert client.post(CODE, {"code": code})["Location"] == "/profile/"
    assert client.post(CODE, {"code": code})["Location"] == PROVE


def test_wrong_code_says_so_and_five_of_them_end_the_code(client: Client, anna: User) -> None:
    without_password(anna, client)
    ask_for_code(client)
    code = mailed_code()
    with time_machine.travel(timezone.now() + LATER, tick=False):
        for _try in range(MOST_TRIES):
            assert "This is not the code." in client.post(CODE, {"code": "BBBB-BBBB"}).content.decode()
        assert client.post(CODE, {"code": code})["Location"] == PROVE
        assert not is_open(client)


def test_code_lives_ten_minutes(client: Client, anna: User) -> None:
    without_password(anna, client)
    ask_for_code(client)
    code = mailed_code()
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert client.post(CODE, {"code": code})["Location"] == PROVE
        assert not is_open(client)
        give_up_expired(timezone.now())
        assert not waiting().exists()


def test_code_works_only_in_the_session_that_asked_for_it(client: Client, anna: User) -> None:
    without_password(anna, client)
    ask_for_code(client)
    other = Client()
    other.force_login(anna)
    assert other.post(CODE, {"code": mailed_code()})["Location"] == PROVE


def test_second_code_replaces_the_first(client: Client, anna: User) -> None:
    without_password(anna, client)
    ask_for_code(client)
    first = mailed_code()
    ask_for_code(client)
    assert client.post(CODE, {"code": first}).status_code == 200
    assert client.post(CODE, {"code": mailed_code()}).status_code == 302


def test_asking_for_codes_is_slowed_down(client: Client, anna: User) -> None:
    without_password(anna, client)
    assert [ask_for_code(client).status_code for _time in range(6)] == [302] * 5 + [429]


def test_guessing_is_slowed_down_over_all_sessions_and_codes(client: Client, anna: User) -> None:
    without_password(anna, client)
    statuses = []
    for _code in range(3):
        ask_for_code(client)
        statuses += [client.post(CODE, {"code": "BBBB-BBBB"}).status_code for _try in range(4)]
    assert statuses == [200] * 10 + [429] * 2


def test_code_is_nowhere_but_in_its_mail(client: Client, anna: User, caplog: pytest.LogCaptureFixture) -> None:
    without_password(anna, client)
    ask_for_code(client)
    code = mailed_code()
    mail = waiting().get()
    assert code not in str(mail.context)
    assert code not in str(dict(client.session))
    assert code not in str(list(AuditEvent.objects.values()))
    assert code not in caplog.text
    letter = letter_with_proof_code(mail.to[0], mail.context)
    assert letter is not None
    assert code not in letter.subject


def test_mail_with_the_code_says_how_to_stop_a_stranger(client: Client, anna: User) -> None:
    without_password(anna, client)
    ask_for_code(client)
    mail = waiting().get()
    letter = letter_with_proof_code(mail.to[0], mail.context)
    assert letter is not None
    assert "then somebody else is signed in as you" in letter.text
    assert "/accounts/not-me/" in letter.text


def test_who_has_a_password_is_led_to_it_and_gets_no_code(signed_in: Client) -> None:
    assert signed_in.post(PROVE, {"next": "/profile/"})["Location"] == f"{BY_PASSWORD}?next=%2Fprofile%2F"
    assert not waiting().exists()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_code_leads_on_to_paths_of_the_portal_only(client: Client, anna: User, elsewhere: str) -> None:
    without_password(anna, client)
    assert ask_for_code(client, elsewhere)["Location"] == CODE
    assert client.post(CODE, {"code": mailed_code(), "next": elsewhere})["Location"] == "/profile/"


def test_what_was_sent_without_a_proof_is_not_done_after_the_next_one(client: Client, anna: User) -> None:
    """A thief leaves a change behind; the owner, who proves who they are for something else, must not approve it."""
    without_password(anna, client)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        client.post("/accounts/address/", {"email": "thief@evil.example"})
        ask_for_code(client)
        answer = client.post(CODE, {"code": mailed_code(), "next": "/accounts/address/"}, follow=True)
        assert "Change your e-mail address" in answer.content.decode()
    assert [mail.to for mail in waiting()] == [[anna.email]]


def test_control_without_the_check_the_page_opens(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "is_fresh", lambda _request: True)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert is_open(signed_in)


def test_sign_in_by_password_counts_as_a_proof_for_five_minutes(client: Client, anna: User) -> None:
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=False):
        assert is_open(client)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert not is_open(client)


def test_working_in_the_portal_is_no_proof(signed_in: Client) -> None:
    for minutes in (2, 4, 6):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            signed_in.get("/licenses/")
    with time_machine.travel(timezone.now() + timedelta(minutes=7), tick=False):
        assert not is_open(signed_in)


def test_allauth_never_finds_a_person_without_ways_proved(anna: User) -> None:
    User.objects.update(password="!")
    anna.refresh_from_db()
    ways = AccountAdapter().get_reauthentication_methods(anna)
    assert [way["url"] for way in ways] == [PROVE]


def test_letter_is_not_sent_to_who_was_switched_off(client: Client, anna: User) -> None:
    without_password(anna, client)
    ask_for_code(client)
    mail = waiting().get()
    User.objects.update(is_active=False)
    assert letter_with_proof_code(mail.to[0], mail.context) is None
