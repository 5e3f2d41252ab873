"""Version texts such as 4.1.5 or 4.2.0-rc.1: which there are, and which comes after which. Pure.

Two to four numbers, then what SemVer 2.0 allows behind them. They compare as section 11 of
SemVer says: 4.10 after 4.9, a pre-release before its release, 4.1 the same as 4.1.0; build
metadata does not count.
"""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_VERSION = 50
MAX_VERSION_ORDER = 200
_NUMBERS, _DIGITS = 4, 9
_IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"(?P<numbers>(?:0|[1-9][0-9]{{0,{_DIGITS - 1}}})(?:\.(?:0|[1-9][0-9]{{0,{_DIGITS - 1}}})){{1,{_NUMBERS - 1}}})"
    rf"(?:-(?P<pre_release>{_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_BEFORE_ANY, _AFTER_ANY = "!", "~"
_NUMERIC, _WORD = "0", "1"


@dataclass(frozen=True)
class Version:
    """A version that was read: its numbers, four of them, and what says that it is a pre-release."""

    numbers: tuple[int, ...]
    pre_release: tuple[str, ...] = ()

    @property
    def is_pre_release(self) -> bool:
        """Whether it comes before the release of the same numbers."""
        return bool(self.pre_release)

    @property
    def order(self) -> str:
        """A text that orders by code point as the versions do, so that a database can order by it."""
        numbers = "".join(f"{number:0{_DIGITS}}" for number in self.numbers)
        if not self.pre_release:
            return numbers + _AFTER_ANY
        return numbers + "".join(_order_of(identifier) for identifier in self.pre_release)


def parse(text: str) -> Version | None:
    """Return the version that `text` says, None where it says none."""
    found = _VERSION.fullmatch(text) if len(text) <= MAX_VERSION else None
    if found is None:
        return None
    numbers = [int(number) for number in found["numbers"].split(".")]
    numbers += [0] * (_NUMBERS - len(numbers))
    return Version(tuple(numbers), tuple((found["pre_release"] or "").split(".")) if found["pre_release"] else ())


def version_order(text: str) -> str:
    """Return what orders versions by code point; nothing where `text` is no version."""
    version = parse(text)
    return version.order if version else ""


def is_version(text: str) -> None:
    """Raise ValidationError unless `text` is a version."""
    if parse(text) is None:
        raise ValidationError(_("This is no version. Write it like 4.1.5 or 4.2.0-rc.1."), code="version")


def _order_of(identifier: str) -> str:
    """Order numbers by their value and before words; what ends earlier comes first."""
    if identifier.isdecimal():
        return f"{_NUMERIC}{len(identifier):02}{identifier}{_BEFORE_ANY}"
    return f"{_WORD}{identifier}{_BEFORE_ANY}"
