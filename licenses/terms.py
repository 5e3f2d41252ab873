"""When a date has ended: the one function for status, eligibility and license files.

A date has ended when it has ended everywhere on earth, at 12:00 UTC of the next day
(UTC-12 is the last time zone). Dates are never converted between time zones (Product
rules, section 1).
"""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

FIRST_DATE = date(1990, 1, 1)
LAST_DATE = date(2999, 12, 31)
SOON_DAYS = 30


def end_of(day: date) -> datetime:
    """Return the moment at which `day` has ended everywhere on earth."""
    return datetime.combine(day + timedelta(days=1), time(12), tzinfo=UTC)


def has_ended(day: date | None, now: datetime | None = None) -> bool:
    """Return whether `day` has ended everywhere on earth; no date never ends."""
    return day is not None and (now or timezone.now()) >= end_of(day)


def last_ended_date(now: datetime | None = None) -> date:
    """Return the latest date that has ended: a day has ended exactly when it is not later than this one."""
    return ((now or timezone.now()).astimezone(UTC) - timedelta(hours=12)).date() - timedelta(days=1)


def today(now: datetime | None = None) -> date:
    """Return the present date in UTC, from which durations in days are counted."""
    return (now or timezone.now()).astimezone(UTC).date()


def days_after(day: date, days: int) -> date:
    """Return the date so many days after `day`, at the latest the last one that the portal knows."""
    return min(day + timedelta(days=days), LAST_DATE)


def ends_soon(day: date | None, now: datetime | None = None) -> bool:
    """Return whether `day` has not ended and lies at most 30 days ahead."""
    return day is not None and not has_ended(day, now) and day <= today(now) + timedelta(days=SOON_DAYS)
