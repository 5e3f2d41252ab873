"""Export what the license list shows: which licenses, which columns, and the trail of it (Product rules, section 3).

Each license is judged by the ways in which the viewer sees it: it is exported where one of them
allows that, with its whole activation key where one of them allows seeing that. Everything that
depends on the reader's language is put into words when the export begins, because a file that
is streamed outlives the request and its language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.audit import Actor, Concerned, Detail, Kind, record
from licenses import activation_key as keys
from licenses.export_columns import Facts, Reading, Rights, columns
from licenses.filters import Criteria
from licenses.listing import all_licenses, count_up_to
from licenses.models import License
from licenses.ordering import Key, Order
from licenses.searching import could_be_key
from organizations.access import Action, narrowed
from organizations.events import vendor_name
from organizations.spreadsheets import Cell
from organizations.viewer import Viewer, Way


def export_refusal(viewer: Viewer) -> str:
    """Return why `viewer` may export nothing at all, and whom to ask; nothing where one way of seeing allows it."""
    exporter = narrowed(viewer, Action.EXPORT)
    if exporter.reaches() or exporter.staff_may("view"):
        return ""
    return _("Exporting licenses is not yours to do. Ask %(names)s.") % {"names": vendor_name()}


@dataclass(frozen=True)
class ExportLinks:
    """Where the list in its present state is downloaded."""

    csv_url: str
    xlsx_url: str


def export_links(viewer: Viewer, criteria: Criteria) -> ExportLinks | None:
    """Return where the list in the state `criteria` is downloaded; None where `viewer` may export nothing."""
    if export_refusal(viewer):
        return None
    urls = {kind: _address(criteria, kind) for kind in ("csv", "xlsx")}
    return ExportLinks(urls["csv"], urls["xlsx"])


def _address(criteria: Criteria, kind: str) -> str:
    return f"{reverse('licenses:export')}?{urlencode({'format': kind, **criteria.parameters()})}"


class Export:
    """The licenses that a list shows and its viewer may export, as rows of cells."""

    def __init__(self, viewer: Viewer, criteria: Criteria, selected: Sequence[UUID] | None = None) -> None:
        """Export what the list shows in the state `criteria`, or of it only what is `selected`."""
        self._viewer = viewer
        self._criteria = criteria
        self._selected = selected
        self._exporter = narrowed(viewer, Action.EXPORT)
        self._columns = dict(columns(viewer))
        self._reading = Reading(viewer)

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return list(self._columns)

    def count(self) -> int:
        """Count the licenses to export at present."""
        return self._count(self._exporter)

    def is_for_group(self) -> bool:
        """Return whether any of it is exported as a member of a user group: its way of seeing allows that (V3, V5)."""
        if self._viewer.group_id is None or Way.GROUP not in self._exporter.ways:
            return False
        if self._viewer.customer_id is None and not self._viewer.user.is_staff:
            return True
        return self._count(replace(self._exporter, ways=frozenset({Way.GROUP})), most=1) > 0

    def _count(self, exporter: Viewer, most: int | None = None) -> int:
        if self._selected is not None:
            return License.objects.visible_to(exporter).filter(pk__in=self._selected).count()
        if not self._criteria.text:
            return count_up_to(exporter, self._criteria, most)
        found = License.objects.visible_to(exporter)
        return sum(found.filter(pk__in=[key for key, _day in batch]).count() for batch in self._keys())

    def batches(self) -> Iterator[list[list[Cell]]]:
        """Yield the rows of cells, in the order of the list, some thousands at a time.

        Every batch is read by statements of its own, so that nobody who writes waits for a slow
        reader. A license of which the date in the order changes meanwhile may come up again; each
        is exported once. In the order *newest* places never change.
        """
        is_by_date, exported = self._criteria.order is not Order.NEWEST, set[UUID]()
        for batch in self._keys():
            ids = [key for key, _day in batch if key not in exported]
            yield [[cell(*row) for cell in self._columns.values()] for row in self._read(ids)]
            if is_by_date:
                exported.update(ids)

    def _keys(self) -> Iterator[list[Key]]:
        """Yield what the list shows; a search also finds by ways of seeing that do not allow exporting."""
        if self._selected is not None:
            return iter([[(each, None) for each in self._selected]])
        return all_licenses(self._viewer if self._criteria.text else self._exporter, self._criteria)

    def _read(self, ids: Sequence[UUID]) -> Iterator[tuple[Facts, Rights]]:
        """Yield the licenses in the order of `ids`, without those that may not be exported (any more)."""
        licenses = License.objects.visible_to(self._exporter).filter(pk__in=ids)
        rows = {row[0].id: row for row in self._reading.rows(licenses)}
        return (rows[each] for each in ids if each in rows)


def record_export(viewer: Viewer, criteria: Criteria, kind: str, number: int, *, is_for_group: bool) -> None:
    """Write down that `viewer` exports `number` licenses as `kind`, and which; a text that may be a key is masked.

    Where they export any as a member of their user group, it is named, so that its other members see it.
    """
    shown: dict[str, Detail] = {**criteria.parameters()}
    if could_be_key(criteria.text):
        shown["q"] = keys.mask(criteria.text)
    details: dict[str, Detail] = {"filter": shown, "format": kind.upper(), "number": number}
    concerned = Concerned(user_group_id=viewer.group_id if is_for_group else None)
    actor = _actor(viewer, is_for_group=is_for_group)
    record(actor, "licenses.exported", viewer.user, concerned=concerned, details=details)


def _actor(viewer: Viewer, *, is_for_group: bool) -> Actor:
    """Return in which role `viewer` exports; colleagues of a group know who of them it is."""
    if viewer.staff_may("view"):
        return Actor.vendor(viewer.user)
    if is_for_group:
        return Actor(Kind.GROUP, viewer.user.pk, viewer.user.get_full_name(), viewer.group_name, viewer.group_id)
    return Actor.person(viewer.user)
