"""Primary keys: time-ordered UUIDs, so that ids say nothing about how much the vendor sells."""

from datetime import datetime
from uuid import UUID

from uuid_utils import compat


def uuid7(at: datetime | None = None) -> UUID:
    """Return a new UUID version 7 (RFC 9562) for the moment `at`, the present by default."""
    if at is None:
        return compat.uuid7()
    return compat.uuid7(nanoseconds=int(at.timestamp()) * 10**9 + at.microsecond * 1000)
