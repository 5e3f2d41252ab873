"""Who may look after an organization, and the lock under which that is decided."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.audit import Actor, Concerned, Kind
from organizations.models import Customer, Organization
from organizations.privileges import Privilege
from organizations.viewer import Viewer


class Refused(Exception):
    """What was asked for is not possible now; the text says why, and what would help."""


class NoLongerYours(Refused):
    """The person looked after the organization a moment ago and does not any more."""

    def __init__(self) -> None:
        super().__init__(_("You do not look after this organization any more, so nothing was changed."))


class Task(StrEnum):
    """What looking after an organization consists of."""

    SEE_USERS = "see users"
    INVITE = "invite"
    EDIT_USER = "edit a user"
    END_MEMBERSHIP = "end a membership"
    CHANGE_CONTACTS = "change contacts"
    ASSIGN = "assign"
    EDIT = "edit"
    NAME_CONTACT = "name a contact"


OF_GROUPS = {
    Task.SEE_USERS: None,
    Task.INVITE: Privilege.MANAGE_ORGANIZATIONS,
    Task.EDIT_USER: Privilege.EDIT_CUSTOMERS,
    Task.EDIT: Privilege.MANAGE_ORGANIZATIONS,
    Task.NAME_CONTACT: Privilege.MANAGE_ORGANIZATIONS,
}
"""What the organization's user group may do, and the privilege it takes; None: every group."""

NOT_OF_CONTACTS = frozenset({Task.EDIT, Task.NAME_CONTACT})
"""What is done by whoever serves the organization, and not by its contacts."""


class Contacts(Protocol):
    """What decides who looks after an organization."""

    id: UUID
    primary_contact_id: UUID | None
    secondary_contact_id: UUID | None
    user_group_id: UUID | None


def may_manage(viewer: Viewer, organization: Contacts, task: Task) -> bool:
    """Return whether `viewer` may do `task` for that very organization, as its row says now."""
    if viewer.staff_may("view" if task is Task.SEE_USERS else "change", "organizations.organization"):
        return True
    if not viewer.user.is_active:
        return False
    is_theirs = task not in NOT_OF_CONTACTS and is_contact(viewer.customer_id, organization)
    return is_theirs or _group_may(viewer, organization, task)


def is_contact(customer_id: UUID | None, organization: Contacts) -> bool:
    """Return whether the customer is one of the organization's two contacts."""
    return customer_id is not None and customer_id in {
        organization.primary_contact_id,
        organization.secondary_contact_id,
    }


def _group_may(viewer: Viewer, organization: Contacts, task: Task) -> bool:
    if viewer.group_id is None or viewer.group_id != organization.user_group_id or task not in OF_GROUPS:
        return False
    privilege = OF_GROUPS[task]
    return privilege is None or viewer.has(privilege)


def lock(viewer: Viewer, organization_id: UUID, task: Task) -> Organization:
    """Return the organization, locked until the transaction ends.

    Raises NoLongerYours unless `viewer` may do `task` as the row says under the lock: a contact
    who was removed a moment ago decides nothing any more.
    """
    organization = Organization.objects.select_for_update().filter(pk=organization_id).first()
    if organization is None or not may_manage(viewer, organization, task):
        raise NoLongerYours
    return organization


def lock_member(organization: Organization, customer_id: UUID) -> Customer:
    """Return a member of the locked organization, locked too; raise Refused when they have left."""
    member = (
        Customer.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=customer_id, organization=organization)
        .first()
    )
    if member is None:
        raise Refused(_("This person does not belong to %(organization)s any more.") % {"organization": organization})
    return member


def actor_for(viewer: Viewer, organization: Contacts) -> Actor:
    """Return in which role `viewer` acts for the organization."""
    if is_contact(viewer.customer_id, organization):
        return Actor.person(viewer.user)
    if viewer.staff_may("change", "organizations.organization"):
        return Actor.vendor(viewer.user)
    return Actor(Kind.GROUP, viewer.user.pk, viewer.user.get_full_name(), viewer.group_name, viewer.group_id)


def concerned_by(organization: Organization, customer: Customer | None = None) -> Concerned:
    """Return whom an event about the organization, and perhaps one of its people, concerns."""
    return Concerned(customer.pk if customer else None, organization.pk, organization.user_group_id)


def concerned_by_member(organization: Organization, member: Customer) -> Concerned:
    """Return whom an event that names a member concerns: the user group only where it serves them too."""
    is_served = member.user_group_id == organization.user_group_id
    return Concerned(member.pk, organization.pk, member.user_group_id if is_served else None)
