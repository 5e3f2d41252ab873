"""Signing in with a second step: what opens, what stays shut, and what a thief of one half finds."""

import json
import logging
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.audit import Actor
from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from accounts.own_password import change_password
from accounts.second_step import reset_second_step
from tests.platform.page import PASSWORD, Page
from tests.platform.test_signing_in import is_signed_in, sign_in
from tests.support.second_step import SECRET, code, codes_of, give_app
from tests.support.secrecy import stands_in

STEP = "/accounts/second-step/sign-in/"
INDEX = "/accounts/second-step/"


@pytest.fixture
def careful(anna: User) -> User:
    """Return Anna, who has an authenticator app."""
    give_app(anna)
    return anna


def type_code(client: Client, typed: str) -> Page:
    """Send the form of the second step."""
    return client.post(STEP, {"code": typed})


def test_password_alone_leads_to_the_second_step_and_no_further(client: Client, careful: User) -> None:
    answer = sign_in(client, careful.email, next="/activity/")
    assert (answer.status_code, answer["Location"]) == (302, STEP)
    assert not is_signed_in(client)
    assert client.get("/licenses/").status_code == 302
    assert "Six digits from your authenticator app" in client.get(STEP).content.decode()


def test_code_of_the_app_lets_in_and_leads_where_the_person_wanted_to(client: Client, careful: User) -> None:
    sign_in(client, careful.email, next="/activity/")
    assert type_code(client, f" {code()[:3]} {code()[3:]} ")["Location"] == "/activity/"
    assert is_signed_in(client)
    event = AuditEvent.objects.get(action="signed_in")
    assert event.details["ways"] == ["password", "totp"]


def test_code_works_once(client: Client, careful: User) -> None:
    now = code()
    sign_in(client, careful.email)
    assert type_code(client, now).status_code == 302
    thief = Client()
    sign_in(thief, careful.email)
    assert "This code does not work" in type_code(thief, now).content.decode()
    assert not is_signed_in(thief)


def test_used_code_is_refused_for_as_long_as_a_clock_may_be_wrong(client: Client, careful: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        now, before = code(), code(-1)
        sign_in(client, careful.email)
        assert type_code(client, now).status_code == 302
        for seconds in (0, 31, 59):
            clock.shift(timedelta(seconds=seconds))
            cache.clear()
            thief = Client()
            sign_in(thief, careful.email)
            assert type_code(thief, now).status_code == 200
            assert type_code(thief, before).status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 200), (-1, 302), (1, 302), (2, 200)])
def test_clock_may_be_wrong_by_half_a_minute(client: Client, careful: User, steps: int, status: int) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        sign_in(client, careful.email)
        assert type_code(client, code(steps)).status_code == status


def test_recovery_code_lets_in_once(client: Client, careful: User) -> None:
    [first, *_rest] = codes_of(careful)
    sign_in(client, careful.email)
    assert type_code(client, first).status_code == 302
    thief = Client()
    sign_in(thief, careful.email)
    assert type_code(thief, first).status_code == 200
    assert len(codes_of(careful)) == 9


@pytest.mark.parametrize("typed", ["", "000000", "٣٣٣٣٣٣", "x" * 41, "<b>1</b>", "0" * 8])
def test_other_code_does_not_let_in_and_is_written_down(client: Client, careful: User, typed: str) -> None:
    sign_in(client, careful.email)
    page = type_code(client, typed)
    assert page.status_code == 200
    assert "form-errors" in page.content.decode()
    assert not is_signed_in(client)
    tried = AuditEvent.objects.filter(action="second_step_failed", target_id=careful.pk)
    assert tried.exists() is (0 < len(typed) < 41)
    assert all("000000" not in json.dumps(event.details) for event in tried)


def test_guessing_is_slowed_down_in_whatever_browser(careful: User) -> None:
    statuses = []
    for _attempt in range(6):
        thief = Client()
        sign_in(thief, careful.email)
        statuses.append(type_code(thief, "000000").status_code)
    assert statuses == [200] * 5 + [429]
    owner = Client()
    sign_in(owner, careful.email)
    assert type_code(owner, code()).status_code == 429


