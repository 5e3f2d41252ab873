"""Export what the activity page shows, and write down who did (Product rules, section 3)."""

from collections.abc import Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.audit import Actor, Concerned, Detail, Kind, record
from accounts.models import AuditEvent
from organizations.access import Action, narrowed
from organizations.activity import Entry, entries, next_keys
from organizations.activity_filters import ActivityFilters
from organizations.events import vendor_name
from organizations.paging import Cursor
from organizations.privileges import Privilege
from organizations.spreadsheets import Cell
from organizations.viewer import Viewer

BATCH = 500


def export_refusal(viewer: Viewer) -> str:
    """Return why `viewer` may export nothing at all, and whom to ask: somebody who is here for a group alone."""
    is_here_for_group_alone = viewer.group_id is not None and viewer.customer_id is None and not viewer.user.is_staff
    if viewer.has(Privilege.EXPORT) or not is_here_for_group_alone:
        return ""
    return _("Your user group %(group)s may not export. Ask %(names)s.") % {
        "group": viewer.group_name,
        "names": vendor_name(),
    }


def exporter(viewer: Viewer) -> Viewer:
    """Return `viewer` with those ways alone in which they may export what they see; who reads the trail keeps all."""
    return viewer if viewer.staff_may("view", "accounts.auditevent") else narrowed(viewer, Action.EXPORT)


def record_export(viewer: Viewer, filters: ActivityFilters) -> AuditEvent:
    """Write down that `viewer` exports the activity, and which; a group whose activity it is, too, is named.

    So its other members see that, and who of them it was.
    """
    actor = Actor.of(viewer.user)
    concerned = Concerned(user_group_id=viewer.group_id if viewer.has(Privilege.EXPORT) else None)
    if concerned.user_group_id is not None and not viewer.user.is_staff:
        name = viewer.user.get_full_name()
        actor = Actor(Kind.GROUP, viewer.user.pk, name, viewer.group_name, viewer.group_id)
    details: dict[str, Detail] = {"filter": {**filters.parameters()}, "format": "CSV"}
    return record(actor, "activity.exported", viewer.user, concerned=concerned, details=details)


class ActivityExport:
    """What happened before the event `before`, as rows of cells.

    The file is streamed and outlives the request, so each batch is read, and put into words, in
    the reader's language and time zone by itself.
    """

    def __init__(self, viewer: Viewer, filters: ActivityFilters, before: UUID) -> None:
        self._viewer = viewer
        self._exporter = exporter(viewer)
        self._filters = filters
        self._before = before

    @property
    def head(self) -> list[Cell]:
        """The names of the columns."""
        return [_("When"), _("Who"), _("What"), _("About"), _("Network address")]

    def batches(self) -> Iterator[list[list[Cell]]]:
        """Yield the rows, newest first, some hundreds at a time."""
        cursor = Cursor(self._before)
        while keys := self._next(cursor):
            yield self._rows(keys)
            cursor = Cursor(keys[-1])

    def _next(self, cursor: Cursor) -> list[UUID]:
        with timezone.override(ZoneInfo(self._viewer.user.time_zone)):
            return sorted(next_keys(self._exporter, self._filters, cursor, BATCH), reverse=True)[:BATCH]

    def _rows(self, keys: list[UUID]) -> list[list[Cell]]:
        user = self._viewer.user
        with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
            return [self._cells(entry) for entry in entries(self._viewer, keys)]

    def _cells(self, entry: Entry) -> list[Cell]:
        at = timezone.localtime(entry.at).isoformat(timespec="seconds")
        who = self._viewer.user.get_full_name() if entry.is_own else entry.actor
        return [at, who, entry.sentence, entry.about, entry.address]
