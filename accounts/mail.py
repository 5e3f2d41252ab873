"""Mail leaves a request as a row, written in the transaction of its cause; the worker sends it.

The table is django-post-office's. Its own functions are left alone: they render what they are
given as templates, so that a name somebody typed could run template code, and they keep what
mails say readable in the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from enum import IntEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import PRIORITY, STATUS

from accounts.demo import is_demo
from accounts.letters import Letter
from accounts.models import Mail
from accounts.secret_box import open_sealed, seal


class Lane(IntEnum):
    """Which mails go first: who waits at the sign-in page, then who is told something, then everybody at once."""

    SIGN_IN = PRIORITY.high
    NOTICE = PRIORITY.medium
    BULK = PRIORITY.low


LIFETIME = {Lane.SIGN_IN: timedelta(hours=1), Lane.NOTICE: timedelta(days=5), Lane.BULK: timedelta(days=5)}
"""How long a mail is tried; later it would only confuse its reader."""

LATE_AFTER, TOLD_FOR = timedelta(minutes=10), timedelta(days=3)
WAITING = (STATUS.queued, STATUS.requeued)
ON_HOLD = 4
"""Beside post-office's own states: it waited when a backup was made that was restored, until staff say what becomes
of it (`mail_on_hold.py`)."""
ENDED_BY = "List-Unsubscribe"
"""The header of mails that their reader can end with one click (RFC 8058)."""

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def queue(
    letter: Letter,
    to: str,
    lane: Lane = Lane.NOTICE,
    *,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    headers: Mapping[str, str] | None = None,
    about: str = "",
) -> Mail:
    """Put a letter into the queue; call it in the transaction of what it tells about.

    It is tried until `expires_at`, by default as long as its lane says. `headers` stand beside those
    that every mail has. `about` names what makes it needless when it ends (`take_back`).
    """
    mail = _with_letter(letter, to, lane)
    mail.headers = {**HEADERS, **(headers or {})}
    mail.scheduled_time = not_before
    mail.expires_at = expires_at or mail.expires_at
    mail.context = {"about": about} if about else None
    _write(mail)
    return mail


def queue_many(letters: Iterable[tuple[Letter, str]], lane: Lane) -> list[Mail]:
    """Put letters, each with its recipient, into the queue as `queue` does; few statements for any number of them."""
    mails = [_with_letter(letter, to, lane) for letter, to in letters]
    for mail in mails:
        mail.full_clean()
    return Mail.objects.bulk_create(mails)


def take_back(about: Sequence[str]) -> None:
    """Remove the mails about these things that were not sent yet; call it in the transaction that ends them.

    One that the worker is handing over at that very moment still arrives.
    """
    unsent().filter(context__about__in=list(about)).delete()


def take_back_unwanted(to: str) -> None:
    """Remove the mails that wait for `to` and that one click ends; call it where somebody says to want no more of them.

    Others that go to many at once, such as the licenses of an order, still arrive.
    """
    unsent().filter(to=to, headers__has_key=ENDED_BY).delete()


def ask_for(request: str, to: str, *, lifetime: timedelta = LIFETIME[Lane.SIGN_IN], **facts: str) -> None:
    """Put a request for a sign-in mail into the queue: the worker looks who it is for, and writes it as it sends it.

    So nothing that lets anybody in lies readable in the database, and a request for a stranger's
    address takes exactly as long as one for somebody known. One that waits already, with the same
    facts, is not repeated. `facts` are what the worker has to know; seal what is secret.
    """
    context = {"request": request, **facts}
    if not waiting().filter(context=context, to=to).exists():
        mail = _addressed(to, Lane.SIGN_IN)
        mail.context = context
        mail.expires_at = timezone.now() + lifetime
        _write(mail)


def _addressed(to: str, lane: Lane) -> Mail:
    """Return an empty mail; its id stays the same however often it is tried."""
    if "," in to or not to.isprintable():
        raise ValueError("one mail has one recipient")
    return Mail(  # type: ignore[no-untyped-call]  # the package has no types
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=to,
        headers=HEADERS,
        message_id=make_msgid(domain=urlsplit(settings.PORTAL_URL).hostname),
        priority=lane,
        status=STATUS.queued,
        expires_at=timezone.now() + LIFETIME[lane],
    )


def _with_letter(letter: Letter, to: str, lane: Lane) -> Mail:
    """Return the mail that brings a letter to `to`."""
    mail = _addressed(to, lane)
    mail.subject = letter.subject
    put_in(mail, letter)
    return mail


def _write(mail: Mail) -> None:
    mail.save(force_insert=True)  # type: ignore[no-untyped-call]  # as above


def put_in(mail: Mail, letter: Letter) -> None:
    """Write what a letter says into the mail, encrypted."""
    mail.message, mail.html_message = seal(letter.text.encode()), seal(letter.html.encode())


def take_out(mail: Mail) -> tuple[str, str]:
    """Return the text and the HTML of a mail; raise SecretUnreadableError when no key opens it."""
    return open_sealed(mail.message).decode(), open_sealed(mail.html_message).decode()


def waiting() -> "QuerySet[Mail]":
    """Return the mails that the worker has to send."""
    return Mail.objects.filter(status__in=WAITING)


def unsent() -> "QuerySet[Mail]":
    """Return the mails that were not sent yet, those on hold among them."""
    return Mail.objects.filter(status__in=(*WAITING, ON_HOLD))


def due(now: datetime) -> "QuerySet[Mail]":
    """Return the mails whose turn it is, in the order in which they go."""
    is_time = Q(scheduled_time=None) | Q(scheduled_time__lte=now)
    return waiting().filter(is_time, expires_at__gt=now).order_by("-priority", "id")


def readable_in_demo() -> "QuerySet[Mail]":
    """Return the mails of a demo, which are kept instead of being sent, newest first."""
    return Mail.objects.filter(status=STATUS.sent).exclude(message="").order_by("-id")


def can_send() -> bool:
    """Return whether mails reach anybody: there is a mail server, or a demo that shows them."""
    return settings.PORTAL_MAIL_SERVER is not None or is_demo()


def mail_trouble() -> str:
    """Return what staff should know when mails do not go out, or nothing."""
    if not can_send():
        return _(
            "No mail server is set, so mails wait and are given up in the end: set EMAIL_URL and PORTAL_MAIL_FROM."
        )
    if Mail.objects.filter(status=ON_HOLD).exists():
        return _(
            "The portal was restored from a backup. Mails that waited when it was made are on hold: "
            "manage.py mails_on_hold lists them, --release sends them, --remove removes them."
        )
    now = timezone.now()
    if waiting().filter(created__lt=now - LATE_AFTER, expires_at__gt=now).exists():
        return _(
            "Mails are waiting: the mail server does not take them, or the worker does not run. Its log says more."
        )
    if Mail.objects.filter(status=STATUS.failed, last_updated__gt=now - TOLD_FOR).exists():
        return _("Some mails of the last days could not be sent; the list of mails says which, and why.")
    return ""
