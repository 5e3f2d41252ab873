"""Who must have a second step is led to setting one up, and nowhere else until it is done."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from pytest_django import Settings

from accounts import demo
from accounts.audit import SYSTEM
from accounts.models import AuditEvent, User
from accounts.own_password import give_password
from accounts.second_step import SecondStepNeeded, remove
from organizations.middleware import SecondStepMiddleware
from qlmportal.environment import parse_second_step_for
from tests.access_matrix.checks import browser_of, url_names
from tests.cast import Cast, make_cast
from tests.support.second_step import code, give_app

INDEX = "/accounts/second-step/"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    demo.forget()
    yield
    demo.forget()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def person(cast: Cast, role: str) -> User:
    """Return who plays `role`."""
    user = cast.enter(role)
    assert user is not None
    return user


def is_led_there(client: Client) -> bool:
    """Tell whether somebody who opens the list of licenses is led to the second step."""
    answer = client.get("/licenses/")
    return (answer.status_code, answer.get("Location")) == (302, INDEX)


LED = {
    "staff": {"superuser", "staff without permissions"},
    "contacts": {"primary contact", "secondary contact", "outside contact", "other contact"},
    "group_members": {"north", "south, view_all"},
}
TRIED = sorted(
    {role for roles in LED.values() for role in roles} | {"plain member", "individual", "north switched off"}
)


@pytest.mark.parametrize("duty", ["", "staff", "contacts", "group_members", "staff,contacts,group_members"])
def test_exactly_those_are_led_there_whom_the_setting_names(cast: Cast, settings: Settings, duty: str) -> None:
    settings.PORTAL_SECOND_STEP_FOR = parse_second_step_for(duty)
    led = {role for role in TRIED if is_led_there(browser_of(cast, role))}
    assert led == {role for name in duty.split(",") if name for role in LED[name]}


def test_unless_set_otherwise_staff_must_have_one_and_in_a_demo_nobody(cast: Cast, settings: Settings) -> None:
    settings.PORTAL_SECOND_STEP_FOR = None
    client = browser_of(cast, "superuser")
    assert is_led_there(client)
    assert not is_led_there(browser_of(cast, "primary contact"))
    demo.mark_as_demo()
    assert not is_led_there(client)


@pytest.fixture
def _staff_must(settings: Settings) -> None:
    settings.PORTAL_SECOND_STEP_FOR = frozenset({"staff"})


@pytest.mark.usefixtures("_staff_must")
def test_nothing_else_can_be_done_until_then(cast: Cast) -> None:
    client = browser_of(cast, "superuser")
    open_paths = []
    for name, pattern in url_names(get_resolver()):
        path = f"/{pattern}"
        if "<" in path or "(" in path or name in SecondStepMiddleware.LEFT_OPEN:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if (answer.status_code, answer.get("Location")) != (302, INDEX):
                open_paths.append(f"{method} {path}")
    assert open_paths == []


@pytest.mark.usefixtures("_staff_must")
def test_control_without_the_middleware_pages_open(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SecondStepMiddleware, "process_view", lambda *_: None)
    assert browser_of(cast, "superuser").get("/licenses/").status_code == 200


@pytest.mark.usefixtures("_staff_must")
def test_page_says_why_and_after_setting_up_everything_is_open(cast: Cast) -> None:
    client = browser_of(cast, "superuser")
    assert "People with your rights sign in with a second step." in client.get(INDEX).content.decode()
    page = client.get(f"{INDEX}app/add/").content.decode()
    secret = page.partition("<code>")[2].partition("</code>")[0].replace(" ", "")
    assert client.post(f"{INDEX}app/add/", {"code": code(secret=secret)}).status_code == 302
    assert client.get("/licenses/").status_code == 200
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("_staff_must")
def test_password_of_ones_own_comes_first(cast: Cast) -> None:
    user = person(cast, "superuser")
    give_password(user, "given by staff 34", SYSTEM)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get("/licenses/")["Location"] == "/accounts/password/change/"
    assert client.get(INDEX)["Location"] == "/accounts/password/change/"


@pytest.mark.usefixtures("_staff_must")
def test_last_one_stays_with_who_must_have_one(cast: Cast) -> None:
    user = person(cast, "superuser")
    give_app(user)
    client = Client()
    client.force_login(user)
    assert "This is your last second step" in client.get(f"{INDEX}app/remove/").content.decode()
    assert "so the last one stays" in client.post(f"{INDEX}app/remove/", follow=True).content.decode()
    with pytest.raises(SecondStepNeeded):
        remove(user, Authenticator.objects.get(type="totp").pk, SYSTEM)
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    assert not AuditEvent.objects.filter(action="second_step_removed").exists()


@pytest.mark.usefixtures("_staff_must")
def test_contact_who_need_not_may_remove_theirs(cast: Cast) -> None:
    user = person(cast, "primary contact")
    give_app(user)
    remove(user, Authenticator.objects.get(type="totp").pk, SYSTEM)
    assert not Authenticator.objects.exists()


def test_duty_costs_no_query(cast: Cast, settings: Settings) -> None:
    counts = []
    for duty in ("", "staff,contacts,group_members"):
        settings.PORTAL_SECOND_STEP_FOR = parse_second_step_for(duty)
        user = person(cast, "primary contact")
        if not Authenticator.objects.filter(user=user).exists():
            give_app(user)
        client = Client()
        client.force_login(user)
        client.get("/licenses/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/licenses/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("text", "roles"), [(None, None), ("", set()), (" staff , contacts,", {"staff", "contacts"})])
def test_setting_is_a_list_of_roles(text: str | None, roles: set[str] | None) -> None:
    assert parse_second_step_for(text) == roles


@pytest.mark.parametrize("text", ["everybody", "staff;contacts", "Staff"])
def test_unknown_role_stops_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="can only name contacts, group_members, staff"):
        parse_second_step_for(text)


def test_new_staff_are_told_that_a_second_step_follows(
    db: None, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for duty, is_told in (("staff", True), ("", False)):
        settings.PORTAL_SECOND_STEP_FOR = parse_second_step_for(duty)
        call_command("add_staff", "boss@vendor.example")
        assert ("asks to set up a second step" in capsys.readouterr().out) is is_told


def test_command_on_the_server_takes_the_second_step_of_staff_away(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    boss = person(cast, "superuser")
    give_app(boss)
    client = Client()
    client.force_login(boss)
    call_command("reset_second_step", boss.email.upper())
    assert "is taken away, every session ended" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert client.get("/licenses/").status_code == 302
    event = AuditEvent.objects.get(action="second_step_reset")
    assert (event.actor_kind, event.target_id) == ("system", boss.pk)
    with pytest.raises(CommandError, match="has no second step"):
        call_command("reset_second_step", boss.email)
    with pytest.raises(CommandError, match="Nobody is registered"):
        call_command("reset_second_step", "nobody@vendor.example")
