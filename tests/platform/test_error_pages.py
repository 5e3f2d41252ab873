"""The pages for what went wrong: same look, nothing given away, nothing asked of a database that is gone."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from accounts.models import User
from qlmportal import urls
from tests.platform.page import PASSWORD


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view, open to everybody, that fails with `error`."""

    @login_not_required
    def view(request: HttpRequest) -> NoReturn:
        raise error

    return view


@login_not_required
def remember(request: HttpRequest) -> HttpResponse:
    """Write something into the session, as many pages do."""
    request.session["remembered"] = "this"
    return HttpResponse()


urlpatterns = [
    path("remember/", remember),
    path("broken/", raising(ZeroDivisionError("secret detail"))),
    path("lost/", raising(OperationalError("server closed the connection"))),
    path("closed/", raising(InterfaceError("connection already closed"))),
    path("forbidden/", raising(PermissionDenied("Only Bea may do that."))),
    path("", include("qlmportal.urls")),
]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler500 = urls.handler500

with_broken_views = pytest.mark.urls(__name__)


@pytest.fixture
def visitor(db: None) -> Client:
    """Return a browser that shows the error page, as a real one does, instead of failing the test."""
    return Client(raise_request_exception=False)


@contextmanager
def lost_database() -> Iterator[None]:
    """Make every question to the database fail, as when its server is down."""

    def no_cursor(*args: object, **kwargs: object) -> NoReturn:
        raise OperationalError("the database is gone")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "cursor", no_cursor)
        yield


@with_broken_views
def test_failing_view_gets_the_portals_page_without_the_reason(visitor: Client) -> None:
    answer = visitor.get("/broken/")
    assert answer.status_code == 500
    assert "The portal made a mistake" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


@with_broken_views
@pytest.mark.parametrize("address", ["/lost/", "/closed/"])
def test_lost_database_is_a_503_that_says_when_to_come_back(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "not available right now" in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/licenses/", "/accounts/login/", "/admin/", "/nothing/here"])
def test_database_lost_in_middleware_is_a_503_for_everybody(visitor: Client, anna: User, address: str) -> None:
    visitor.force_login(anna)
    with lost_database():
        answers = [someone.get(address) for someone in (visitor, Client(raise_request_exception=False))]
    for answer in answers:
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert "not available right now" in answer.content.decode()


@with_broken_views
def test_database_lost_before_the_session_is_saved_is_a_503_too(
    visitor: Client, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.force_login(anna)

    def lost(*args: object, **kwargs: object) -> NoReturn:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(Session, "save", lost)
    answer = visitor.get("/remember/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


def test_portal_is_alive_but_not_ready_while_the_database_is_lost(visitor: Client) -> None:
    with lost_database():
        assert visitor.get("/healthz").status_code == 200
        assert visitor.get("/readyz").status_code == 503


def test_portal_answers_again_as_soon_as_the_database_is_back(visitor: Client, anna: User) -> None:
    visitor.force_login(anna)
    with lost_database():
        assert visitor.get("/accounts/logout/").status_code == 503
    assert visitor.get("/accounts/logout/").status_code == 200


@with_broken_views
def test_refusal_names_who_can(visitor: Client) -> None:
    answer = visitor.get("/forbidden/")
    assert answer.status_code == 403
    assert "Only Bea may do that." in answer.content.decode()


def test_missing_page_names_the_address_one_is_signed_in_with(signed_in: Client, anna: User) -> None:
    answer = signed_in.get("/nothing/here")
    assert answer.status_code == 404
    assert f"Nothing here for {anna.email}." in answer.content.decode()


def test_missing_page_has_the_same_bytes_every_time_and_no_form(signed_in: Client) -> None:
    first, second = (signed_in.get(address).content for address in ("/nothing/here", "/something/else?x=1"))
    assert first == second
    assert b"csrfmiddlewaretoken" not in first


def test_form_without_its_token_is_refused_with_what_to_do(anna: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


def test_error_pages_follow_the_theme(client: Client, db: None) -> None:
    client.cookies["theme"] = "dark"
    for address in ("/nothing/here", "/licenses/?q=%00"):
        assert 'data-theme="dark"' in client.get(address).content.decode()


@with_broken_views
def test_failure_is_logged_without_body_or_cookies(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        visitor.post("/broken/", {"password": "hush hush 4711"})
    assert "/broken/" in caplog.text
    assert "hush hush" not in caplog.text
