"""The error pages. Those for a bad request and a failing portal ask the database nothing."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.demo import was_demo
from organizations.context import brand

DATABASE_LOST = (OperationalError, InterfaceError)
RETRY_AFTER_SECONDS = 5


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be understood, or is too big to be read (Product rules, section 8).

    A session that could not be saved because the database is lost looks like a bad request to Django.
    """
    if _comes_from_lost_database(exception):
        return database_lost(request)
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return plain_page(
            request,
            "400.html",
            status=413,
            heading=_("This was too much at once"),
            sentence=_(
                "More was sent than the portal accepts in one form. Nothing was changed. Go back and send less."
            ),
        )
    return plain_page(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer who sees a thing but may not do this to it; the refusal's own sentence names who can."""
    return plain_page(request, "403.html", status=403, exception=str(exception or ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was not sent from a page of this portal, or from one that got too old."""
    return plain_page(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer alike for what does not exist and for what this person cannot see (Product rules, section 3)."""
    return plain_page(request, "404.html", status=404, viewer=getattr(request, "viewer", None))


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """Answer a method that the address does not know, such as reading what only a button may send."""
    return plain_page(
        request,
        "400.html",
        status=405,
        heading=_("This address cannot be used in this way"),
        sentence=_("Nothing was changed. Go back and use the buttons of the page."),
    )


def demo_elsewhere(request: HttpRequest) -> HttpResponse:
    """Answer who reaches a demo from another computer: anyone can sign in to it, so it stays at home."""
    return plain_page(
        request,
        "400.html",
        status=400,
        heading=_("This demo answers only on its own computer"),
        sentence=_(
            "Anyone can sign in to it, so it is open only at localhost or 127.0.0.1 on the computer it runs on. "
            "Start a portal of your own there with: python3 portal.py --no-demo"
        ),
    )


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer who asks too often; tell to wait."""
    response = plain_page(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the portal fails: 503 when it is the database that is missing or locked, else 500."""
    if isinstance(sys.exception(), DATABASE_LOST):
        return database_lost(request)
    return plain_page(request, "500.html", status=500)


def database_lost(request: HttpRequest) -> HttpResponse:
    """Answer while the database is missing or locked; say when to come back."""
    response = plain_page(request, "503.html", status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _comes_from_lost_database(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, DATABASE_LOST):
        error = error.__context__
    return error is not None


def plain_page(request: HttpRequest, template: str, *, status: int, **context: object) -> HttpResponse:
    """Return a page in the portal's look that knows nobody and needs neither database nor session."""
    portal = brand(request, is_demo_portal=was_demo())
    return HttpResponse(render_to_string(template, {"portal": portal, "status": status, **context}), status=status)
