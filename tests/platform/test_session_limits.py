"""A session ends by itself: unused for three days, and in any case after fourteen."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.middleware import SessionLimitsMiddleware
from accounts.models import User
from accounts.session_limits import BEGAN, SEEN
from qlmportal.environment import parse_session_limits
from tests.platform.test_signing_in import sign_in

LICENSES = "/licenses/"


def after(**time: float) -> time_machine.travel:
    """Return a block that runs that much later."""
    return time_machine.travel(timezone.now() + timedelta(**time), tick=False)


def test_unused_session_ends_and_sign_in_says_why_and_leads_back(client: Client, anna: User) -> None:
    client.force_login(anna)
    with after(hours=73):
        answer = client.get("/licenses/?q=spectra")
        assert answer["Location"] == "/accounts/login/?next=/licenses/%3Fq%3Dspectra"
        page = client.get(answer["Location"]).content.decode()
        assert "You were signed out because you did nothing here for 3 days." in page
        again = sign_in(client, anna.email, next="/licenses/?q=spectra")
        assert again["Location"] == "/licenses/?q=spectra"


def test_used_session_goes_on_until_the_longest_time(signed_in: Client) -> None:
    for days in range(1, 14):
        with after(days=days):
            assert signed_in.get(LICENSES).status_code == 200, days
    with after(days=14, minutes=1):
        answer = signed_in.get(LICENSES, follow=True)
        assert "Everybody signs in anew after 14 days." in answer.content.decode()
        assert SESSION_KEY not in signed_in.session


def test_form_sent_too_late_leads_back_to_its_page(signed_in: Client) -> None:
    with after(hours=73):
        page = "http://testserver/licenses/?status=expired"
        answer = signed_in.post("/licenses/search/", {"q": "x"}, headers={"Referer": page})
        assert answer["Location"] == "/accounts/login/?next=/licenses/%3Fstatus%3Dexpired"


@pytest.mark.parametrize("referer", ["https://evil.example/x", "", "http://testserver.evil.example/"])
def test_form_from_elsewhere_leads_to_nowhere_else(signed_in: Client, referer: str) -> None:
    with after(hours=73):
        answer = signed_in.post("/licenses/search/", {"q": "x"}, headers={"Referer": referer})
        assert answer["Location"] == "/accounts/login/?next=/licenses/search/"


def test_ended_session_cannot_be_used_again(signed_in: Client, anna: User) -> None:
    cookie = signed_in.cookies["sessionid"].value
    with after(hours=73):
        signed_in.get(LICENSES)
    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert thief.get(LICENSES).status_code == 302


@pytest.mark.parametrize("mark", [BEGAN, SEEN])
def test_session_that_does_not_say_when_it_began_or_was_used_is_over(signed_in: Client, mark: str) -> None:
    session = signed_in.session
    del session[mark]
    session.save()
    assert signed_in.get(LICENSES).status_code == 302


def test_use_is_written_down_every_five_minutes_and_costs_nothing_in_between(signed_in: Client) -> None:
    signed_in.get(LICENSES)
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(LICENSES)
    assert not [each for each in queries.captured_queries if "UPDATE" in each["sql"] or "INSERT" in each["sql"]]
    with after(minutes=6):
        signed_in.get(LICENSES)
        assert UserSession.objects.get().last_seen_at == timezone.now()
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(LICENSES)
        assert not [each for each in queries.captured_queries if "UPDATE" in each["sql"] or "INSERT" in each["sql"]]


def test_nobodys_session_has_no_limits(client: Client, db: None) -> None:
    session = client.session
    session["theme"] = "dark"
    session.save()
    with after(hours=73):
        assert client.get("/accounts/login/").status_code == 200
        assert client.session["theme"] == "dark"


def test_control_without_the_middleware_it_goes_on(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionLimitsMiddleware, "__call__", lambda self, request: self.get_response(request))
    with after(hours=73):
        assert signed_in.get(LICENSES).status_code == 200


def test_limits_are_hours() -> None:
    assert parse_session_limits("1", "24") == (timedelta(hours=1), timedelta(days=1))


@pytest.mark.parametrize(
    ("idle", "longest", "complaint"),
    [
        ("0", "24", "PORTAL_SESSION_IDLE is “0”, but has to be a number of hours from 1 to 9999."),
        ("8", "a day", "PORTAL_SESSION_LONGEST is “a day”"),
        ("-1", "24", "PORTAL_SESSION_IDLE"),
        ("8", "99999", "PORTAL_SESSION_LONGEST"),
        ("48", "24", "PORTAL_SESSION_IDLE is 48 hours, more than the 24 of PORTAL_SESSION_LONGEST"),
    ],
)
def test_limits_that_cannot_be_stop_the_start(idle: str, longest: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=complaint):
        parse_session_limits(idle, longest)
