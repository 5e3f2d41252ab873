"""Primary keys: time-ordered UUIDs, so that ids say nothing about how much the vendor sells."""

import secrets
import threading
from datetime import datetime
from uuid import UUID

from django.utils import timezone

_TICKS_PER_SECOND = 4_096_000
_BURST = _TICKS_PER_SECOND // 20
_VERSION, _VARIANT = 0x7, 0b10
_lock = threading.Lock()
_last_ticks = 0


def uuid7(at: datetime | None = None) -> UUID:
    """Return a new UUID version 7 (RFC 9562) for the moment `at`, the present by default.

    What one process makes for the same moment comes in the order in which it was made, so
    that rows written in one transaction keep their order: the twelve bits behind the
    milliseconds hold their fraction (section 6.2, method 3), and count on in a burst.
    62 bits are random.
    """
    ticks = _next_ticks(int((at or timezone.now()).timestamp() * _TICKS_PER_SECOND))
    milliseconds, fraction = divmod(ticks, 4096)
    return UUID(int=milliseconds << 80 | _VERSION << 76 | fraction << 64 | _VARIANT << 62 | secrets.randbits(62))


def first_id(at: datetime) -> UUID:
    """Return the lowest UUID version 7 of the millisecond of `at`."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | _VERSION << 76 | _VARIANT << 62)


def id_or_none(text: str) -> UUID | None:
    """Return the id that a text says, None where it says none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _next_ticks(ticks: int) -> int:
    """Return `ticks`, or one more than the last where that is less than a twentieth of a second ahead."""
    global _last_ticks  # noqa: PLW0603  # one clock per process, behind the lock
    with _lock:
        _last_ticks = _last_ticks + 1 if 0 <= _last_ticks - ticks < _BURST else ticks
        return _last_ticks
