"""The portal's background process: a small loop that sends mail, does what is due, and keeps the house clean."""

import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from types import FrameType

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from accounts.chores import do_next_portions
from accounts.delivery import AT_ONCE, Uninterrupted, Unreachable, clean_up, deliver_due
from accounts.sessions import forget_ended_sessions

LOOK_EVERY_SECONDS = 2
HOUSEKEEPING_EVERY_SECONDS = 24 * 3600
LONGEST_WAIT_SECONDS = 60
LONGEST_WAIT_FOR_MAIL_SECONDS = 30

log = logging.getLogger("portal.worker")


class Command(BaseCommand):
    """Work until told to stop; a lost database is waited for, and so is a mail server that does not answer."""

    help = "Sends mail and runs what else happens in the background, until it gets SIGTERM."

    def handle(self, *args: str, **options: object) -> None:
        """Stop on SIGTERM or Ctrl-C: at once, or after the mail that is just being handed over.

        What else was begun is rolled back, and done the next time.
        """
        stop = Stop()
        for stop_signal in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop_signal, stop.on_signal)
        log.info("started")
        for seconds in rounds(stop.held_back):
            time.sleep(seconds)


class Stop:
    """Ends the process when it is asked to, but not within `held_back`."""

    def __init__(self) -> None:
        self._is_asked = False
        self._is_held_back = False

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """End the process now or, while it is held back, as soon as possible."""
        self._is_asked = True
        self._end_if_asked()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let the block come to its end."""
        self._is_held_back = True
        try:
            yield
        finally:
            self._is_held_back = False
            self._end_if_asked()

    def _end_if_asked(self) -> None:
        if self._is_asked and not self._is_held_back:
            log.info("stopped")
            sys.exit(0)


def rounds(uninterrupted: Uninterrupted = nullcontext) -> Iterator[float]:
    """Do what is due, again and again; yield the seconds to wait before the next round."""
    next_housekeeping = 0.0
    failures = 0
    mail = MailRound(uninterrupted)
    while True:
        try:
            if time.monotonic() >= next_housekeeping:
                keep_house()
                next_housekeeping = time.monotonic() + HOUSEKEEPING_EVERY_SECONDS
            is_busy = mail.run()
            is_busy = do_next_portions() or is_busy
            wait = 0.0 if is_busy else float(LOOK_EVERY_SECONDS)
            failures = 0
        except (DatabaseError, InterfaceError) as error:
            wait = min(2.0**failures, LONGEST_WAIT_SECONDS)
            failures += 1
            log.warning("The database does not answer (%s); next try in %d s", type(error).__name__, wait)
        finally:
            connection.close()
        yield wait


class MailRound:
    """Sends what is due, with ever longer pauses while the mail server does not answer."""

    def __init__(self, uninterrupted: Uninterrupted) -> None:
        self._uninterrupted = uninterrupted
        self._failures = 0
        self._next_at = 0.0

    def run(self) -> bool:
        """Send what is due; tell whether there is probably more."""
        if time.monotonic() < self._next_at:
            return False
        try:
            tried = deliver_due(self._uninterrupted)
        except Unreachable as error:
            pause = min(2.0**self._failures, LONGEST_WAIT_FOR_MAIL_SECONDS)
            self._failures += 1
            self._next_at = time.monotonic() + pause
            log.warning("The mail server does not answer (%s); next try in %d s", error, pause)
            return False
        self._failures = 0
        return tried == AT_ONCE


def keep_house() -> None:
    """Remove sessions and cached values that have expired, and old mails."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    if isinstance(caches[DEFAULT_CACHE_ALIAS], DatabaseCache):
        _clear_expired_rows()
    forget_ended_sessions()
    clean_up(timezone.now())
    log.info("removed what has expired")


def _clear_expired_rows() -> None:
    """Delete expired rows of the cache table; Django itself does so only once the table is full."""
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE expires < %s", [now])
