"""Which browsers a person has signed in from: a first sign-in from another one is mailed to them.

A browser is known by a signed cookie of its own, which holds a random number and, for each person
who signed in there, a mark that only the portal can make. The marks end with all sessions of the
person, so that whoever was shown out is a stranger afterwards.
"""

import secrets
import time
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from accounts import audit
from accounts.keyed_marks import is_mark, make_mark
from accounts.models import User
from accounts.notices import tell
from accounts.user_agents import in_words

SALT = "accounts.browsers"
KEPT_FOR = timedelta(days=400)
MOST_PEOPLE = 10
SET_HERE_FOR = timedelta(minutes=1)
_PASSWORD_SET, _TO_KEEP = "password_set_here", "_browser_to_keep"


@dataclass(frozen=True)
class Browser:
    """A browser's own number and the marks of the people who signed in there, the latest last."""

    number: str
    marks: tuple[str, ...]

    def knows(self, user: User) -> bool:
        """Return whether `user` signed in here since all their sessions were last ended."""
        return any(self._is_of(user, mark) for mark in self.marks)

    def with_person(self, user: User) -> "Browser":
        """Return this browser after `user` signed in here."""
        others = [mark for mark in self.marks if not self._is_of(user, mark)]
        return replace(self, marks=(*others, make_mark(SALT, self._said_of(user)))[-MOST_PEOPLE:])

    def _is_of(self, user: User, mark: str) -> bool:
        return is_mark(mark, SALT, self._said_of(user))

    def _said_of(self, user: User) -> str:
        return f"{self.number}|{user.pk.hex}|{user.sessions_ended}"


def browser_of(request: HttpRequest) -> Browser:
    """Return the browser of a request; a new one without the cookie, or with a forged or outdated one."""
    cookie = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    try:
        number, *marks = signing.loads(cookie, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return Browser(secrets.token_hex(16), ())
    return Browser(number, tuple(marks))


def known_browser(request: HttpRequest, address: str) -> str | None:
    """Return the number of the browser if the person with this address signed in there before.

    Such a browser counts failed attempts for itself, so that nobody else can shut its owner out.
    """
    browser = browser_of(request)
    user = User.objects.filter(email=address).first() if browser.marks else None
    return browser.number if user is not None and browser.knows(user) else None


def note_sign_in(request: HttpRequest, user: User) -> None:
    """Mail the person about a browser they have not used before; call it when they are signed in.

    Nothing is mailed for the browser in which they set their password by a mailed link a moment
    ago: they were told of that.
    """
    was_set_here = _was_set_here(request, user)
    if not browser_of(request).knows(user) and not was_set_here:
        words = {"browser": in_words(request.headers.get("User-Agent", ""))}
        tell(user, "new_browser", **words, network_address=audit.origin.get().address or "")
    keep_browser(request, user)


def note_password_set(request: HttpRequest, user: User) -> None:
    """Remember that `user` set the password in this browser, for the sign-in that follows at once."""
    request.session[_PASSWORD_SET] = {"user": user.pk.hex, "at": time.time()}


def _was_set_here(request: HttpRequest, user: User) -> bool:
    noted = request.session.pop(_PASSWORD_SET, None) or {"user": "", "at": 0}
    age: float = time.time() - noted["at"]
    return age < SET_HERE_FOR.total_seconds() and str(noted["user"]) == user.pk.hex


def keep_browser(request: HttpRequest, user: User) -> None:
    """Know the browser of a request as one of this person's from now on."""
    setattr(request, _TO_KEEP, browser_of(request).with_person(user))


def put_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its cookie, if there is something new to remember."""
    browser: Browser | None = getattr(request, _TO_KEEP, None)
    if browser is not None:
        response.set_cookie(
            settings.BROWSER_COOKIE_NAME,
            signing.dumps([browser.number, *browser.marks], salt=SALT),
            max_age=KEPT_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
