"""How pages say dates and moments in words, and draw icons."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from lucide.templatetags.lucide import lucide

from licenses.terms import ends_soon, has_ended, today

register = template.Library()

DAY_FORMAT = "j M Y"
MOMENT_FORMAT = "j M Y, H:i"


def days_until(day: date) -> int:
    """Count the days until the given one ends; negative only once it has ended everywhere on earth."""
    days = (day - today()).days
    return min(days, -1) if has_ended(day) else max(days, 0)


def _distance(days: int) -> str:
    if days == 0:
        return gettext("today")
    ahead = days > 0
    count = abs(days)
    if count > 730:
        years = count // 365
        future, past = ngettext("in %d year", "in %d years", years), ngettext("%d year ago", "%d years ago", years)
        return (future if ahead else past) % years
    if count > 60:
        months = count // 30
        future, past = ngettext("in %d month", "in %d months", months), ngettext("%d month ago", "%d months ago", months)
        return (future if ahead else past) % months
    future, past = ngettext("in %d day", "in %d days", count), ngettext("%d day ago", "%d days ago", count)
    return (future if ahead else past) % count


@register.filter
def day(value: date | None) -> str:
    """Write a date as "4 Dec 2026"; dates are never moved between time zones."""
    return formats.date_format(value, DAY_FORMAT) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment as "4 Dec 2026, 14:02" in the reader's time zone."""
    return formats.date_format(timezone.localtime(value), MOMENT_FORMAT) if value else ""


@register.filter
def day_of(value: datetime | None) -> str:
    """Write the day of a moment as "4 Dec 2026" in the reader's time zone."""
    return formats.date_format(timezone.localtime(value), DAY_FORMAT) if value else ""


@register.filter
def in_words(value: date | None) -> str:
    """Write how far a date is away: "in 12 days"."""
    return _distance(days_until(value)) if value else ""


@register.filter
def expiry_tone(value: date | None) -> str:
    """Name the tone of a date: ended is bad, ending within 30 days is a warning."""
    if has_ended(value):
        return "bad"
    return "warn" if ends_soon(value) else "neutral"


@register.filter
def ago(value: datetime | None) -> str:
    """Write how long ago a moment was: "3 hours ago"."""
    if value is None:
        return ""
    seconds = int((timezone.now() - value).total_seconds())
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        return ngettext("%d minute ago", "%d minutes ago", seconds // 60) % (seconds // 60)
    if seconds < 86400:
        return ngettext("%d hour ago", "%d hours ago", seconds // 3600) % (seconds // 3600)
    return _distance(-(seconds // 86400))


@lru_cache(maxsize=256)
def _drawn(name: str, size: int) -> SafeString:
    markup = lucide(name, size=size, aria_hidden="true")
    return SafeString(markup)  # our own icon set's markup, nothing typed by anybody


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """Draw a Lucide icon, hidden from screen readers: words beside it say the same."""
    return _drawn(str(name), size)
