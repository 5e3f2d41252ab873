"""A mailed code signs in: for ten minutes, once, in the browser that asked, one answer for every address (S4)."""

import re
import time
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.delivery import deliver_due
from accounts.mail import waiting
from accounts.models import AuditEvent, Mail, User
from accounts.people import create_person
from qlmportal.mail import mail_server as parse
from tests.platform.page import Page
from tests.platform.test_forgotten_password import values_of_the_row
from tests.platform.test_signing_in import answer_without_tokens
from tests.support.mail_server import running_mail_server

ASK, CONFIRM = "/accounts/code/", "/accounts/code/confirm/"
CODE = re.compile(r"^([B-Z]{4}-[B-Z]{4})$", re.MULTILINE)
WRONG = "BBBB-BBBB"


def ask(client: Client, address: str, **more: str) -> Page:
    """Ask for a code and go where that leads."""
    return client.post(ASK, {"email": address, **more}, follow=True)


def type_code(client: Client, code: str, **more: str) -> Page:
    """Type a code into the page that waits for it."""
    return client.post(CONFIRM, {"code": code, **more})


def mailed_code(settings: Settings) -> str:
    """Let the worker send what waits; return the code in the one mail, or nothing."""
    with running_mail_server() as server:
        settings.PORTAL_MAIL_SERVER = parse(server.address)
        deliver_due()
        assert len(server.texts) <= 1
        found = CODE.search("".join(server.texts).replace("\r", ""))
        return found[1] if found else ""


def is_signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def test_sign_in_page_offers_it_and_keeps_where_one_wanted_to_go(client: Client, db: None) -> None:
    page = client.get("/accounts/login/?next=/licenses/").content.decode()
    assert f'href="{ASK}?next=/licenses/"' in page


def test_person_signs_in_with_the_mailed_code_and_arrives_where_they_wanted(
    client: Client, anna: User, settings: Settings
) -> None:
    page = ask(client, " Anna@ACME.example ", next="/profile/")
    assert "If “anna@acme.example” is registered here, a mail with a code is on its way" in page.content.decode()
    answer = type_code(client, mailed_code(settings), next="/profile/")
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/profile/")
    assert is_signed_in(client)
    assert AuditEvent.objects.get(action="signed_in").details == {"ways": ["code"]}


def test_person_without_a_password_signs_in_too(client: Client, db: None, settings: Settings) -> None:
    create_person("new@acme.example", "Nina New")
    ask(client, "new@acme.example")
    type_code(client, mailed_code(settings).lower().replace("-", " "))
    assert is_signed_in(client)


def test_another_site_is_no_place_to_arrive_at(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email, next="https://evil.example/")
    answer = type_code(client, mailed_code(settings), next="https://evil.example/")
    assert answer["Location"] == "/"


def test_everybody_gets_the_same_answer_and_the_same_row(client: Client, anna: User) -> None:
    known = answer_without_tokens(ask(client, anna.email))
    rows = [without_secrets(values_of_the_row())]

    def same(address: str) -> bool:
        page = ask(client, address)
        rows.append(without_secrets(values_of_the_row()))
        return answer_without_tokens(page).replace(address, anna.email) == known

    assert same("nobody@acme.example")
    User.objects.update(is_active=False)
    assert same(anna.email)
    assert all(row == rows[0] for row in rows)


def without_secrets(row: dict[str, object]) -> dict[str, object]:
    """Return the row without what is sealed or a moment, but with how long it is."""
    context = row["context"]
    assert isinstance(context, dict)
    return {**row, "context": {name: len(value) for name, value in context.items()}}


def test_wrong_code_is_answered_alike_whoever_the_address_belongs_to(client: Client, anna: User) -> None:
    answers = []
    for address in (anna.email, "nobody@acme.example"):
        ask(client, address)
        tries = [type_code(client, WRONG) for _ in range(5)]
        answers.append([(each.status_code, answer_without_tokens(each).replace(address, "x")) for each in tries])
        assert [each.status_code for each in tries] == [200, 200, 200, 200, 302]
    assert answers[0] == answers[1]
    assert "This is not the code." in answers[0][0][1]
    assert AuditEvent.objects.filter(action="sign_in_failed").count() == 10


