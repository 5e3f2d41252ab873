"""Tells people of every change to the ways in which they sign in (Product rules, section 7)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.keyed_marks import is_mark, make_mark
from accounts.letters import write_letter
from accounts.mail import queue
from accounts.models import User

NOT_ME_LIFETIME = timedelta(days=7)
NOT_ME_SALT = "accounts.notices.not_me"


@dataclass(frozen=True)
class Notice:
    """What a person was told of: whom it is about, the letter, when, and a mark of the address it went to."""

    user_id: str
    letter: str
    at: datetime
    address_mark: str

    def went_to(self, address: str) -> bool:
        """Return whether the mail went to this address."""
        return is_mark(self.address_mark, NOT_ME_SALT, address)


def tell(user: User, letter: str, *, to: str | None = None, **facts: object) -> None:
    """Queue `templates/mail/<letter>.txt` to the person, with a link that says *This was not me*.

    Call it in the transaction of what it tells about. `to` is another address than the person's
    own, such as the one they had until now; `facts` are what the letter says besides `at`.
    """
    at, address = timezone.now(), to or user.email
    queue(write_letter(letter, user, link=not_me_link(user, letter, at, address), at=at, **facts), address)


def not_me_link(user: User, letter: str, at: datetime, address: str) -> str:
    """Return the link by which who reads the mail to `address` says that this was not them, for seven days."""
    said = {"user": user.pk.hex, "letter": letter, "at": at.timestamp(), "address": make_mark(NOT_ME_SALT, address)}
    token = signing.dumps(said, salt=NOT_ME_SALT)
    return settings.PORTAL_URL + reverse("accounts:not_me", kwargs={"notice_token": token})


def read_token(token: str) -> Notice | None:
    """Return the notice that a link belongs to; None when it is too old, or none of the portal's."""
    try:
        said = signing.loads(token, salt=NOT_ME_SALT, max_age=NOT_ME_LIFETIME)
    except signing.BadSignature:
        return None
    return Notice(said["user"], said["letter"], datetime.fromtimestamp(said["at"], UTC), said["address"])
