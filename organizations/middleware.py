"""Every request knows who asks, speaks their language in their time zone, and asks for the second step they need."""

from collections.abc import Callable
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation

from accounts.models import User
from accounts.second_step import has_second_step
from organizations.access import viewer_for
from organizations.second_step import must_have_second_step
from organizations.viewer import Viewer

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """A request to a view that needs sign-in: its user is never anonymous."""

    user: User
    viewer: Viewer


class ViewerMiddleware:
    """Resolve `request.viewer` once for each request of a signed-in person; None for anybody else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the person's language and time zone.

        The viewer holds the person, not Django's stand-in that looks for the person behind each
        attribute anew: a list asks several hundred times.
        """
        user = get_user(request)
        request.viewer = viewer_for(user) if isinstance(user, User) else None  # type: ignore[attr-defined]  # ours
        if not isinstance(user, User):
            return self.get_response(request)
        with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
            return self.get_response(request)


class SecondStepMiddleware:
    """Leads a person who must have a second step and has none to setting one up, and nowhere else until that is done.

    Whoever has to choose a password of their own does that first (`OwnPasswordMiddleware`, which stands before).
    """

    LEFT_OPEN: ClassVar[frozenset[str]] = frozenset(
        {
            "account_change_password",
            "account_logout",
            "account_reauthenticate",
            "account_reset_password",
            "accounts:confirm_proof",
            "accounts:first_password",
            "accounts:not_me",
            "accounts:prove",
            "brand_logo",
            "brand_style",
            "demo_mail",
            "demo_mail_text",
            "healthz",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_index",
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
        """Lead to the page of second steps, whatever else was asked for."""
        viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]  # ours
        match = request.resolver_match
        is_open = match is not None and match.view_name in self.LEFT_OPEN
        if is_open or viewer is None or has_second_step(viewer.user) or not must_have_second_step(viewer):
            return None
        return redirect("mfa_index")
