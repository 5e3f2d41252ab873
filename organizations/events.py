"""Which audit events exist for a person, and how much of them (Product rules, section 3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import Actor, Kind
from accounts.models import AuditEvent
from organizations.privileges import Privilege
from organizations.viewer import Viewer, Way

LICENSE_TARGET = "license"
PERSON_TARGET = "user"
MOST_ORGANIZATIONS_APART = 20
"""How many organizations of a contact are read one by one, each by its own index."""


class Tie(Enum):
    """What ties an event to a person for whom it exists."""

    ACTOR = "did it"
    PERSON = "it happened to their sign-in"
    CUSTOMER = "named as its customer"
    CONTACT = "contact of the organization it names"
    GROUP = "member of the user group it names"
    LICENSES = "sees every license"
    STAFF = "reads the whole audit trail"


@dataclass(frozen=True)
class EventWay:
    """One way in which events exist for a person: each of the columns holds one of the values.

    The same object filters a query and judges a single event, so that both cannot differ.
    `shows_internal` says that the person may know of comments, order ids and notes, too.
    """

    tie: Tie
    columns: dict[str, frozenset[object]] = field(default_factory=dict)
    shows_internal: bool = False

    def as_q(self) -> Q:
        """Return the condition on events; one index answers it, newest first."""
        return Q(**{f"{column}__in": values for column, values in self.columns.items()})

    def holds_for(self, event: AuditEvent) -> bool:
        """Return whether the event exists for the person in this way."""
        return all(getattr(event, column) in values for column, values in self.columns.items())


def ways_to_events(viewer: Viewer) -> list[EventWay]:
    """Return every way in which events exist for `viewer`: the one list of conditions.

    An event exists for its actor, for the customer, the contacts and the group members that
    it names, for the person whose sign-in it is about, and for staff. Whoever sees every
    license sees what happened to licenses. Where only some ways of seeing count, so they do here.
    """
    if viewer.staff_may("view", "accounts.auditevent"):
        return [EventWay(Tie.STAFF, shows_internal=True)]
    if not viewer.user.is_active:
        return []
    own = {"target_type": frozenset[object]({PERSON_TARGET}), "target_id": frozenset[object]({viewer.user.pk})}
    ways = [EventWay(Tie.ACTOR, {"actor_id": frozenset({viewer.user.pk})}), EventWay(Tie.PERSON, own)]
    if viewer.customer_id is not None and Way.OWN in viewer.ways:
        ways.append(EventWay(Tie.CUSTOMER, {"customer_id": frozenset({viewer.customer_id})}))
    if Way.CONTACT in viewer.ways:
        ways += [EventWay(Tie.CONTACT, {"organization_id": organizations}) for organizations in _apart(viewer)]
    if viewer.group_id is not None and Way.GROUP in viewer.ways:
        ways.append(EventWay(Tie.GROUP, {"user_group_id": frozenset({viewer.group_id})}, shows_internal=True))
    is_staff, sees_all = viewer.staff_may("view"), viewer.has(Privilege.VIEW_ALL) and Way.VIEW_ALL in viewer.ways
    if is_staff or sees_all:
        licenses = {"target_type": frozenset[object]({LICENSE_TARGET})}
        ways.append(EventWay(Tie.LICENSES, licenses, shows_internal=is_staff))
    return ways


def _apart(viewer: Viewer) -> Iterable[frozenset[object]]:
    """Return a contact's organizations one by one, so that an index gives each the order; all at once when many."""
    if len(viewer.contact_of) > MOST_ORGANIZATIONS_APART:
        return [frozenset(viewer.contact_of)]
    return [frozenset({each}) for each in sorted(viewer.contact_of)]


def visible_events(viewer: Viewer) -> QuerySet[AuditEvent]:
    """Return the events that exist for `viewer`, newest first."""
    ways = [way.as_q() for way in ways_to_events(viewer)]
    return AuditEvent.objects.filter(reduce(or_, ways) if ways else Q(pk__in=())).order_by("-id")


def shows_internal(viewer: Viewer, event: AuditEvent) -> bool:
    """Return whether `viewer` may know that a comment, an order id or notes changed: their own group, and staff."""
    return any(way.shows_internal and way.holds_for(event) for way in ways_to_events(viewer))


def shows_address(viewer: Viewer, event: AuditEvent) -> bool:
    """Return whether `viewer` may see the network address of `event`: its actor and staff only.

    An attempt to sign in as somebody has no actor: its address is for the person it was made for.
    """
    if event.actor_id is None:
        is_own = event.target_type == PERSON_TARGET and event.target_id == viewer.user.pk
    else:
        is_own = event.actor_id == viewer.user.pk
    return is_own or viewer.staff_may("view", "accounts.auditevent")


def vendor_name() -> str:
    """Return what the vendor is called on pages."""
    return settings.PORTAL_VENDOR or _("The vendor")


def actor_of(event: AuditEvent) -> Actor:
    """Return who did it, and in which role, as the trail keeps it."""
    kind = Kind(event.actor_kind)
    group_id = event.user_group_id if kind is Kind.GROUP else None
    return Actor(kind, event.actor_id, event.actor_name, event.actor_group_name, group_id)


def actor_as_seen_by(viewer: Viewer, actor: Actor, *, vendor: str, is_person_known: bool, called: str = "") -> str:
    """Return who `actor` is, as `viewer` may know it.

    The vendor's people appear as the vendor and a group's as the group, except to their own
    colleagues; customers and contacts by name, where `is_person_known` says that the viewer
    may know them; else as the viewer has `called` them.
    """
    if actor.user_id == viewer.user.pk:
        return _("You")
    match actor.kind:
        case Kind.SYSTEM:
            return _("The portal")
        case Kind.VENDOR:
            return actor.name if viewer.staff_may("view") else vendor
        case Kind.GROUP:
            is_colleague = viewer.group_id is not None and viewer.group_id == actor.group_id
            return actor.name if is_colleague or viewer.staff_may("view") else actor.group_name
        case _:
            is_known = is_person_known or viewer.staff_may("view")
            return actor.name if is_known else called or _("Somebody at the customer")
