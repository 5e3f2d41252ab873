"""How dates and moments are written, on pages and in sentences alike."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

DAY_FORMAT = "j M Y"
MOMENT_FORMAT = "j M Y, H:i"


def day_in_words(day: date) -> str:
    """Write a date as "4 Dec 2026"; dates are never moved between time zones."""
    return date_format(day, DAY_FORMAT)


def moment_in_words(moment: datetime) -> str:
    """Write a moment as "4 Dec 2026, 14:02" in the reader's time zone."""
    return date_format(timezone.localtime(moment), MOMENT_FORMAT)


def day_of_moment(moment: datetime) -> str:
    """Write the day of a moment in the reader's time zone as "4 Dec 2026"."""
    return day_in_words(timezone.localtime(moment).date())
