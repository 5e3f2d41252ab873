"""The named orders of the license list, and where in one of them a page begins.

*Newest* is the order of the ids. The orders by date begin with the earliest date; licenses
without the date follow, and the same date is in the order of the ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from licenses.querysets import LicenseQuerySet
from organizations.paging import read_place

Key = tuple[UUID, date | None]
"""A license's id and its date in the order; the date is None in the order *newest*, too."""


class Order(models.TextChoices):
    """What the list is ordered by; the value stands in URLs."""

    NEWEST = "newest", _("Newest")
    EXPIRES = "expires", _("Expires soonest")
    UPDATES = "updates", _("Updates end soonest")

    @property
    def column(self) -> str | None:
        """The date that the order goes by, if it goes by one."""
        return {Order.EXPIRES: "expires_on", Order.UPDATES: "maintenance_until"}.get(self)

    def by(self, key: Key) -> tuple[object, ...]:
        """Return what to sort by, ascending."""
        license_id, day = key
        if self.column is None:
            return (-license_id.int,)
        return day is None, day or date.max, license_id.int


@dataclass(frozen=True)
class Place:
    """Where a page begins: after or before the license with `key`; the first page without one."""

    key: UUID | None = None
    day: date | None = None
    is_backwards: bool = False

    @classmethod
    def read(cls, order: Order, parameters: Mapping[str, str]) -> "Place":
        """Return the place in the URL's parameters; what cannot be read is the first page."""
        found = read_place(parameters, partial(_key, order))
        return cls(*found[0], found[1]) if found else cls()


def _key(order: Order, text: str) -> Key:
    if order.column is None:
        return UUID(text), None
    day, _underscore, license_id = text.partition("_")
    return UUID(license_id), None if day == "none" else date.fromisoformat(day)


def place_text(order: Order, key: Key) -> str:
    """Return how the place of a license is written in a URL: its id, in an order by date with the date before it."""
    license_id, day = key
    if order.column is None:
        return str(license_id)
    return f"{day.isoformat() if day else 'none'}_{license_id}"


def arms(rows: LicenseQuerySet, order: Order, place: Place, size: int) -> list[LicenseQuerySet]:
    """Return the next `size` of `rows` from `place` on, as one or two queries that one index each answers."""
    back = place.is_backwards
    if order.column is None:
        following = Q() if place.key is None else Q(pk__gt=place.key) if back else Q(pk__lt=place.key)
        return [rows.filter(following).order_by("pk" if back else "-pk")[:size]]
    sign = "-" if back else ""
    found = []
    if place.key is None or place.day is not None or back:
        dated = rows.filter(_dated(order.column, place), **{f"{order.column}__isnull": False})
        found.append(dated.order_by(f"{sign}{order.column}", f"{sign}pk")[:size])
    if place.day is None or not back:
        following = Q()
        if place.key is not None and place.day is None:
            following = Q(pk__lt=place.key) if back else Q(pk__gt=place.key)
        found.append(rows.filter(following, **{order.column: None}).order_by(f"{sign}pk")[:size])
    return found


def _dated(column: str, place: Place) -> Q:
    """Return the condition for the dates beyond `place`; all of them where it has none."""
    if place.key is None or place.day is None:
        return Q()
    if place.is_backwards:
        nearer = Q(**{f"{column}__lt": place.day}) | Q(pk__lt=place.key)
        return Q(**{f"{column}__lte": place.day}) & nearer
    further = Q(**{f"{column}__gt": place.day}) | Q(pk__gt=place.key)
    return Q(**{f"{column}__gte": place.day}) & further
