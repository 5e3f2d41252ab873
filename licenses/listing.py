"""One page of the license list, and all of it: filtered, searched, ordered (Product rules, section 3).

A list never limits over an OR of ways of seeing: for each way the next ids come from one
indexed query, all of them in one statement; they are merged, and the rows are fetched by
primary key.
"""

from collections.abc import Iterator

from django.db.models import Q

from licenses.filters import Criteria
from licenses.models import License
from licenses.ordering import Key, Order, Place, arms, place_text
from licenses.querysets import LicenseQuerySet, ways_apart, ways_of_seeing
from licenses.searching import Search, found_in_words
from organizations import paging
from organizations.paging import PAGE_SIZE, Page, count_in_words, cut_page, neighbour_url, union_of
from organizations.viewer import Viewer

RELATED = ("customer__user", "entered", "organization")
SHOWN = (
    "key_tail",
    "license_model",
    "licensee",
    "user_group",
    "max_activations",
    "activations_in_use",
    "is_generic",
    "expires_on",
    "expires_after_days",
    "maintenance_until",
    "revoked_at",
    "deleted_at",
    "product_version",
    "customer__organization",
    "customer__user_group",
    "customer__user__email",
    "customer__user__full_name",
    "entered__customer",
    "entered__full_name",
    "entered__user_group",
    "organization__name",
    "organization__user_group",
)
"""What a list prints of a license, and what decides whose names it prints; fetching the rest takes twice the time.

Products and their versions are read once, to be offered, and given to the rows (`name_versions`).
"""


def license_page(viewer: Viewer, criteria: Criteria, place: Place) -> Page[License]:
    """Return one page of the licenses that exist for `viewer` and fit `criteria`; the first one where there is none."""
    order = criteria.order
    found = _found(viewer, criteria) if criteria.text else None
    if found is None:
        keys = _next_keys(viewer, criteria, place, PAGE_SIZE + 1)
    else:
        keys = {key for key in found if _is_beyond(order, key, place)}
    if not keys and place.key is not None:
        return license_page(viewer, criteria, Place())
    kept, has_earlier, has_later = cut_page(
        keys, is_backwards=place.is_backwards, is_first=place.key is None, by=order.by
    )
    rows = {row.pk: row for row in _rows(viewer, kept).select_related(*RELATED).only(*SHOWN)}
    parameters = criteria.parameters()
    return Page(
        [rows[key] for key, _day in kept if key in rows],
        neighbour_url("before", place_text(order, kept[0]), parameters) if kept and has_earlier else None,
        neighbour_url("after", place_text(order, kept[-1]), parameters) if kept and has_later else None,
        license_count(viewer, criteria) if found is None else found_in_words(len(found)),
    )


def _rows(viewer: Viewer, keys: list[Key]) -> LicenseQuerySet:
    return License.objects.visible_to(viewer).filter(pk__in=[key for key, _day in keys])


def _next_keys(viewer: Viewer, criteria: Criteria, place: Place, size: int) -> set[Key]:
    """Return up to `size` keys from `place` on for each way of seeing."""
    condition = criteria.filters.as_q()
    parts = [
        arm
        for way in ways_apart(viewer)
        for arm in arms(License.objects.filter(way, condition), criteria.order, place, size)
    ]
    return _keys(parts, criteria.order)


def _keys(parts: list[LicenseQuerySet], order: Order) -> set[Key]:
    columns = ["pk", order.column] if order.column else ["pk"]
    return {(row[0], row[1] if order.column else None) for row in union_of(parts, *columns)}


def _found(viewer: Viewer, criteria: Criteria) -> set[Key]:
    """Return the keys of everything that the search text finds."""
    rows = License.objects.filter(criteria.filters.as_q())
    return _keys(Search(viewer, criteria.text).arms(rows), criteria.order)


def _is_beyond(order: Order, key: Key, place: Place) -> bool:
    if place.key is None:
        return True
    here = order.by((place.key, place.day))
    return order.by(key) < here if place.is_backwards else order.by(key) > here


def license_count(viewer: Viewer, criteria: Criteria) -> str:
    """Return how many licenses fit `criteria` without its text: exact up to 10,000, above that "10,000+"."""
    return count_in_words(count_up_to(viewer, criteria, paging.COUNT_LIMIT + 1), paging.COUNT_LIMIT)


def count_up_to(viewer: Viewer, criteria: Criteria, most: int | None = None) -> int:
    """Count the licenses that exist for `viewer` and fit the filters, up to `most`; way by way, each license once.

    One's own come last: an index alone counts the first way, while of the others each row is
    looked at, to leave out what was counted, and one's own are fewest.
    """
    count, counted, condition = 0, Q(), criteria.filters.as_q()
    for way in reversed(ways_of_seeing(viewer)):
        rows = License.objects.filter(way, condition, ~counted if counted else Q()).order_by().values("pk")
        count += rows[: most - count].count() if most else rows.count()
        counted |= way
        if most and count >= most:
            return most
    return count


def all_licenses(viewer: Viewer, criteria: Criteria, size: int = 2_000) -> Iterator[list[Key]]:
    """Yield the keys of everything the list shows, in its order, `size` at a time."""
    order = criteria.order
    if criteria.text:
        found = sorted(_found(viewer, criteria), key=order.by)
        yield from (found[start : start + size] for start in range(0, len(found), size))
        return
    place = Place()
    while keys := sorted(_next_keys(viewer, criteria, place, size), key=order.by)[:size]:
        yield keys
        place = Place(*keys[-1])