def test_guessing_is_slowed_down_for_a_day(careful: User) -> None:
    statuses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(21):
            clock.shift(timedelta(minutes=6))
            thief = Client()
            sign_in(thief, careful.email)
            statuses.append(type_code(thief, "000000").status_code)
    assert statuses == [200] * 20 + [429]


def test_who_signed_in_here_before_is_not_kept_out_by_a_thief_who_guesses(client: Client, careful: User) -> None:
    sign_in(client, careful.email)
    type_code(client, code())
    client.post("/accounts/logout/")
    for _attempt in range(6):
        thief = Client()
        sign_in(thief, careful.email)
        type_code(thief, "000000")
    sign_in(client, careful.email)
    assert type_code(client, code(1)).status_code == 302


def test_right_code_forgets_the_wrong_ones(client: Client, careful: User) -> None:
    for _attempt in range(4):
        sign_in(client, careful.email)
        type_code(client, "000000")
    assert type_code(client, code()).status_code == 302
    thief = Client()
    sign_in(thief, careful.email)
    assert type_code(thief, "000000").status_code == 200


def test_without_the_first_step_there_is_no_second(client: Client, careful: User) -> None:
    assert client.get(STEP)["Location"] == "/accounts/login/"
    assert type_code(client, code())["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_first_step_counts_a_quarter_of_an_hour(client: Client, careful: User) -> None:
    sign_in(client, careful.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert type_code(client, code())["Location"] == "/accounts/login/"
        assert not is_signed_in(client)


def test_thief_at_the_second_step_begins_anew_when_the_password_changes(client: Client, careful: User) -> None:
    sign_in(client, careful.email)
    change_password(careful, "brand new zebra 12")
    assert type_code(client, code())["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_who_is_switched_off_meanwhile_begins_anew(client: Client, careful: User) -> None:
    sign_in(client, careful.email)
    User.objects.update(is_active=False)
    assert type_code(client, code())["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_who_lost_the_second_step_meanwhile_begins_anew_without_going_in_circles(client: Client, careful: User) -> None:
    sign_in(client, careful.email)
    reset_second_step(careful, Actor.person(careful))
    assert client.get(STEP, follow=True).redirect_chain == [("/accounts/login/", 302)]
    assert not is_signed_in(client)


def test_secrets_lie_encrypted_in_the_database(careful: User) -> None:
    kept = json.dumps(list(Authenticator.objects.values()), default=str)
    assert SECRET not in kept
    assert not any(each in kept for each in codes_of(careful))


def test_codes_and_secrets_are_in_no_trail_mail_or_log(
    client: Client, careful: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    used, recovery = code(), codes_of(careful)
    sign_in(client, careful.email)
    type_code(client, "123123")
    type_code(client, used)
    mails = [take_out(mail) for mail in waiting()]
    kept = json.dumps([list(AuditEvent.objects.values()), mails], default=str) + caplog.text
    assert not [secret for secret in (SECRET, used, "123123", *recovery) if stands_in(secret, kept)]


def test_second_step_that_no_key_opens_any_more_lets_nobody_in(
    client: Client, careful: User, settings: Settings
) -> None:
    settings.PORTAL_ENCRYPTION_KEYS = ["YW5vdGhlciBrZXkgb2YgdGhlIHRlc3RzIG9mIGl0ISE="]
    sign_in(client, careful.email)
    assert type_code(client, code()).status_code == 200
    assert SESSION_KEY not in client.session


def test_mailed_code_does_not_skip_the_second_step(client: Client, careful: User) -> None:
    client.post("/accounts/code/", {"email": careful.email})
    state = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]
    answer = client.post("/accounts/code/confirm/", {"code": state["code"]})
    assert answer["Location"] == STEP
    assert not is_signed_in(client)


def test_set_password_by_mail_does_not_skip_it(client: Client, careful: User) -> None:
    cache.clear()
    change_password(careful, "brand new zebra 12")
    assert sign_in(client, careful.email, "brand new zebra 12")["Location"] == STEP


def test_second_sign_in_of_somebody_without_second_step_asks_for_none(client: Client, anna: User) -> None:
    assert sign_in(client, anna.email, PASSWORD)["Location"] == "/"
