"""Every request knows who asks, and speaks their language in their time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from accounts.models import User
from organizations.access import viewer_for
from organizations.viewer import Viewer

GetResponse = Callable[[HttpRequest], HttpResponseBase]


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
