"""What signing in asks of every request: a session that may go on, a known browser, a password of one's own."""

import time
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.browsers import put_cookie
from accounts.models import User
from accounts.session_limits import SEEN, is_to_be_noted, reason_to_end
from accounts.sessions import write_down

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]


class OwnPasswordMiddleware:
    """Leads a person whose password staff know to the page that changes it, and nowhere else until that is done."""

    LEFT_OPEN: ClassVar[frozenset[str]] = frozenset(
        {
            "account_change_password",
            "account_logout",
            "account_reset_password",
            "accounts:first_password",
            "accounts:not_me",
            "brand_logo",
            "brand_style",
            "demo_mail",
            "demo_mail_text",
            "healthz",
            "organizations:no_more_mails",
            "readyz",
            "theme",
        }
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Do nothing yet: which page is asked for is known later."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: list[object], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Lead to the page that changes the password, whatever else was asked for."""
        user, match = request.user, request.resolver_match
        is_open = match is not None and match.view_name in self.LEFT_OPEN
        if is_open or not isinstance(user, User) or not user.must_change_password:
            return None
        return redirect("account_change_password")


class SessionLimitsMiddleware:
    """Ends a session that is too old or was not used for too long, before anybody asks whose it is."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Say why, and let people sign in and go on where they were; note from time to time that others are used."""
        if reason := reason_to_end(request.session):
            UserSession.objects.filter(session_key=request.session.session_key).delete()
            request.session.flush()
            messages.info(request, reason)
            if request.method not in {"GET", "HEAD"}:
                return redirect_to_login(_page_of(request))
        elif is_to_be_noted(request.session) and isinstance(request.user, User):
            request.session[SEEN] = time.time()
            write_down(request, request.user)
        return self.get_response(request)


def _page_of(request: HttpRequest) -> str:
    """Return the path of the page that a form was sent from."""
    page = urlsplit(request.headers.get("Referer", ""))
    is_own = page.netloc == request.get_host() and page.path.startswith("/")
    return f"{page.path}?{page.query}" if is_own and page.query else page.path if is_own else request.path


class BrowserMiddleware:
    """Gives the browser in which somebody signed in the cookie by which it is known again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the cookie if there is something new to remember."""
        response = self.get_response(request)
        put_cookie(request, response)
        return response
