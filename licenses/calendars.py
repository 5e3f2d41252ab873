"""Days of a license as calendar files (iCalendar, RFC 5545): when it expires, until when updates are included.

They name the license by the end of its key, never by the whole of it (S6).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from licenses.models import License

MEDIA_TYPE = "text/calendar; charset=utf-8"
REMINDER_DAYS = 14
_LONGEST_LINE = 75
_ALSO_KEPT = "\u00a0\u202f\u200c\u200d"
"""Blanks where no line breaks, and joiners: names in many languages have them."""


@dataclass(frozen=True)
class Event:
    """A whole day. The same `uid` again is the same event, which a calendar then changes instead of doubling it."""

    uid: str
    day: date
    summary: str
    description: str
    url: str


def expiry_event(license: License) -> Event | None:
    """Return the day on which `license` expires, None where it never does, or nobody knows yet."""
    if license.expires_on is None or license.days_to_begin is not None:
        return None
    summary = _("%(license)s expires") % {"license": _in_short(license)}
    description = _("The license works until the end of this day. Renew it in time: %(url)s")
    return _event(license, "expires", license.expires_on, summary, description)


def updates_event(license: License) -> Event | None:
    """Return the day until which updates are included, None where the license includes its own version only."""
    if license.maintenance_until is None:
        return None
    summary = _("Updates of %(license)s end") % {"license": _in_short(license)}
    description = _("Releases up to this day are included. The newest of them: %(url)s")
    return _event(license, "updates", license.maintenance_until, summary, description)


def calendar_file(event: Event, now: datetime | None = None) -> bytes:
    """Return a calendar with the one `event` and a reminder REMINDER_DAYS before."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//License Portal//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{(now or timezone.now()).astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{_basic(event.day)}",
        f"DTEND;VALUE=DATE:{_basic(event.day + timedelta(days=1))}",
        f"SUMMARY:{escaped(event.summary)}",
        f"DESCRIPTION:{escaped(event.description)}",
        f"URL:{event.url}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(event.summary)}",
        f"TRIGGER:-P{REMINDER_DAYS}D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """Return `text` as a value of type TEXT (section 3.3.11), without control characters and what reverses text."""
    text = text.replace("\r\n", "\n").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "".join(each for each in text.replace("\n", "\\n") if each.isprintable() or each in _ALSO_KEPT)


def folded(line: str) -> bytes:
    """Return the line with its end, broken after at most 75 octets and never within a character (section 3.1)."""
    parts, part = [], b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > _LONGEST_LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"


def _event(license: License, kind: str, day: date, summary: str, description: str) -> Event:
    url = f"{settings.PORTAL_URL}{license.get_absolute_url()}"
    uid = f"license-{license.pk}-{kind}@{urlsplit(settings.PORTAL_URL).hostname}"
    return Event(uid, day, summary, description % {"url": url}, url)


def _in_short(license: License) -> str:
    return _("%(product)s, license ending in %(tail)s") % {
        "product": license.product_version,
        "tail": license.key_tail,
    }


def _basic(day: date) -> str:
    return day.isoformat().replace("-", "")
