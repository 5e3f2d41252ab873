"""How pages say dates and moments in words, and draw icons."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, ngettext_lazy
from lucide.templatetags.lucide import lucide

from licenses.terms import ends_soon, has_ended, today
from licenses.wording import day_in_words, day_of_moment, moment_in_words

register = template.Library()

_UNITS = ((730, "years", 365), (60, "months", 30), (0, "days", 1))
_AHEAD = {
    "years": ngettext_lazy("in %d year", "in %d years"),
    "months": ngettext_lazy("in %d month", "in %d months"),
    "days": ngettext_lazy("in %d day", "in %d days"),
}
_BEHIND = {
    "years": ngettext_lazy("%d year ago", "%d years ago"),
    "months": ngettext_lazy("%d month ago", "%d months ago"),
    "days": ngettext_lazy("%d day ago", "%d days ago"),
}


def days_until(day: date) -> int:
    """Count the days until the given one ends; negative only once it has ended everywhere on earth."""
    days = (day - today()).days
    return min(days, -1) if has_ended(day) else max(days, 0)


def _distance(days: int) -> str:
    if days == 0:
        return gettext("today")
    unit, length = next((unit, length) for longer_than, unit, length in _UNITS if abs(days) > longer_than)
    words = _AHEAD if days > 0 else _BEHIND
    return words[unit] % (abs(days) // length)


@register.filter
def day(value: date | None) -> str:
    """Write a date as "4 Dec 2026"; dates are never moved between time zones."""
    return day_in_words(value) if value else ""


@register.filter
def grouped(value: int | None) -> str:
    """Write a number with its thousands apart: "10,000"."""
    return "" if value is None else number_format(value, force_grouping=True)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment as "4 Dec 2026, 14:02" in the reader's time zone."""
    return moment_in_words(value) if value else ""


@register.filter
def iso(value: datetime) -> str:
    """Write a moment for machines, as `datetime` attributes want it: to the second."""
    return timezone.localtime(value).isoformat(timespec="seconds")


@register.filter
def day_of(value: datetime | None) -> str:
    """Write the day of a moment as "4 Dec 2026" in the reader's time zone."""
    return day_of_moment(value) if value else ""


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
