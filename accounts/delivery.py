"""The worker sends what the queue holds: in its order, each mail once, however many workers there are.

A mail is claimed by moving its next try into the future, in a transaction that locks its row; only
then is it handed over, so a mail server that hangs locks nothing. A worker that dies in between
leaves a mail that is due again some minutes later, under the same id.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.utils import timezone
from post_office.models import STATUS, Log

from accounts import demo, own_address, password_links, proof_codes, sign_in_codes
from accounts.letters import Letter
from accounts.mail import due, put_in, take_out, waiting
from accounts.models import Mail
from accounts.secret_box import SecretUnreadableError

AT_ONCE = 50
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=3), timedelta(hours=1)
SENT_KEPT, FAILED_KEPT = timedelta(days=30), timedelta(days=90)
MARK_TRIES, MARK_SECONDS = 60, 1.0

log = logging.getLogger("portal.worker")

HandOver = Callable[[Mail], None]
Uninterrupted = Callable[[], AbstractContextManager[None]]
WRITTEN_WHEN_SENT: dict[str, Callable[[str, Mapping[str, str]], Letter | None]] = {
    password_links.REQUEST: password_links.letter_with_link,
    sign_in_codes.REQUEST: sign_in_codes.letter_with_code,
    proof_codes.REQUEST: proof_codes.letter_with_proof_code,
    own_address.REQUEST: own_address.letter_with_address_link,
}


class Unreachable(Exception):
    """The mail server does not answer, or not sensibly; what waits goes on waiting."""


class NotTaken(Exception):
    """One mail did not go: the mail server did not take it, or it could not be written."""

    def __init__(self, kind: str, code: str = "", *, is_final: bool = False) -> None:
        super().__init__(f"{kind} {code}".strip())
        self.kind = kind
        self.code = code
        self.is_final = is_final


def deliver_due(uninterrupted: Uninterrupted = nullcontext) -> int:
    """Send the mails whose turn it is, at most AT_ONCE, and return how many were tried.

    `uninterrupted` keeps away what would stop the process between handing a mail over and
    remembering it. Raises Unreachable when the mail server does not answer.
    """
    give_up_expired(timezone.now())
    if not due(timezone.now()).exists():
        return 0
    demo.forget()
    with _way_out() as hand_over:
        if hand_over is None:
            return 0
        for tried in range(AT_ONCE):
            with uninterrupted():
                mail = _claim(timezone.now())
                if mail is None:
                    return tried
                _deliver(mail, hand_over)
        return AT_ONCE


@contextmanager
def _way_out() -> Iterator[HandOver | None]:
    """Give the function that hands a mail over; none where there is no mail server."""
    if demo.is_demo():
        yield _keep_readable
    elif settings.PORTAL_MAIL_SERVER is None:
        yield None
    else:
        server = EmailBackend(**settings.PORTAL_MAIL_SERVER)
        try:
            server.open()
        except OSError as error:  # smtplib's exceptions, too
            raise Unreachable(_kind_of(error)) from None
        try:
            yield lambda mail: _send(mail, server)
        finally:
            server.close()


def _claim(now: datetime) -> Mail | None:
    """Return the mail whose turn it is, due again later whatever happens to it, or None."""
    with transaction.atomic():
        mail = due(now).select_for_update(skip_locked=True).first()
        if mail is not None:
            tries = (mail.number_of_retries or 0) + 1
            mail.number_of_retries, mail.scheduled_time = tries, now + pause_after(tries)
            _update(mail, number_of_retries=tries, scheduled_time=mail.scheduled_time)
        return mail


def pause_after(tries: int) -> timedelta:
    """Return how long a mail that was not taken waits: longer each time, at most an hour."""
    return min(FIRST_PAUSE * 2.0 ** min(tries - 1, 10), LONGEST_PAUSE)


def _deliver(mail: Mail, hand_over: HandOver) -> None:
    """Write a mail if need be, hand it over, and remember what came of it."""
    try:
        if not _is_written(mail):
            mail.delete()
            return
        hand_over(mail)
    except NotTaken as refusal:
        _note(mail, refusal.kind, refusal.code)
        log.warning("The mail %s was not taken (%s); %s", mail.pk, refusal, _what_next(mail, refusal))
        if refusal.is_final:
            _finish(mail, STATUS.failed)


def _is_written(mail: Mail) -> bool:
    """Write a mail that is written when it is sent; tell whether there is anybody to read it.

    Raises NotTaken when it cannot be written, so that the others go out: it is tried again where
    only a key is missing, and given up where the request itself is at fault.
    """
    if not mail.context or "request" not in mail.context:
        return True
    try:
        letter = WRITTEN_WHEN_SENT[mail.context["request"]](mail.to[0], mail.context)
    except (DatabaseError, InterfaceError):
        raise
    except SecretUnreadableError as error:
        raise NotTaken(_kind_of(error)) from None
    except Exception as error:  # noqa: BLE001  # whatever one request is like, the queue goes on
        raise NotTaken(_kind_of(error), is_final=True) from None
    if letter is not None:
        mail.subject = letter.subject
        put_in(mail, letter)
    return letter is not None


def _keep_readable(mail: Mail) -> None:
    """Keep a mail of a demo, which never leaves it."""
    _update(mail, status=STATUS.sent, subject=mail.subject, message=mail.message, html_message=mail.html_message)


def _send(mail: Mail, server: EmailBackend) -> None:
    """Hand a mail to the mail server, and forget what it says.

    Raises NotTaken, or Unreachable where the server has gone: then nobody knows whether it took the mail.
    """
    try:
        _message(mail, server).send()
    except SMTPRecipientsRefused as error:
        code = str(next(iter(error.recipients.values()), ("",))[0])
        raise NotTaken(_kind_of(error), code, is_final=code.startswith("5")) from None
    except SMTPResponseException as error:
        raise NotTaken(_kind_of(error), str(error.smtp_code)) from None
    except (SecretUnreadableError, SMTPNotSupportedError) as error:
        raise NotTaken(_kind_of(error)) from None
    except OSError as error:  # what is left of smtplib's exceptions, too
        raise Unreachable(_kind_of(error)) from None
    _surely_finish(mail)


def _message(mail: Mail, server: EmailBackend) -> EmailMultiAlternatives:
    text, html = take_out(mail)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=mail.to,
        headers={**(mail.headers or {}), "Message-ID": str(mail.message_id)},
        connection=server,
    )
    message.attach_alternative(html, "text/html")
    return message


def _surely_finish(mail: Mail) -> None:
    """Remember that a mail was sent, also when the database is lost for a minute: else it would go out twice."""
    for _try in range(MARK_TRIES):
        try:
            return _finish(mail, STATUS.sent)
        except (DatabaseError, InterfaceError):
            connection.close()
            time.sleep(MARK_SECONDS)
    return _finish(mail, STATUS.sent)


def _finish(mail: Mail, status: int) -> None:
    """End a mail; what it says is not needed any more."""
    _update(mail, status=status, subject=mail.subject, message="", html_message="", context=None)


def _update(mail: Mail, **values: object) -> None:
    Mail.objects.filter(pk=mail.pk, status__in=(STATUS.queued, STATUS.requeued)).update(
        **values, last_updated=timezone.now()
    )


def _note(mail: Mail, kind: str, code: str) -> None:
    """Keep for staff why a mail was not taken: never what the server says, which may repeat the mail.

    One that was taken back meanwhile has nothing to keep it with.
    """
    with suppress(IntegrityError), transaction.atomic():
        Log.objects.create(email_id=mail.pk, status=STATUS.failed, exception_type=kind, message=code)


def _what_next(mail: Mail, refusal: NotTaken) -> str:
    return "given up" if refusal.is_final else f"next try after {mail.scheduled_time:%H:%M} UTC"


def _kind_of(error: Exception) -> str:
    return type(error).__name__


def give_up_expired(now: datetime) -> None:
    """End mails that are too old to be of use; a request for somebody unknown leaves nothing behind."""
    for mail in waiting().filter(expires_at__lte=now).order_by("id")[:AT_ONCE]:
        if _is_for_nobody(mail):
            mail.delete()
        else:
            _note(mail, "Expired", "")
            _finish(mail, STATUS.failed)


def _is_for_nobody(mail: Mail) -> bool:
    try:
        return not _is_written(mail)
    except NotTaken:
        return False


def clean_up(now: datetime) -> None:
    """Remove what is left of old mails."""
    Mail.objects.filter(status=STATUS.sent, last_updated__lt=now - SENT_KEPT).delete()
    Mail.objects.filter(status=STATUS.failed, last_updated__lt=now - FAILED_KEPT).delete()
