"""One page of a list: newest first, 25 rows, next and previous by key.

A list never limits over an OR of ways of seeing: for each way the next ids come from one
indexed query, they are merged, and the rows are fetched by primary key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.formats import number_format

from licenses.models import License
from licenses.querysets import ways_of_seeing
from organizations.viewer import Viewer

PAGE_SIZE = 25
COUNT_LIMIT = 10_000

RowT = TypeVar("RowT", bound=Model)
ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (older than) or before (newer than) the row `key`; the first page without one."""

    key: UUID | None = None
    is_backwards: bool = False

    @classmethod
    def read(cls, parameters: dict[str, str], prefix: str = "") -> "Cursor":
        """Return the cursor in the URL's parameters; what cannot be read is the first page."""
        for name, is_backwards in ((f"{prefix}after", False), (f"{prefix}before", True)):
            try:
                return cls(UUID(parameters[name]), is_backwards)
            except (KeyError, ValueError):
                continue
        return cls()

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


def cut_page(keys: Iterable[UUID], cursor: Cursor) -> tuple[list[UUID], bool, bool]:
    """Return the keys of one page, newest first, and whether there are newer and older rows.

    `keys` are up to one more than a page holds, from the cursor on, in any order.
    """
    ordered = sorted(set(keys), reverse=not cursor.is_backwards)
    kept, has_more = ordered[:PAGE_SIZE], len(ordered) > PAGE_SIZE
    if cursor.is_backwards:
        return kept[::-1], has_more, True
    return kept, cursor.key is not None, has_more


def make_page(
    rows: Sequence[RowT], *, has_newer: bool, has_older: bool, prefix: str = "", count_text: str = ""
) -> Page[RowT]:
    """Return a page of `rows`, newest first, with addresses made of the first and last of them."""

    def url(name: str, row: RowT) -> str:
        return "?" + urlencode({f"{prefix}{name}": str(row.pk)})

    return Page(
        list(rows),
        previous_url=url("before", rows[0]) if rows and has_newer else None,
        next_url=url("after", rows[-1]) if rows and has_older else None,
        count_text=count_text,
    )


def page_of(rows: QuerySet[RowT], cursor: Cursor, prefix: str = "") -> Page[RowT]:
    """Return one page of `rows`, which one indexed query answers; the first one where there is none."""
    found = list(rows.filter(cursor.as_q()).order_by(cursor.order)[: PAGE_SIZE + 1])
    if not found and cursor.key is not None:
        return page_of(rows, Cursor(), prefix)
    kept, has_newer, has_older = cut_page([row.pk for row in found], cursor)
    by_key = {row.pk: row for row in found}
    return make_page([by_key[key] for key in kept], has_newer=has_newer, has_older=has_older, prefix=prefix)


def license_page(viewer: Viewer, cursor: Cursor) -> Page[License]:
    """Return one page of the licenses that exist for `viewer`; the first one where there is none."""
    keys: set[UUID] = set()
    for way in ways_of_seeing(viewer):
        rows = License.objects.filter(way, cursor.as_q()).order_by(cursor.order)
        keys.update(rows.values_list("pk", flat=True)[: PAGE_SIZE + 1])
    if not keys and cursor.key is not None:
        return license_page(viewer, Cursor())
    kept, has_newer, has_older = cut_page(keys, cursor)
    rows = License.objects.visible_to(viewer).filter(pk__in=kept).order_by("-pk")
    related = rows.select_related("product_version__product", "customer__user", "organization").defer("comment")
    return make_page(list(related), has_newer=has_newer, has_older=has_older, count_text=license_count(viewer))


def license_count(viewer: Viewer) -> str:
    """Return how many licenses exist for `viewer`: exact up to 10,000, above that "10,000+"."""
    count, counted = 0, Q(pk__in=())
    for way in ways_of_seeing(viewer):
        left = COUNT_LIMIT + 1 - count
        count += License.objects.filter(way).exclude(counted).values("pk")[:left].count()
        counted |= way
        if count > COUNT_LIMIT:
            return f"{number_format(COUNT_LIMIT, force_grouping=True)}+"
    return number_format(count, force_grouping=True)
