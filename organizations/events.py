"""Which audit events exist for a person, and how much of them (Product rules, section 3)."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import Actor, Kind
from accounts.models import AuditEvent
from organizations.privileges import Privilege
from organizations.viewer import Viewer

LICENSE_TARGET = "license"


def visible_events(viewer: Viewer) -> QuerySet[AuditEvent]:
    """Return the events that exist for `viewer`, newest first.

    An event exists for its actor, for the customer, the contacts and the group members that
    it names, and for staff. Whoever sees every license sees what happened to licenses.
    """
    events = AuditEvent.objects.order_by("-id")
    if viewer.staff_may("view", "accounts.auditevent"):
        return events
    if not viewer.user.is_active:
        return events.none()
    visible = Q(actor_id=viewer.user.pk) | Q(organization_id__in=viewer.contact_of)
    if viewer.customer_id is not None:
        visible |= Q(customer_id=viewer.customer_id)
    if viewer.group_id is not None:
        visible |= Q(user_group_id=viewer.group_id)
    if viewer.staff_may("view") or viewer.has(Privilege.VIEW_ALL):
        visible |= Q(target_type=LICENSE_TARGET)
    return events.filter(visible)


def shows_address(viewer: Viewer, event: AuditEvent) -> bool:
    """Return whether `viewer` may see the network address of `event`: its actor and staff only."""
    return event.actor_id == viewer.user.pk or viewer.staff_may("view", "accounts.auditevent")


def actor_of(event: AuditEvent) -> Actor:
    """Return who did it, and in which role, as the trail keeps it."""
    kind = Kind(event.actor_kind)
    group_id = event.user_group_id if kind is Kind.GROUP else None
    return Actor(kind, event.actor_id, event.actor_name, event.actor_group_name, group_id)


def actor_as_seen_by(viewer: Viewer, actor: Actor, *, vendor: str, is_person_known: bool) -> str:
    """Return who `actor` is, as `viewer` may know it.

    The vendor's people appear as the vendor and a group's as the group, except to their own
    colleagues; customers and contacts by name, where `is_person_known` says that the viewer
    may know them.
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
            return actor.name if is_person_known or viewer.staff_may("view") else _("Somebody at the customer")
