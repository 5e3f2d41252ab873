"""Theme, health, and the demo that stays at home."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import demo
from accounts.models import User


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_chosen_theme_is_in_the_page_itself(client: Client, db: None, theme: str) -> None:
    answer = client.post("/theme/", {"theme": theme, "next": "/accounts/login/?next=/licenses/"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/licenses/")
    assert f'data-theme="{theme}"' in client.get("/accounts/login/").content.decode()


def test_unknown_theme_changes_nothing(client: Client, db: None) -> None:
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": '"><script>'})
    assert client.cookies["theme"].value == "dark"
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="system"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", ""])
def test_theme_leads_back_only_into_the_portal(client: Client, db: None, elsewhere: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_theme_is_chosen_by_a_button_only(client: Client, db: None) -> None:
    assert client.get("/theme/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}).status_code == 403


def test_theme_cookie_is_as_safe_as_the_others(client: Client, db: None, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    settings.THEME_COOKIE_NAME = "__Host-theme"
    cookie = client.post("/theme/", {"theme": "dark"}).cookies["__Host-theme"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")


def test_portal_is_alive_and_ready(client: Client, db: None) -> None:
    assert client.get("/healthz").content == b"alive\n"
    assert client.get("/readyz").content == b"ready\n"


@pytest.fixture
def demo_client(client: Client, anna: User, settings: Settings) -> Client:
    """Return a browser before a portal, served at a public name, whose database holds demo data."""
    settings.ALLOWED_HOSTS = ["portal.example.com", "localhost", "127.0.0.1", "[::1]"]
    demo.mark_as_demo()
    client.force_login(anna)
    return client


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/licenses/", "/admin/", "/nothing"])
def test_demo_answers_nobody_from_elsewhere(demo_client: Client, path: str) -> None:
    answer = demo_client.get(path, headers={"Host": "portal.example.com"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "This demo answers only on its own computer" in page
    assert "python3 portal.py --no-demo" in page


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_demo_answers_its_own_computer(demo_client: Client, host: str) -> None:
    answer = demo_client.get("/accounts/logout/", headers={"Host": host})
    assert answer.status_code == 200
    assert "anyone can sign in" in answer.content.decode()


def test_demo_tells_its_service_manager_that_it_is_alive(demo_client: Client) -> None:
    assert demo_client.get("/healthz", headers={"Host": "portal.example.com"}).status_code == 200


def test_portal_without_demo_data_answers_by_its_name(client: Client, db: None) -> None:
    answer = client.get("/accounts/login/")
    assert answer.status_code == 200
    assert "anyone can sign in" not in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", {"X-Forwarded-Host": "portal.example.com"}),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}),
    ],
)
def test_demo_answers_nobody_who_only_says_localhost(
    demo_client: Client, address: str, headers: dict[str, str]
) -> None:
    answer = demo_client.get("/licenses/", headers={"Host": "localhost", **headers}, REMOTE_ADDR=address)
    assert answer.status_code == 400
