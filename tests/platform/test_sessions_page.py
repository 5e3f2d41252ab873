"""The page on which people see where they are signed in, and sign out there."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.people import create_person
from accounts.user_agents import in_words
from tests.platform.page import PASSWORD

SESSIONS = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)


def browser(user: User, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    """Return a browser in which `user` signed in with the password."""
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    assert client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    """Tell whether the browser is signed in still."""
    return client.get("/licenses/").status_code == 200


def test_person_sees_every_browser_with_its_address(anna: User) -> None:
    here, _there = browser(anna), browser(anna, SAFARI, "198.51.100.9")
    page = here.get(SESSIONS).content.decode()
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert "192.0.2.7" in page
    assert "198.51.100.9" in page
    assert page.count("(this one)") == 1


def test_nobody_sees_those_of_others(anna: User) -> None:
    bea = create_person("bea@acme.example", "Bea", password=PASSWORD)
    browser(bea, SAFARI, "203.0.113.5")
    page = browser(anna).get(SESSIONS).content.decode()
    assert "203.0.113.5" not in page
    assert "Safari" not in page


def test_page_holds_no_session_id(anna: User) -> None:
    here, there = browser(anna), browser(anna, SAFARI)
    page = here.get(SESSIONS).content.decode()
    for client in (here, there):
        assert client.cookies["sessionid"].value not in page


def test_one_browser_is_signed_out(anna: User) -> None:
    here, there = browser(anna), browser(anna, SAFARI)
    row = UserSession.objects.get(session_key=there.cookies["sessionid"].value)
    answer = here.post(SESSIONS, {"end": str(row.pk)}, follow=True)
    assert "That browser is signed out." in answer.content.decode()
    assert "Safari" not in answer.content.decode()
    assert is_in(here)
    assert not is_in(there)
    event = AuditEvent.objects.get(action="session_ended")
    assert (event.actor_id, event.target_id) == (anna.pk, anna.pk)


def test_nobody_ends_those_of_others(anna: User) -> None:
    there = browser(create_person("bea@acme.example", "Bea", password=PASSWORD), SAFARI)
    row = UserSession.objects.get(session_key=there.cookies["sessionid"].value)
    browser(anna).post(SESSIONS, {"end": str(row.pk)})
    assert is_in(there)
    assert not AuditEvent.objects.filter(action="session_ended").exists()


def test_all_others_are_signed_out_whether_listed_or_not(anna: User) -> None:
    here, there, unlisted = browser(anna), browser(anna, SAFARI), Client()
    unlisted.force_login(anna)
    before = here.cookies["sessionid"].value
    answer = here.post(SESSIONS, {"end": "others"}, follow=True)
    assert "All other browsers are signed out." in answer.content.decode()
    assert (is_in(here), is_in(there), is_in(unlisted)) == (True, False, False)
    assert here.cookies["sessionid"].value != before
    assert "(this one)" in here.get(SESSIONS).content.decode()
    assert AuditEvent.objects.filter(action="sessions_ended").count() == 1


@pytest.mark.parametrize("which", ["", "0", "-1", "9" * 18, "9" * 40, "²", "all", "others "])
def test_what_names_no_browser_ends_none(anna: User, which: str) -> None:
    here, there = browser(anna), browser(anna, SAFARI)
    assert "was signed out already" in here.post(SESSIONS, {"end": which}, follow=True).content.decode()
    assert is_in(there)


def test_sessions_that_ended_are_not_listed(anna: User) -> None:
    here, lost, old = browser(anna), browser(anna, SAFARI, "198.51.100.1"), browser(anna, SAFARI, "198.51.100.2")
    Session.objects.filter(session_key=lost.cookies["sessionid"].value).delete()
    with time_machine.travel(timezone.now() + timedelta(hours=71), tick=False):
        assert is_in(here)
    with time_machine.travel(timezone.now() + timedelta(hours=73), tick=False):
        page = here.get(SESSIONS).content.decode()
        assert "198.51.100.1" not in page
        assert "198.51.100.2" not in page
        assert not is_in(old)


def test_changed_password_leaves_this_browser_alone_in_the_list(anna: User) -> None:
    here = browser(anna)
    browser(anna, SAFARI, "198.51.100.9")
    new = {"old_password": PASSWORD, "new_password1": "brand new zebra 12", "new_password2": "brand new zebra 12"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    page = here.get(SESSIONS).content.decode()
    assert "(this one)" in page
    assert "198.51.100.9" not in page


def test_last_use_moves_on(anna: User) -> None:
    here, there = browser(anna), browser(anna, SAFARI)
    later = timezone.now() + timedelta(hours=5)
    with time_machine.travel(later, tick=False):
        there.get("/licenses/", REMOTE_ADDR="203.0.113.77")
        assert "203.0.113.77" in here.get(SESSIONS).content.decode()
        assert UserSession.objects.get(session_key=there.cookies["sessionid"].value).last_seen_at == later


def test_many_browsers_cost_no_more_queries(anna: User) -> None:
    here = browser(anna)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert here.get(SESSIONS).status_code == 200
        counts.append(len(queries))
        for _browser in range(4):
            browser(anna, SAFARI)
    assert counts[0] == counts[1] <= 10


def test_sign_out_takes_the_browser_off_the_list(anna: User) -> None:
    here, there = browser(anna), browser(anna, SAFARI)
    there.post("/accounts/logout/")
    assert SESSION_KEY not in there.session
    assert "Safari" not in here.get(SESSIONS).content.decode()


def test_profile_leads_there(signed_in: Client) -> None:
    assert f'href="{SESSIONS}"' in signed_in.get("/profile/").content.decode()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on macOS"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36 OPR/85.0", "Opera on Android"),
        ("curl/8.5.0", "Unknown browser"),
        ("<script>alert(1)</script> Windows", "Windows"),
        ("", "Unknown browser"),
    ],
)
def test_browser_in_words(agent: str, words: str) -> None:
    assert in_words(agent) == words
