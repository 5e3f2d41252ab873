"""What reads much of a big table and is right to: each page by name, with the reason, and only as long as it does."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """A question of a page that grows with a big table: who asked, at which address, for what, and what it does."""

    who: str
    address: str
    asked: str
    what: str
    question: str = ""

    def __str__(self) -> str:
        return "\n    ".join(filter(None, (f"{self.who}: {self.asked}", self.what, self.question)))


@dataclass(frozen=True)
class Leave:
    """Something that is left as it is: at the `address`, where `asked` and `what` are found in what is told; `why`."""

    address: str
    asked: str
    what: str
    why: str

    def covers(self, found: Found) -> bool:
        """Return whether this is meant."""
        is_there = found.address == self.address and re.search(self.asked, f"{found.who}: {found.asked}")
        return bool(is_there and re.search(self.what, found.what))


_COUNTED = (
    "Counts all that the person sees; who sees more than 10,000 licenses makes that wait once in ten minutes "
    "(`licenses/figures.py`), and the figures are of when they were counted."
)
_ONE_LETTER = (
    "One letter begins a word in the names of one person in eight: that many are joined and sorted, or all read one "
    "after the other, in up to half a second. Only staff have so many customers, and three letters take no time."
)
_STAFFS_LISTS = (
    "organizations:customer_list",
    "admin:organizations_customer_changelist",
    "admin:accounts_user_changelist",
)
LEFT: Sequence[Leave] = (
    Leave("licenses:overview", "first time$", r"reads .* rows of licenses_(license|activation), one after", _COUNTED),
    Leave("licenses:overview", "first time$", "sorts .* rows$", f"Sorts what it counts, by product. {_COUNTED}"),
    *(
        Leave(
            address,
            r"^staff: .*\?q=.$",
            r"rows of (organizations_customer|accounts_user), one after|sorts",
            _ONE_LETTER,
        )
        for address in _STAFFS_LISTS
    ),
)
"""Everything that is left."""


def left_and_told(found: Iterable[Found], leaves: Sequence[Leave] = LEFT) -> tuple[Counter[Leave], list[Found]]:
    """Return how often each of `leaves` occurs, and what none of them covers."""
    often, told = Counter(dict.fromkeys(leaves, 0)), []
    for each in found:
        covering = [leave for leave in leaves if leave.covers(each)]
        often.update(covering)
        if not covering:
            told.append(each)
    return often, told


def no_longer(often: Counter[Leave], addresses: Iterable[str]) -> list[Leave]:
    """Return what was left and did not occur any more, of what belongs to one of the `addresses` asked."""
    asked = set(addresses)
    return [leave for leave, number in often.items() if not number and leave.address in asked]
