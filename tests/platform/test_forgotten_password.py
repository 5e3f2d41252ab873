"""First visit or forgotten password: one answer for every address (S4), and a mail for those who are known."""

import json
import logging
import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.delivery import deliver_due
from accounts.demo import mark_as_demo
from accounts.mail import readable_in_demo, take_out, waiting
from accounts.models import AuditEvent, Mail, User
from accounts.people import create_person
from qlmportal.mail import mail_server as parse
from tests.platform.page import PASSWORD, Page
from tests.platform.test_signing_in import answer_without_tokens, sign_in
from tests.support.mail_server import running_mail_server

RESET = "/accounts/password/reset/"
NEW = "brand new zebra 12"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/accounts/first-password/\S+/\S+/)")


def ask(client: Client, address: str, **more: str) -> Page:
    """Send the form that asks for a link."""
    return client.post(RESET, {"email": address}, **more)


def mailed_link(settings: Settings) -> str:
    """Let the worker send what waits; return the path that the one mail leads to, or nothing."""
    with running_mail_server() as server:
        settings.PORTAL_MAIL_SERVER = parse(server.address)
        deliver_due()
        assert len(server.texts) <= 1
        found = LINK.search("".join(server.texts))
        return found[1] if found else ""


def test_sign_in_page_leads_there(client: Client, db: None) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert f'<a href="{RESET}">First visit or forgot your password?</a>' in page
    assert client.get(RESET).status_code == 200


def test_person_sets_a_password_by_the_mailed_link_and_signs_in(client: Client, anna: User, settings: Settings) -> None:
    ask(client, " Anna@ACME.example ")
    form = client.get(mailed_link(settings))["Location"]
    page = client.get(form).content.decode()
    assert "It is for anna@acme.example" in page
    answer = client.post(form, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Your password is set. Sign in with it." in answer.content.decode()
    assert sign_in(client, anna.email, NEW).status_code == 302
    assert sign_in(Client(), anna.email, PASSWORD).status_code == 200


def test_person_without_a_password_gets_the_same(client: Client, db: None, settings: Settings) -> None:
    create_person("new@acme.example", "Nina New")
    ask(client, "new@acme.example")
    form = client.get(mailed_link(settings))["Location"]
    assert client.post(form, {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    assert sign_in(client, "new@acme.example", NEW).status_code == 302


def test_everybody_gets_the_same_answer_and_the_same_row(client: Client, anna: User) -> None:
    known = answer_without_tokens(ask(client, anna.email))
    assert f"If “{anna.email}” is registered here" in known
    assert "write to support@vendor.example." in known
    rows = [values_of_the_row()]

    def same(address: str) -> bool:
        page = ask(client, address)
        rows.append(values_of_the_row())
        return (page.status_code, answer_without_tokens(page).replace(address, anna.email)) == (200, known)

    assert same("nobody@acme.example")
    User.objects.update(is_active=False)
    assert same(anna.email)
    User.objects.update(is_active=True)
    EmailAddress.objects.update(verified=False)
    assert same(anna.email)
    assert all(row == rows[0] for row in rows)


def values_of_the_row() -> dict[str, object]:
    """Return what the queue holds, but for what differs from request to request; then empty it."""
    row = waiting().values().get()
    Mail.objects.all().delete()
    return {
        name: value
        for name, value in row.items()
        if name not in {"id", "to", "message_id", "created", "last_updated", "expires_at"}
    }


def test_known_and_unknown_take_the_same_work(client: Client, anna: User, settings: Settings) -> None:
    """Processor time, of which a busy machine leaves the smallest as it is, and the same statements."""
    settings.ACCOUNT_RATE_LIMITS = {}
    times: dict[str, list[float]] = {anna.email: [], "nina@acme.example": []}
    statements: dict[str, list[str]] = {}
    for turn in range(30):
        for address in sorted(times, reverse=bool(turn % 2)):
            with CaptureQueriesContext(connection) as captured:
                began = time.thread_time()
                ask(client, address)
                times[address].append(time.thread_time() - began)
            statements[address] = [query["sql"].split(" ")[0] for query in captured]
            Mail.objects.all().delete()
    known, unknown = (min(each) for each in times.values())
    assert max(known, unknown) / min(known, unknown) < 1.25
    assert statements[anna.email] == statements["nina@acme.example"]


def test_strangers_and_people_switched_off_get_no_mail(client: Client, anna: User, settings: Settings) -> None:
    ask(client, "nobody@acme.example")
    assert mailed_link(settings) == ""
    User.objects.update(is_active=False)
    ask(client, anna.email)
    assert mailed_link(settings) == ""
    User.objects.update(is_active=True)
    EmailAddress.objects.update(verified=False)
    ask(client, anna.email)
    assert mailed_link(settings) == ""


@pytest.mark.parametrize("lookalike", ["\u212aurt@acme.example", "kur\uff54@acme.example", "kurt"])
def test_letters_that_look_alike_ask_for_nothing(client: Client, db: None, lookalike: str) -> None:
    create_person("kurt@acme.example", "Kurt")
    page = ask(client, lookalike).content.decode()
    assert "Enter an e-mail address such as anna@example.com." in page
    assert not Mail.objects.exists()


def test_no_link_and_no_password_lies_in_database_log_or_trail(
    client: Client, anna: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(client, anna.email)
        link = mailed_link(settings)
        token = link.split("/")[-2]
        form = client.get(link)["Location"]
        client.post(form, {"new_password1": NEW, "new_password2": NEW})
        client.get(link)
    kept = json.dumps([list(Mail.objects.values()), list(AuditEvent.objects.values())], default=str)
    log = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("portal", "accounts")))
    for place in (kept, log):
        assert token not in place
        assert NEW not in place


def test_link_dies_when_it_was_used_or_the_password_or_the_address_changes(
    client: Client, anna: User, settings: Settings
) -> None:
    ask(client, anna.email)
    link = mailed_link(settings)
    assert client.get(link).status_code == 302
    User.objects.update(email="anna.new@acme.example")
    assert client.get(link).status_code == 410
    User.objects.update(email=anna.email)
    anna.set_password("another horse 4711")
    anna.save()
    page = client.get(link)
    assert page.status_code == 410
    assert f'href="{RESET}"' in page.content.decode()


def test_link_lives_an_hour_from_when_it_is_sent_however_long_the_mail_waited(
    client: Client, anna: User, settings: Settings
) -> None:
    ask(client, anna.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=50)):
        link = mailed_link(settings)
    with time_machine.travel(timezone.now() + timedelta(minutes=100)):
        assert client.get(link).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=112)):
        assert client.get(link).status_code == 410