def test_known_and_unknown_take_the_same_work(client: Client, anna: User, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    times: dict[str, list[float]] = {anna.email: [], "nina@acme.example": []}
    writes: dict[str, list[str]] = {}
    for turn in range(30):
        for address in sorted(times, reverse=bool(turn % 2)):
            with CaptureQueriesContext(connection) as captured:
                began = time.thread_time()
                client.post(ASK, {"email": address})
                times[address].append(time.thread_time() - began)
            writes[address] = [each["sql"].split(" ")[0] for each in captured]
            Mail.objects.all().delete()
    known, unknown = (min(each) for each in times.values())
    assert max(known, unknown) / min(known, unknown) < 1.25
    assert writes[anna.email] == writes["nina@acme.example"]


def test_strangers_and_people_switched_off_get_no_mail(client: Client, anna: User, settings: Settings) -> None:
    ask(client, "nobody@acme.example")
    assert mailed_code(settings) == ""
    User.objects.update(is_active=False)
    ask(client, anna.email)
    assert mailed_code(settings) == ""
    assert not waiting().exists()


def test_five_wrong_codes_use_the_right_one_up(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    for _ in range(5):
        type_code(client, WRONG)
    answer = client.post(CONFIRM, {"code": mailed_code(settings)}, follow=True)
    assert "No code is waited for in this browser" in answer.content.decode()
    assert not is_signed_in(client)


def test_code_works_once(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    code = mailed_code(settings)
    type_code(client, code)
    client.post("/accounts/logout/")
    type_code(client, code)
    assert not is_signed_in(client)


def test_code_works_only_in_the_browser_that_asked(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    code, other = mailed_code(settings), Client()
    answer = other.post(CONFIRM, {"code": code}, follow=True)
    assert "No code is waited for in this browser" in answer.content.decode()
    ask(other, anna.email)
    type_code(other, code)
    assert not is_signed_in(other)
    type_code(client, code)
    assert is_signed_in(client)


def test_code_works_for_ten_minutes(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    code = mailed_code(settings)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        answer = client.post(CONFIRM, {"code": code}, follow=True)
    assert "it has become too old" in answer.content.decode()
    assert not is_signed_in(client)


def test_code_that_is_too_old_is_not_sent(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        assert mailed_code(settings) == ""


def test_new_code_takes_the_place_of_the_one_before(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    first = mailed_code(settings)
    ask(client, anna.email)
    second = mailed_code(settings)
    type_code(client, first)
    assert not is_signed_in(client)
    type_code(client, second)
    assert is_signed_in(client)


def test_person_switched_off_meanwhile_stays_out(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    code = mailed_code(settings)
    User.objects.update(is_active=False)
    answer = type_code(client, code)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "You cannot sign in at present" in answer.content.decode()
    assert not is_signed_in(client)


def test_person_whose_address_changed_meanwhile_stays_out(client: Client, anna: User, settings: Settings) -> None:
    ask(client, anna.email)
    code = mailed_code(settings)
    User.objects.update(email="anna@elsewhere.example")
    assert type_code(client, code).status_code == HTTPStatus.FORBIDDEN
    assert not is_signed_in(client)


def test_code_lies_nowhere_readable(
    client: Client, anna: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    ask(client, anna.email)
    row = str(waiting().values().get())
    code = mailed_code(settings)
    type_code(client, code)
    left = str(list(Mail.objects.values())) + str(list(AuditEvent.objects.values())) + caplog.text
    assert code not in row + left
    assert code.replace("-", "") not in row + left


def test_who_waits_for_a_code_can_go_another_way(client: Client, anna: User) -> None:
    ask(client, anna.email)
    assert client.get("/accounts/login/").status_code == 200
    assert client.get(ASK).status_code == 200


def test_who_is_signed_in_needs_no_code(signed_in: Client) -> None:
    assert signed_in.get(ASK)["Location"] == "/"
    assert signed_in.get(CONFIRM)["Location"] == "/"
