"""A session ends by itself: when nobody used it for a while, and at the latest some time after the sign-in.

When it began and when it was last used stands in the session itself, so that looking costs nothing.
"""

import time
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Kept = SessionBase | Mapping[str, object]

BEGAN, SEEN = "session_began", "session_seen"
NOTED_EVERY = timedelta(minutes=5)
"""How exactly the last use is known: writing it down for each request would cost a query each."""


def begin(request: HttpRequest, **_signal: object) -> None:
    """Note that somebody signed in just now, in whatever way."""
    request.session[BEGAN] = request.session[SEEN] = time.time()


def connect() -> None:
    """Note every sign-in from now on."""
    user_logged_in.connect(begin, dispatch_uid="accounts.session_limits")


def seconds_since(session: Kept, mark: str) -> float:
    """Return how long ago a session began or was used; forever, where it does not say."""
    noted = session.get(mark, 0)
    return time.time() - (noted if isinstance(noted, int | float) else 0)


def reason_to_end(session: Kept) -> str:
    """Return why a session is over, in words for its person, or nothing while it may go on."""
    if SESSION_KEY not in session:
        return ""
    if seconds_since(session, BEGAN) >= settings.PORTAL_SESSION_LONGEST.total_seconds():
        return _("Everybody signs in anew after %(time)s.") % {"time": _in_words(settings.PORTAL_SESSION_LONGEST)}
    if seconds_since(session, SEEN) >= settings.PORTAL_SESSION_IDLE.total_seconds():
        idle = {"time": _in_words(settings.PORTAL_SESSION_IDLE)}
        return _("You were signed out because you did nothing here for %(time)s.") % idle
    return ""


def is_to_be_noted(session: Kept) -> bool:
    """Return whether it is time to write down that a session is in use."""
    return SESSION_KEY in session and seconds_since(session, SEEN) >= NOTED_EVERY.total_seconds()


def _in_words(limit: timedelta) -> str:
    hours = int(limit.total_seconds()) // 3600
    if hours % 24 == 0:
        return ngettext("%(days)s day", "%(days)s days", hours // 24) % {"days": hours // 24}
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
