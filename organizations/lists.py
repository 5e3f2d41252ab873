"""What stands around the rows of a list: filters to choose from, what it is narrowed to, its orders."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Choice:
    """One thing to choose in a filter; without a value it stands for anything."""

    value: str
    label: Words
    is_selected: bool


@dataclass(frozen=True)
class Select:
    """A filter to choose one thing from; `name` stands in the URL."""

    name: str
    label: Words
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Tick:
    """A filter to tick; `name` and `value` stand in the URL."""

    name: str
    value: str
    label: Words
    is_ticked: bool


@dataclass(frozen=True)
class DayField:
    """A filter by a day to type or pick; `name` stands in the URL, `value` is empty or a date in ISO form."""

    name: str
    label: Words
    value: str


@dataclass(frozen=True)
class Chip:
    """Something that the list is narrowed to, and the list's address without it."""

    text: Words
    url: str


@dataclass(frozen=True)
class Link:
    """One of several states of the list, such as its orders."""

    label: Words
    url: str
    is_current: bool


def select(name: str, label: Words, anything: Words, choices: Iterable[tuple[str, Words]], selected: str) -> Select:
    """Return a filter with `choices` (value and label), before them one that stands for `anything`."""
    offered = (("", anything), *choices)
    return Select(name, label, tuple(Choice(value, text, value == selected) for value, text in offered))
