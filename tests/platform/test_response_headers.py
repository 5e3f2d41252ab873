"""S5: the headers of every kind of page, and what they leave to a view."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from qlmportal.middleware import response_headers
from tests.platform.page import PASSWORD

FORMS_LEAD_TO = {"/accounts/login/": "'self' http://127.0.0.1:9"}
"""The providers, where they have buttons."""

PAGES = [
    "/accounts/login/",
    "/nothing/here",
    "/licenses/?q=%00",
    "/healthz",
    "/readyz",
    "/licenses/",
    "/theme/",
    "/admin/",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_private_and_allows_nothing_foreign(client: Client, db: None, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Server" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_every_page_allows_scripts_and_styles_from_the_portal_alone(client: Client, db: None, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": FORMS_LEAD_TO.get(path, "'self'"),
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_signed_in_page_is_private_too(signed_in: Client) -> None:
    assert signed_in.get("/licenses/").headers["Cache-Control"] == "private, no-store"


def test_view_may_decide_about_caching_itself(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "public, max-age=3600"})

    assert response_headers(view)(rf.get("/")).headers["Cache-Control"] == "public, max-age=3600"


def test_signing_out_clears_what_the_browser_keeps(signed_in: Client) -> None:
    assert "Clear-Site-Data" not in signed_in.get("/accounts/logout/").headers
    assert signed_in.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_staff_signing_out_in_the_admin_clears_it_too(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert client.post("/admin/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/admin/").status_code == 302


def test_cookies_are_out_of_reach_for_scripts(client: Client, anna: User) -> None:
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_no_cookie_carries_messages(client: Client, anna: User) -> None:
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    names = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.BROWSER_COOKIE_NAME}
    assert set(client.cookies) == names
