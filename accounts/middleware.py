"""Who was given a password by staff chooses another one before anything else."""

from collections.abc import Callable
from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import User

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
            "brand_logo",
            "brand_style",
            "demo_mail",
            "demo_mail_text",
            "healthz",
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
