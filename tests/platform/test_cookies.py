"""Every cookie of a portal at an https address is for that host and https alone; session ids cannot be guessed."""

from http.cookies import SimpleCookie

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import crypto
from pytest_django import Settings

from accounts.models import User
from tests.platform.test_signing_in import sign_in

NAMES = ("CSRF_COOKIE_NAME", "SESSION_COOKIE_NAME", "BROWSER_COOKIE_NAME", "THEME_COOKIE_NAME")


def cookies_of_a_visit(client: Client, anna: User) -> "SimpleCookie":
    """Return what a browser was given after the pages that set cookies."""
    client.get("/accounts/login/", secure=True)
    client.post("/theme/", {"theme": "dark"}, secure=True)
    client.post("/accounts/login/", {"login": anna.email, "password": "correct horse 4711"}, secure=True)
    return client.cookies


@pytest.fixture
def _at_an_https_address(settings: Settings) -> None:
    for name in NAMES:
        setattr(settings, name, f"__Host-{getattr(settings, name)}")
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


@pytest.mark.usefixtures("_at_an_https_address")
def test_every_cookie_is_for_this_host_and_https_alone(client: Client, anna: User, settings: Settings) -> None:
    cookies = cookies_of_a_visit(client, anna)
    assert set(cookies) == {getattr(settings, name) for name in NAMES}
    for name, cookie in cookies.items():
        assert (bool(cookie["secure"]), cookie["path"], cookie["domain"]) == (True, "/", ""), name
        assert cookie["samesite"] in {"Lax", "Strict"}, name


def test_control_portal_on_this_machine_has_cookies_without_https(client: Client, anna: User) -> None:
    assert not any(cookie["secure"] for cookie in cookies_of_a_visit(client, anna).values())


def test_session_id_is_made_of_32_letters_of_the_system_s_generator(
    client: Client, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    choice = crypto.secrets.choice

    def noted(letters: str) -> str:
        drawn.append(choice(letters))
        assert len(set(letters)) == 36
        return drawn[-1]

    monkeypatch.setattr(crypto.secrets, "choice", noted)
    key = SessionStore()._get_new_session_key()
    assert key == "".join(drawn)
    assert len(key) == 32
    monkeypatch.undo()
    sign_in(client, anna.email)
    assert len(client.session.session_key or "") == 32
