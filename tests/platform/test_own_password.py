"""Changing one's own password, and choosing one after staff gave one."""

import json

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import get_resolver

from accounts import own_password
from accounts.audit import Actor
from accounts.mail import take_out, waiting
from accounts.middleware import OwnPasswordMiddleware
from accounts.models import AuditEvent, Mail, User
from accounts.own_password import PasswordChangedMeanwhile, change_password, choose_password, give_password
from tests.access_matrix.checks import url_names
from tests.platform.page import PASSWORD, Page
from tests.platform.test_signing_in import sign_in

CHANGE = "/accounts/password/change/"
NEW, GIVEN = "brand new zebra 12", "given by staff 34"


def change(client: Client, present: str = PASSWORD, new: str = NEW, again: str = "") -> Page:
    """Send the form."""
    return client.post(CHANGE, {"old_password": present, "new_password1": new, "new_password2": again or new})


def test_person_changes_the_password_and_stays_signed_in_here_alone(signed_in: Client, anna: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(anna)
    before = signed_in.session.session_key
    answer = change(signed_in)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "Your password is changed." in signed_in.get("/licenses/").content.decode()
    assert signed_in.session.session_key != before
    assert elsewhere.get("/licenses/").status_code == 302
    assert sign_in(Client(), anna.email, NEW).status_code == 302
    assert sign_in(Client(), anna.email, PASSWORD).status_code == 200


def test_account_menu_leads_there(signed_in: Client) -> None:
    assert f'href="{CHANGE}"' in signed_in.get("/licenses/").content.decode()


def test_change_is_written_down_and_announced_without_the_password(signed_in: Client, anna: User) -> None:
    change(signed_in)
    event = AuditEvent.objects.get(action="password_changed")
    assert (event.actor_id, event.target_id, event.address) == (anna.pk, anna.pk, "127.0.0.1")
    mail = waiting().get()
    text, html = take_out(mail)
    assert mail.to == [anna.email]
    assert "This was not me" in text
    assert "/accounts/not-me/" in text
    kept = json.dumps([list(AuditEvent.objects.values()), text, html, mail.subject], default=str)
    assert NEW not in kept
    assert PASSWORD not in kept


def test_without_the_present_password_nothing_changes(signed_in: Client, anna: User) -> None:
    page = change(signed_in, present="not the password").content.decode()
    assert "This is not your present password." in page
    assert "not the password" not in page.replace("This is not your present password", "")
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("new", "again", "complaint"),
    [
        (PASSWORD, PASSWORD, "This is your present password. Choose another one."),
        (NEW, NEW + "3", "didn’t match"),
        ("short", "short", "too short"),
        ("Anna Acme Anna", "Anna Acme Anna", "too similar to the full name"),
        ("password1234", "password1234", "too common"),
    ],
)
def test_new_password_follows_the_rules(signed_in: Client, anna: User, new: str, again: str, complaint: str) -> None:
    assert complaint in change(signed_in, new=new, again=again).content.decode()
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_guessing_the_present_password_is_slowed_down(signed_in: Client) -> None:
    statuses = [change(signed_in, present="a wrong guess").status_code for _attempt in range(6)]
    assert statuses == [200] * 5 + [429]
    assert signed_in.get(CHANGE).status_code == 200


def test_who_has_no_password_is_led_to_the_mailed_link(signed_in: Client, anna: User) -> None:
    User.objects.update(password="!")
    anna.refresh_from_db()
    signed_in.force_login(anna)
    assert signed_in.get(CHANGE)["Location"] == "/accounts/password/reset/"


def test_page_needs_sign_in(client: Client, anna: User) -> None:
    assert client.get(CHANGE)["Location"] == f"/accounts/login/?next={CHANGE}"
    assert Client(enforce_csrf_checks=True).post(CHANGE).status_code in {302, 403}


@pytest.fixture
def given(anna: User, staff: User) -> User:
    """Return Anna, whom staff gave a password."""
    give_password(anna, GIVEN, Actor.vendor(staff))
    return anna


def test_given_password_signs_in_and_leads_to_choosing_ones_own(client: Client, given: User) -> None:
    sign_in(client, given.email, GIVEN)
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [(CHANGE, 302)]
    page = answer.content.decode()
    assert "Choose a password of your own" in page
    assert "somebody else knows it" in page


def test_nothing_else_can_be_done_until_then(client: Client, given: User) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    sign_in(client, given.email, GIVEN)
    open_paths = []
    for name, pattern in url_names(get_resolver()):
        path = f"/{pattern}"
        if "<" in path or "(" in path or name in OwnPasswordMiddleware.LEFT_OPEN:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if (answer.status_code, answer.get("Location")) != (302, CHANGE):
                open_paths.append(f"{method} {path}")
    assert open_paths == []


def test_control_without_the_middleware_pages_open(
    client: Client, given: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OwnPasswordMiddleware, "process_view", lambda *_: None)
    sign_in(client, given.email, GIVEN)
    assert client.get("/licenses/").status_code == 200


def test_signing_out_remains_possible(client: Client, given: User) -> None:
    sign_in(client, given.email, GIVEN)
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert SESSION_KEY not in client.session


def test_after_choosing_everything_is_open(client: Client, given: User) -> None:
    sign_in(client, given.email, GIVEN)
    assert change(client, present=GIVEN, new=GIVEN).status_code == 200
    assert client.get("/licenses/")["Location"] == CHANGE
    assert change(client, present=GIVEN)["Location"] == "/"
    assert client.get("/licenses/").status_code == 200
    given.refresh_from_db()
    assert not given.must_change_password


def test_password_by_link_ends_the_duty_too(given: User) -> None:
    choose_password(given, NEW)
    given.refresh_from_db()
    assert not given.must_change_password


def test_given_password_ends_sessions_and_is_announced(signed_in: Client, anna: User, staff: User) -> None:
    give_password(anna, GIVEN, Actor.vendor(staff))
    assert signed_in.get("/licenses/").status_code == 302
    text, _html = take_out(waiting().get())
    assert "The vendor’s staff gave anna@acme.example a new password" in text
    assert GIVEN not in text
    event = AuditEvent.objects.get(action="password_given")
    assert (event.actor_id, event.target_id) == (staff.pk, anna.pk)


def test_of_two_changes_decided_on_the_same_password_one_is_refused(anna: User) -> None:
    stale = User.objects.get(pk=anna.pk)
    change_password(anna, NEW)
    with pytest.raises(PasswordChangedMeanwhile):
        choose_password(stale, "an attackers choice 9")
    anna.refresh_from_db()
    assert anna.check_password(NEW)
    assert waiting().count() == 1


@pytest.mark.parametrize("change_of", [{"is_active": False}, {"email": "anna.new@acme.example"}])
def test_password_of_somebody_who_changed_meanwhile_is_not_set(anna: User, change_of: dict[str, object]) -> None:
    User.objects.update(**change_of)
    with pytest.raises(PasswordChangedMeanwhile):
        choose_password(anna, NEW)
    assert not Mail.objects.exists()
    assert not AuditEvent.objects.exists()


def test_password_does_not_change_when_its_announcement_cannot_be_queued(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(own_password, "tell", full)
    with pytest.raises(OSError, match="no space"):
        change_password(anna, NEW)
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
