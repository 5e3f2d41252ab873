"""One page of a list: next and previous by key, never by offset.

A list never limits over an OR of ways of seeing: for each way the next rows come from one
indexed query of their own, and the pages are cut from the merged rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils.formats import number_format

PAGE_SIZE = 25
COUNT_LIMIT = 10_000

RowT = TypeVar("RowT", bound=Model)
ItemT = TypeVar("ItemT")


def read_place(
    parameters: Mapping[str, str], read: Callable[[str], ItemT], prefix: str = ""
) -> tuple[ItemT, bool] | None:
    """Return the row named by *after* or *before* in a URL, and whether it was *before*; None where it cannot be read.

    `read` understands the text or raises ValueError.
    """
    for name, is_backwards in ((f"{prefix}after", False), (f"{prefix}before", True)):
        try:
            return read(parameters[name]), is_backwards
        except (KeyError, ValueError):
            continue
    return None


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (older than) or before (newer than) the row `key`; the first page without one."""

    key: UUID | None = None
    is_backwards: bool = False

    @classmethod
    def read(cls, parameters: Mapping[str, str], prefix: str = "") -> "Cursor":
        """Return the cursor in the URL's parameters; what cannot be read is the first page."""
        found = read_place(parameters, UUID, prefix)
        return cls(*found) if found else cls()

    def as_q(self) -> Q:
        """Return the condition for the rows of the page."""
        if self.key is None:
            return Q()
        return Q(pk__gt=self.key) if self.is_backwards else Q(pk__lt=self.key)

    @property
    def order(self) -> str:
        """The order in which to read rows from the database."""
        return "pk" if self.is_backwards else "-pk"


@dataclass(frozen=True)
class Page(Generic[ItemT]):
    """The rows of one page and the addresses of its neighbours (None where there are none)."""

    rows: list[ItemT]
    previous_url: str | None
    next_url: str | None
    count_text: str = ""


def union_of(arms: Sequence[QuerySet[Any]], *columns: str) -> list[tuple[Any, ...]]:
    """Return the `columns` of the rows of all `arms`, each of which is ordered and limited, by one query.

    Each arm is limited by itself, by its own index. A row may come from several arms.
    """
    if len(arms) == 1:
        return list(arms[0].values_list(*columns))
    parts = [_part_of_union(arm).values_list(*columns) for arm in arms]
    return list(parts[0].union(*parts[1:], all=True)) if parts else []


def ids_of(arms: Sequence[QuerySet[Any]]) -> QuerySet[Any]:
    """Return the ids of the rows of all `arms`, each once, as one query to count or to look for."""
    parts = [_part_of_union(arm).values("pk") for arm in arms]
    return parts[0].union(*parts[1:])


def _part_of_union(arm: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows of `arm` as SQLite takes them too, which limits only the whole of a union."""
    if connection.features.supports_slicing_ordering_in_compound:
        return arm
    rows: QuerySet[Any] = arm.model.objects.filter(pk__in=arm.values("pk"))
    return rows


def cut_page(
    found: Iterable[ItemT], *, is_backwards: bool, is_first: bool, by: Callable[[ItemT], tuple[object, ...]]
) -> tuple[list[ItemT], bool, bool]:
    """Return the items of one page in the order of the list, and whether there are earlier and later ones.

    `found` are up to one more than a page holds from the cursor on, in any order; `by` is
    what the list is ordered by, ascending. `is_first` says that there was no cursor.
    """
    ordered = sorted(set(found), key=by, reverse=is_backwards)
    kept, has_more = ordered[:PAGE_SIZE], len(ordered) > PAGE_SIZE
    if is_backwards:
        return kept[::-1], has_more, True
    return kept, not is_first, has_more


def neighbour_url(name: str, cursor: str, parameters: Mapping[str, str], prefix: str = "") -> str:
    """Return the address of the page after or before (`name`) the row at `cursor`, with the list's other parameters."""
    return "?" + urlencode({**parameters, f"{prefix}{name}": cursor})


def page_of(
    rows: QuerySet[RowT], cursor: Cursor, prefix: str = "", parameters: Mapping[str, str] | None = None
) -> Page[RowT]:
    """Return one page of `rows`, newest first, which one indexed query answers; the first one where there is none."""
    found = list(rows.filter(cursor.as_q()).order_by(cursor.order)[: PAGE_SIZE + 1])
    if not found and cursor.key is not None:
        return page_of(rows, Cursor(), prefix, parameters)
    kept, has_more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    if cursor.is_backwards:
        kept, has_newer, has_older = kept[::-1], has_more, True
    else:
        has_newer, has_older = cursor.key is not None, has_more
    parameters = parameters or {}
    return Page(
        kept,
        neighbour_url("before", str(kept[0].pk), parameters, prefix) if kept and has_newer else None,
        neighbour_url("after", str(kept[-1].pk), parameters, prefix) if kept and has_older else None,
    )


def count_in_words(count: int, limit: int = COUNT_LIMIT) -> str:
    """Return a count that stopped one above `limit`: exact up to there, else "10,000+"."""
    if count > limit:
        return f"{number_format(limit, force_grouping=True)}+"
    return number_format(count, force_grouping=True)
