"""Which part of a file a request asks for (RFC 9110, sections 13 and 14; pure)."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.http import parse_http_date_safe

_ONE_RANGE = re.compile(r"(?i)\s*bytes\s*=\s*([0-9]{0,19})\s*-\s*([0-9]{0,19})\s*")


@dataclass(frozen=True)
class Span:
    """A part of a file: its first byte, counted from 0, and how many follow from there, that one included."""

    first: int
    length: int

    def content_range(self, size: int) -> str:
        """Return the header Content-Range for this part of a file of `size` bytes."""
        return f"bytes {self.first}-{self.first + self.length - 1}/{size}"


class OutOfBoundsError(Exception):
    """The part that was asked for lies behind the end of the file."""


def requested_span(header: str, size: int) -> Span | None:
    """Return the part of a file of `size` bytes that the header Range asks for; None for the whole.

    Several parts at once, other units and what cannot be read are answered with the whole, as
    RFC 9110 allows. Raises OutOfBoundsError where no byte of the file was asked for.
    """
    found = _ONE_RANGE.fullmatch(header)
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return _last_bytes(int(last), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise OutOfBoundsError
    end = min(int(last), size - 1) if last else size - 1
    return Span(int(first), end - int(first) + 1)


def _last_bytes(number: int, size: int) -> Span:
    if number == 0:
        raise OutOfBoundsError
    length = min(number, size)
    return Span(size - length, length)


def is_still_the_same(if_range: str, etag: str, last_modified: datetime) -> bool:
    """Return whether the file is the one of which somebody has a part already, by the header If-Range.

    It holds the entity tag, which has to be a strong one, or the date that came with that part.
    """
    condition = if_range.strip()
    if not condition or condition.startswith('"'):
        return condition in {"", etag}
    return parse_http_date_safe(condition) == int(last_modified.timestamp())
