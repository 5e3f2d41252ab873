"""What may need doing, by urgency, each as the very list that shows it, so that number and list cannot differ."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, Value
from django.urls import reverse

from licenses.filters import Criteria, Files, Filters, Updates, Within
from licenses.models import License
from licenses.ordering import Order
from licenses.querysets import LicenseQuerySet, visible_licenses, ways_of_seeing
from licenses.status import Status
from organizations.access import Action, narrowed
from organizations.viewer import Viewer

FIRST_FEW = 3
"""How many licenses of each need are named."""

FirstFew = dict[str, list[License]]
"""The first few licenses of the list of each need, by its value."""


class Need(StrEnum):
    """What licenses may need, the most urgent first."""

    FILES = "files"
    EXPIRED = "expired"
    EXPIRING = "expiring"
    UPDATES = "updates"
    NONE_LEFT = "none_left"


_LISTS = {
    Need.FILES: Criteria(Filters(files=Files.OUTDATED)),
    Need.EXPIRED: Criteria(Filters(expires=Within.RECENTLY), order=Order.EXPIRES),
    Need.EXPIRING: Criteria(Filters(expires=Within.MONTH), order=Order.EXPIRES),
    Need.UPDATES: Criteria(Filters(updates=Updates.ENDING), order=Order.UPDATES),
    Need.NONE_LEFT: Criteria(Filters(status=Status.ACTIVATED)),
}


def criteria_of(need: Need, viewer: Viewer) -> Criteria:
    """Return the state of the license list in which it shows `viewer` what has this need."""
    criteria = _LISTS[need]
    allowed = visible_licenses(narrowed(viewer, Action.GET_LICENSE_FILE))
    return replace(criteria, filters=replace(criteria.filters, gets_files_of=allowed))


def list_url(criteria: Criteria) -> str:
    """Return the address of the license list in that state."""
    state = criteria.url() if criteria.parameters() else ""
    return reverse("licenses:list") + state


def first_few(viewer: Viewer, needs: Iterable[Need]) -> FirstFew:
    """Return the first licenses of the lists of `needs`, by one statement that limits each way of seeing by itself."""
    lists = {need.value: criteria_of(need, viewer) for need in needs}
    parts = [
        _with_names(License.objects.filter(pk__in=_first_of(criteria, way).values("pk"))).annotate(need=Value(need))
        for need, criteria in lists.items()
        for way in ways_of_seeing(viewer)
    ]
    found: dict[str, dict[UUID, License]] = {need: {} for need in lists}
    for row in parts[0].union(*parts[1:], all=True) if parts else ():
        found[vars(row)["need"]][row.pk] = row
    return {need: _in_order(lists[need].order, rows.values())[:FIRST_FEW] for need, rows in found.items()}


def named_again(viewer: Viewer, keys: Mapping[str, Iterable[UUID]]) -> FirstFew:
    """Return the licenses that were the first few a while ago, those alone that exist for `viewer` now."""
    wanted = {key for each in keys.values() for key in each}
    rows = _with_names(License.objects.visible_to(viewer).filter(pk__in=wanted)).in_bulk() if wanted else {}
    return {need: [rows[key] for key in each if key in rows] for need, each in keys.items()}


def _with_names(rows: LicenseQuerySet) -> LicenseQuerySet:
    return rows.select_related("product_version__product", "customer__user", "entered", "organization").defer("comment")


def _first_of(criteria: Criteria, way: Q) -> LicenseQuerySet:
    order = (criteria.order.column, "pk") if criteria.order.column else ("-pk",)
    return License.objects.filter(way, criteria.filters.as_q()).order_by(*order)[:FIRST_FEW]


def _in_order(order: Order, rows: Iterable[License]) -> list[License]:
    return sorted(rows, key=lambda row: order.by((row.pk, getattr(row, order.column) if order.column else None)))