def test_two_links_for_one_person_are_used_once_together(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    first = mailed_link(settings)
    ask(client, anna.email)
    second = mailed_link(settings)
    other = Client()
    forms = [client.get(first)["Location"], other.get(second)["Location"]]
    assert client.post(forms[0], {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    assert other.post(forms[1], {"new_password1": "x" + NEW, "new_password2": "x" + NEW}).status_code == 410
    anna.refresh_from_db()
    assert anna.check_password(NEW)


def test_change_is_announced_by_mail_and_ends_the_other_sessions(
    signed_in: Client, anna: User, settings: Settings
) -> None:
    client = Client()
    ask(client, anna.email)
    form = client.get(mailed_link(settings))["Location"]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert signed_in.get("/licenses/").status_code == 302
    notice = waiting().get()
    assert notice.to == [anna.email]
    text, _html = take_out(notice)
    assert "This was not me" in text
    assert "Then write to support@vendor.example." in text
    assert NEW not in text
    assert AuditEvent.objects.filter(action="password_set", actor_id=anna.pk, target_id=anna.pk).count() == 1


def test_who_guessed_too_often_signs_in_after_setting_a_password(
    client: Client, anna: User, settings: Settings
) -> None:
    for _attempt in range(5):
        sign_in(client, anna.email, "wrong")
    assert sign_in(client, anna.email).status_code == 429
    ask(client, anna.email)
    form = client.get(mailed_link(settings))["Location"]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert sign_in(client, anna.email, NEW).status_code == 302


def test_request_is_in_the_trail_for_known_and_unknown(client: Client, anna: User) -> None:
    ask(client, anna.email)
    ask(client, "nobody@acme.example")
    known, unknown = AuditEvent.objects.filter(action="password_link_requested").order_by("id")
    assert (known.target_id, known.details, known.address) == (anna.pk, {"is_known": True}, "127.0.0.1")
    assert (unknown.target_label, unknown.details) == ("nobody@acme.example", {"is_known": False})
    assert known.actor_id is None


def test_one_address_is_mailed_twenty_times_an_hour_known_or_not(client: Client, anna: User) -> None:
    for address in (anna.email, "nobody@acme.example"):
        statuses = [ask(client, address, REMOTE_ADDR=f"10.0.{turn}.1").status_code for turn in range(20)]
        answer = ask(client, address.upper(), REMOTE_ADDR="10.0.29.1")
        assert (statuses, answer.status_code) == ([200] * 20, 429)
        assert "Too many attempts" in answer.content.decode()


def test_stranger_does_not_use_up_what_the_owner_may_ask_for(client: Client, anna: User) -> None:
    statuses = [ask(client, anna.email, REMOTE_ADDR="10.0.0.1").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert ask(client, anna.email, REMOTE_ADDR="10.0.0.2").status_code == 200


def test_one_client_asks_for_ten_addresses_a_minute(client: Client, db: None) -> None:
    statuses = [ask(client, f"nobody{number}@acme.example").status_code for number in range(11)]
    assert statuses == [200] * 10 + [429]


def test_two_quick_requests_give_one_mail(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    ask(client, anna.email)
    assert mailed_link(settings)


def test_page_asks_no_mail_server_and_so_waits_for_none(
    client: Client, anna: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PORTAL_MAIL_SERVER = parse("smtp://127.0.0.1:9")
    asked: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr("smtplib.SMTP.connect", lambda *server: asked.append(server))
        assert ask(client, anna.email).status_code == 200
    assert asked == []
    assert mailed_link(settings)


def test_portal_that_cannot_send_says_so_beforehand(client: Client, db: None, settings: Settings) -> None:
    assert "cannot send mail" not in client.get(RESET).content.decode()
    settings.PORTAL_MAIL_SERVER = None
    assert "This portal cannot send mail at present" in client.get(RESET).content.decode()


def test_asking_needs_the_form_of_the_portal(anna: User) -> None:
    assert ask(Client(enforce_csrf_checks=True), anna.email).status_code == 403


def test_answer_in_the_demo_leads_to_its_mails(client: Client, anna: User) -> None:
    mark_as_demo()
    client.defaults["HTTP_HOST"] = "localhost"
    assert 'href="/demo/mail/"' in ask(client, anna.email).content.decode()
    deliver_due()
    text, _html = take_out(readable_in_demo().get())
    assert LINK.search(text)
    assert SESSION_KEY not in client.session
