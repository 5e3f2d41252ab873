"""The portal's background process: a small loop that keeps the house clean."""

import logging
import signal
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from types import FrameType

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

LOOK_EVERY_SECONDS = 60
HOUSEKEEPING_EVERY_SECONDS = 24 * 3600
LONGEST_WAIT_SECONDS = 60

log = logging.getLogger("portal.worker")


class Command(BaseCommand):
    """Work until told to stop; a lost database is waited for."""

    help = "Runs what happens in the background, until it gets SIGTERM."

    def handle(self, *args: str, **options: object) -> None:
        """Stop at once on SIGTERM or Ctrl-C: what was begun is rolled back, and done the next time."""
        for stop_signal in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop_signal, _stop)
        log.info("started")
        for seconds in rounds():
            time.sleep(seconds)


def _stop(number: int, frame: FrameType | None) -> None:
    log.info("stopped")
    sys.exit(0)


def rounds() -> Iterator[float]:
    """Do what is due, again and again; yield the seconds to wait before the next round."""
    next_housekeeping = 0.0
    failures = 0
    while True:
        try:
            if time.monotonic() >= next_housekeeping:
                keep_house()
                next_housekeeping = time.monotonic() + HOUSEKEEPING_EVERY_SECONDS
            failures = 0
            wait = float(LOOK_EVERY_SECONDS)
        except (DatabaseError, InterfaceError) as error:
            wait = min(2.0**failures, LONGEST_WAIT_SECONDS)
            failures += 1
            log.warning("The database does not answer (%s); next try in %d s", type(error).__name__, wait)
        finally:
            connection.close()
        yield wait


def keep_house() -> None:
    """Remove sessions and cached values that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    if isinstance(caches[DEFAULT_CACHE_ALIAS], DatabaseCache):
        _clear_expired_rows()
    log.info("removed what has expired")


def _clear_expired_rows() -> None:
    """Delete expired rows of the cache table; Django itself does so only once the table is full."""
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE expires < %s", [now])
