"""When something in the demo happened: believable working hours, always relative to today."""

import zlib
from datetime import UTC, datetime, time, timedelta

_DAY_BEGINS = time(7)
_WORKING_SECONDS = 10 * 3600
_SATURDAY = 5


def moment(now: datetime, ago: int, seed: str) -> datetime:
    """Return a moment `ago` days before `now`, on a working day between 7:00 and 17:00 UTC.

    Weekends become the Friday before. `seed` chooses the time of day. Today is a while ago,
    never ahead.
    """
    number = zlib.crc32(seed.encode())
    if ago == 0:
        return now - timedelta(seconds=900 + number % 9_000)
    day = now.astimezone(UTC).date() - timedelta(days=ago)
    day -= timedelta(days=max(0, day.weekday() - _SATURDAY + 1))
    return datetime.combine(day, _DAY_BEGINS, tzinfo=UTC) + timedelta(seconds=number % _WORKING_SECONDS)


def soon_after(earlier: datetime, seed: str) -> datetime:
    """Return a moment some minutes after `earlier`."""
    return earlier + timedelta(seconds=70 + zlib.crc32(seed.encode()) % 400)


def in_order(now: datetime, days_ago: list[int], seed: str) -> list[datetime]:
    """Return a moment for each of `days_ago`, which do not grow; what falls on one day follows within minutes."""
    moments: list[datetime] = []
    for number, ago in enumerate(days_ago):
        seed_here = f"{seed}/{number}"
        at = moment(now, ago, seed_here)
        if moments and at.date() <= moments[-1].date():
            at = soon_after(moments[-1], seed_here)
        moments.append(at)
    return moments
