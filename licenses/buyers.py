"""Whose the licenses of an order are: of which customer and organization, and issued to whom (section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from licenses.errors import LicenseError, Reason
from organizations.models import Customer, EnteredCustomer, Organization, UserGroup
from organizations.serving import locked_customers, organizations_of


@dataclass(frozen=True)
class Buyer:
    """Whose a license is: a customer or nobody, the organization, and whom it is issued to."""

    customer: Customer | None
    organization: Organization | None
    licensee: str
    entered: EnteredCustomer | None = None


@dataclass(frozen=True)
class Chosen:
    """What an order says of its own about whose the licenses are, and of which user group they will be."""

    organization: Organization | None
    licensee: str
    group_id: UUID | None


def lock_buyers(
    organization: Organization | None, addresses: Sequence[str], group: UserGroup | None
) -> Organization | None:
    """Lock whose the licenses will be until the transaction ends; return the chosen organization as it is now.

    Organizations come first, then customers, each in the order of their ids, as everywhere. So none is deleted
    meanwhile, and nobody decides by the licenses of an organization that are just being made. Raises
    LicenseError where one of them was deleted or moved at that very moment.
    """
    ids = {organization.pk} if organization is not None else organizations_of(addresses, group)
    rows = Organization.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    locked = {each.pk: each for each in rows}
    customers = locked_customers(addresses).values()
    if organization is None:
        ids = {each.organization_id for each in customers if each.organization_id and _is_served(each, group)}
    if not locked.keys() >= ids:
        sentence = _("An organization or its members changed at this very moment, so nothing was made. Try again.")
        raise LicenseError(Reason.STALE, sentence)
    return locked[organization.pk] if organization is not None else None


def buyers(chosen: Chosen, customers: Sequence[Customer], group: UserGroup | None) -> list[Buyer]:
    """Return whose the licenses are; of a customer whom the group does not serve it tells only what the group typed."""
    others = [each.user.email for each in customers if not _is_served(each, group)]
    entered = EnteredCustomer.objects.filter(user_group=group, email__in=others) if others else []
    typed = {each.email: each for each in entered}
    named = chosen.licensee or (chosen.organization.name if chosen.organization else "")
    found = []
    for customer in customers:
        is_served, address = _is_served(customer, group), customer.user.email
        theirs = organization_for(customer, chosen.group_id) if is_served else None
        row = typed.get(address)
        known = licensee_of(customer, theirs, group) if is_served else address
        name = row.company or row.full_name if row else known
        found.append(Buyer(customer, chosen.organization or theirs, named or name, row))
    return found or [Buyer(None, chosen.organization, named)]


def _is_served(customer: Customer, group: UserGroup | None) -> bool:
    """Return whether a customer may be named as they are: to staff everybody, to a user group whom it serves."""
    return group is None or customer.user_group_id == group.pk


def organization_for(customer: Customer, group_id: UUID | None) -> Organization | None:
    """Return the organization that a license of the user group gets from its customer.

    None where that is another user group's: its contacts would see and manage the license. The
    customer may hand the license over to it.
    """
    theirs = customer.organization
    is_of_others = theirs is not None and group_id is not None and theirs.user_group_id not in {None, group_id}
    return None if is_of_others else theirs


def licensee_of(customer: Customer, theirs: Organization | None, group: UserGroup | None) -> str:
    """Return whom a license of a served customer is issued to: their organization, where the group knows it too."""
    if theirs is not None and (group is None or theirs.user_group_id == group.pk):
        return theirs.name
    return customer.company or customer.user.get_full_name()
