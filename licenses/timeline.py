"""What happened to a license, in plain words, as a viewer may know it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audit import Detail
from accounts.models import AuditEvent
from licenses.models import License
from licenses.sharing import knows_holder, knows_person, person_called
from licenses.wording import day_in_words
from organizations.events import actor_as_seen_by, actor_of, shows_address, vendor_name, visible_events
from organizations.paging import Cursor, Page, page_of
from organizations.telling import WITHOUT_WORDS
from organizations.viewer import Viewer

PREFIX = "events_"
_INTERNAL = {"comment", "order_id"}
_ORDER = [*(field.attname for field in License._meta.concrete_fields), "features"]
TOLD_TO_ALL = sorted({*_ORDER} - _INTERNAL)
_NOT_TOLD = {"licensee", "customer_id", "organization_id", "user_group_id", "order_id", "comment"}
_CHOICES = {"license_model", "deactivations_per"}
_WITH_CHANGES = {"license.edited", "license.renewed"}
_DATES = {"expires_on", "maintenance_until"}


SENTENCES = {
    "license.issued": _("issued the license"),
    "license.activated": _("activated %(computer)s"),
    "license.deactivated": _("deactivated %(computer)s"),
    "license.replaced": _("replaced %(computer)s by %(replaced_by)s"),
    "license.computer_renamed": _("renamed a computer from “%(before)s” to “%(after)s”"),
    "license.file_issued": _("issued the license file of %(computer)s anew"),
    "license.revoked": _("revoked the license: %(reason)s"),
    "license.reinstated": _("reinstated the license"),
    "license.edited": _("changed %(changes)s"),
    "license.renewed": _("renewed the license: %(changes)s"),
    "license.deleted": _("deleted the license"),
    "license.generic_file_issued": _("issued a license file that fits any computer"),
    "license.mailed": _("mailed the license to its customer"),
    "license.assigned": _("gave the license to %(after)s"),
    "license.handed_over": _("handed the license over to the organization"),
    "license.key_shown": _("looked at the whole activation key"),
    "release.downloaded": _("downloaded %(file)s"),
}
"""What each kind of event is called, as the end of a sentence that begins with the actor."""


@dataclass(frozen=True)
class TimelineEntry:
    """One line: when, who, what; the network address only for the actor and staff."""

    at: datetime
    actor: str
    sentence: str
    address: str | None


def timeline_page(viewer: Viewer, license: License, cursor: Cursor, *, shows_internal: bool) -> Page[TimelineEntry]:
    """Return one page of what happened to `license` and exists for `viewer`, newest first, in words.

    Changes of nothing but comment and order id exist only where `shows_internal` says so.
    """
    told = Q() if shows_internal else ~Q(action="license.edited") | Q(details__has_any_keys=TOLD_TO_ALL)
    events = page_of(visible_events(viewer).filter(told, target_id=license.pk), cursor, PREFIX)
    ways = viewer.ways_to(license)
    rows = [
        TimelineEntry(
            event.at,
            actor_as_seen_by(
                viewer,
                actor_of(event),
                vendor=vendor_name(),
                is_person_known=knows_person(viewer, ways, license, event.actor_id, event.organization_id),
                called=person_called(viewer, license, event.actor_id),
            ),
            sentence(event, shows_internal=shows_internal, shows_holder=knows_holder(viewer, license, event)),
            event.address if shows_address(viewer, event) else None,
        )
        for event in events.rows
    ]
    return Page(rows, events.previous_url, events.next_url)


def sentence(event: AuditEvent, *, shows_internal: bool, shows_holder: bool) -> str:
    """Return what happened in `event`; comment and order id are left out unless `shows_internal`.

    To whom a license was given is told only where `shows_holder` says so.
    """
    details: dict[str, Detail] = dict(event.details)
    if event.action in _WITH_CHANGES:
        details = {"changes": _changes(details, shows_internal=shows_internal)}
    elif event.action == "license.assigned":
        details = {"after": _holder(str(details.get("after", "")), is_shown=shows_holder)}
    return str(SENTENCES.get(event.action, WITHOUT_WORDS)) % details


def _holder(name: str, *, is_shown: bool) -> str:
    if not name:
        return gettext("nobody")
    return name if is_shown else gettext("somebody")


def _changes(details: dict[str, Detail], *, shows_internal: bool) -> str:
    names = [name for name in _ORDER if name in details and (shows_internal or name not in _INTERNAL)]
    changes = ((name, details[name]) for name in names)
    return ", ".join(_change(name, change) for name, change in changes if isinstance(change, dict))


def _change(name: str, change: dict[str, Detail]) -> str:
    label = _field_label(name)
    if name in _NOT_TOLD:
        return label
    return gettext("%(field)s from %(before)s to %(after)s") % {
        "field": label,
        "before": _value(name, change["before"]),
        "after": _value(name, change["after"]),
    }


def _value(name: str, value: Detail) -> str:
    if value is None or value in ("", []):
        return gettext("nothing")
    if name in _DATES:
        return day_in_words(date.fromisoformat(str(value)))
    labels = dict(getattr(License._meta.get_field(name), "flatchoices", ())) if name in _CHOICES else {}
    return ", ".join(value) if isinstance(value, list) else str(labels.get(value, value))


def _field_label(name: str) -> str:
    field = License._meta.get_field(name.removesuffix("_id") if name != "order_id" else name)
    return str(getattr(field, "verbose_name", name))
