"""Tells people of every change to the ways in which they sign in (Product rules, section 7)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.letters import write_letter
from accounts.mail import queue
from accounts.models import User

NOT_ME_LIFETIME = timedelta(days=7)
NOT_ME_SALT = "accounts.notices.not_me"


def tell(user: User, letter: str, *, to: str | None = None, **facts: object) -> None:
    """Queue `templates/mail/<letter>.txt` to the person, with a link that says *This was not me*.

    Call it in the transaction of what it tells about. `to` is another address than the person's
    own, such as the one they had until now; `facts` are what the letter says besides `at`.
    """
    at = timezone.now()
    queue(write_letter(letter, user, link=not_me_link(user, letter, at), at=at, **facts), to or user.email)


def not_me_link(user: User, change: str, at: datetime) -> str:
    """Return the address at which who reads the mail says that this change was not theirs, for seven days."""
    token = signing.dumps({"user": user.pk.hex, "change": change, "at": at.timestamp()}, salt=NOT_ME_SALT)
    return settings.PORTAL_URL + reverse("accounts:not_me", kwargs={"token": token})
