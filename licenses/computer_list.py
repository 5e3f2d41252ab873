"""One page of the computers in use, over all licenses that a person sees (Product rules, section 4, *Computers*).

Newest license first, and on each license the computer activated last. For each way of seeing
the next licenses come from the index that the license list walks, too: only those with a
computer in use, and no more of them than fill the page, as their counters say. Then the rows
of these few are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from django.db.models import Q, Sum

from licenses import activators, ordering
from licenses.models import Activation, License
from licenses.ordering import Order
from licenses.querysets import ActivationQuerySet, ways_apart, ways_of_seeing
from licenses.searching import Search, found_in_words
from organizations import paging
from organizations.paging import PAGE_SIZE, Page, count_in_words, cut_page, neighbour_url, read_place, union_of
from organizations.viewer import Viewer

Key = tuple[UUID, UUID]
"""The ids of a license and of an activation of it."""

RELATED = (
    "license__product_version__product",
    "license__customer__user",
    "license__entered",
    "license__organization__primary_contact",
    "license__organization__secondary_contact",
    *activators.RELATED,
)


@dataclass(frozen=True)
class Place:
    """Where a page begins: after or before the computer with `key`; the first page without one."""

    key: Key | None = None
    is_backwards: bool = False

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "Place":
        """Return the place in the URL's parameters; what cannot be read is the first page."""
        found = read_place(parameters, _key)
        return cls(*found) if found else cls()

    def as_q(self) -> Q:
        """Return the condition for the computers beyond it."""
        if self.key is None:
            return Q()
        license_id, activation_id = self.key
        beyond = "gt" if self.is_backwards else "lt"
        on_same = Q(**{"license": license_id, f"pk__{beyond}": activation_id})
        return Q(**{f"license__{beyond}": license_id}) | on_same

    @property
    def order(self) -> tuple[str, str]:
        """The order in which to read rows from the database."""
        return ("license_id", "pk") if self.is_backwards else ("-license_id", "-pk")


def _key(text: str) -> Key:
    license_id, _underscore, activation_id = text.partition("_")
    return UUID(license_id), UUID(activation_id)


def place_text(activation: Activation) -> str:
    """Return how the place of a computer is written in a URL."""
    return f"{activation.license_id}_{activation.pk}"


def computer_page(viewer: Viewer, text: str, place: Place) -> Page[Activation]:
    """Return one page of the computers in use that exist for `viewer`, or of those that `text` finds."""
    found = _found(viewer, text) if text else None
    rows = _next_rows(viewer, place) if found is None else _rows_among(viewer, found, place)
    if not rows and place.key is not None:
        return computer_page(viewer, text, Place())
    kept, has_earlier, has_later = cut_page(rows, is_backwards=place.is_backwards, is_first=place.key is None, by=_by)
    parameters = {"q": text} if text else {}
    return Page(
        kept,
        neighbour_url("before", place_text(kept[0]), parameters) if kept and has_earlier else None,
        neighbour_url("after", place_text(kept[-1]), parameters) if kept and has_later else None,
        computer_count(viewer) if found is None else found_in_words(len(found)),
    )


def _by(activation: Activation) -> tuple[object, ...]:
    return -activation.license_id.int, -activation.pk.int


def _rows(viewer: Viewer, place: Place) -> ActivationQuerySet:
    rows = Activation.objects.visible_to(viewer).in_use().filter(place.as_q()).order_by(*place.order)
    return rows.select_related(*RELATED).defer("license__comment")


def _next_rows(viewer: Viewer, place: Place) -> list[Activation]:
    """Return the rows of the page and one more, in the order in which the place reads them."""
    return list(_rows(viewer, place).filter(license__in=_next_licenses(viewer, place))[: PAGE_SIZE + 1])


def _next_licenses(viewer: Viewer, place: Place) -> list[UUID]:
    """Return the licenses from `place` on whose computers fill a page; the one at the place may have more of them."""
    at = [place.key[0]] if place.key else []
    beyond = ordering.Place(at[0] if at else None, None, place.is_backwards)
    parts = [
        arm
        for way in ways_apart(viewer)
        for arm in ordering.arms(
            License.objects.filter(way, activations_in_use__gt=0), Order.NEWEST, beyond, PAGE_SIZE + 1
        )
    ]
    found = sorted(set(union_of(parts, "pk", "activations_in_use")), reverse=not place.is_backwards)
    before = accumulate((in_use for _license_id, in_use in found), initial=0)
    return at + [
        license_id for (license_id, _in_use), so_far in zip(found, before, strict=False) if so_far <= PAGE_SIZE
    ]


def _found(viewer: Viewer, text: str) -> set[Key]:
    """Return the keys of all computers that `text` finds."""
    return set(union_of(Search(viewer, text).computer_arms(), "license_id", "pk"))


def _rows_among(viewer: Viewer, found: set[Key], place: Place) -> list[Activation]:
    """Return the rows of the page and one more among those found."""
    activation_ids = [activation_id for _license_id, activation_id in found]
    return list(_rows(viewer, place).filter(pk__in=activation_ids)[: PAGE_SIZE + 1])


def computer_count(viewer: Viewer) -> str:
    """Return how many computers in use exist for `viewer`, by the counters of their licenses, each license once.

    Exact up to 10,000, above that "10,000+".
    """
    count, counted, enough = 0, Q(pk__in=()), paging.COUNT_LIMIT + 1
    for way in ways_of_seeing(viewer):
        rows = License.objects.filter(way, activations_in_use__gt=0).exclude(counted).order_by()[:enough]
        count += rows.aggregate(in_use=Sum("activations_in_use"))["in_use"] or 0
        counted |= way
        if count >= enough:
            break
    return count_in_words(count, paging.COUNT_LIMIT)
