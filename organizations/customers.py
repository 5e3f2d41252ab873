"""What user groups do with their customers: enter, edit, delete (Product rules, section 5).

Whom the group serves is changed; of whom it entered though somebody else serves them, only what
the group typed itself. To the group both look the same.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Concerned, Detail, record
from accounts.fields import with_derived
from organizations.groups.managing import actor_for, locked_group_of
from organizations.invitation_links import DOUBLED
from organizations.licenses_of import licenses_of
from organizations.membership.managing import Refused
from organizations.membership.people import FIELDS, values_of
from organizations.models import Customer, EnteredCustomer, GroupMember, Organization, UserGroup
from organizations.privileges import Privilege
from organizations.profile import OF_CUSTOMER, Overtaken, Values, edit_profile, mark_of
from organizations.serving import customers_for_issue
from organizations.telling import PROFILE_EDITED
from organizations.viewer import Viewer

Known = Customer | EnteredCustomer
"""A customer whom a user group knows: served by it, or only entered by it."""


class NotAllowedNow(Refused):
    """The group may not do that any more, or the person does not belong to it any more."""

    def __init__(self) -> None:
        super().__init__(_("Your user group may not do this any more, so nothing was changed."))


def known_values(known: Known) -> Values:
    """Return what the group sees and edits of a customer, by field."""
    if isinstance(known, Customer):
        return values_of(known)
    return {name: getattr(known, name) for name in FIELDS}


def customer_id_of(known: Known) -> UUID:
    """Return the id by which licenses know the customer."""
    return known.pk if isinstance(known, Customer) else known.customer_id


def entered_id_of(known: Known) -> UUID | None:
    """Return what licenses are marked with that were issued to a customer whom a user group only entered."""
    return known.pk if isinstance(known, EnteredCustomer) else None


@transaction.atomic
def enter_customer(viewer: Viewer, email: str, wanted: Mapping[str, str], now: datetime | None = None) -> Known:
    """Make the person with this address a customer of the viewer's group, and return what it knows of them.

    Nothing tells whether the portal knew the address. The same form sent twice enters once. Raises
    Refused where the group has the customer already, and NotAllowedNow.
    """
    at = now or timezone.now()
    group = _locked_group(viewer, Privilege.EDIT_CUSTOMERS)
    if (before := _entered_before(group, email)) is not None:
        is_same = known_values(before)["full_name"] == wanted["full_name"]
        if is_same and before.created_at > at - DOUBLED:
            return before
        raise Refused(_("“%(address)s” is one of your customers already.") % {"address": email})
    customer = customers_for_issue(group, {email: wanted["full_name"]}, actor_for(viewer), at)[email]
    known: Known = customer
    if customer.user_group_id != group.pk:
        known = EnteredCustomer.objects.get(user_group=group, email=email)
    for name in OF_CUSTOMER:
        setattr(known, name, wanted.get(name, ""))
    known.save(update_fields=with_derived(known, OF_CUSTOMER))
    return known


def _entered_before(group: UserGroup, email: str) -> Known | None:
    entered = EnteredCustomer.objects.filter(email=email, user_group=group).first()
    return entered or Customer.objects.select_related("user").filter(user__email=email, user_group=group).first()


@transaction.atomic
def edit_customer(
    viewer: Viewer, known: Known, wanted: Mapping[str, str], seen: str, now: datetime | None = None
) -> list[str]:
    """Save what the group knows of a customer, never the address; return the names of the fields that changed.

    Raises Overtaken when it is not what the mark `seen` was made of, Refused and NotAllowedNow.
    """
    group = _locked_group(viewer, Privilege.EDIT_CUSTOMERS)
    actor = actor_for(viewer)
    if isinstance(known, EnteredCustomer):
        return _edit_entered(group, known.pk, wanted, seen, actor, now)
    customer = _locked_customer(group, known.pk)
    if customer.user.is_staff:
        raise Refused(_("%(name)s works for the vendor; only they change this.") % {"name": customer.user.full_name})
    return edit_profile(customer.user_id, wanted, seen, by=actor, fields=FIELDS, now=now)


def _edit_entered(
    group: UserGroup, pk: UUID, wanted: Mapping[str, str], seen: str, actor: Actor, now: datetime | None
) -> list[str]:
    row = EnteredCustomer.objects.select_for_update().filter(pk=pk, user_group=group).first()
    if row is None:
        raise NotAllowedNow
    before = known_values(row)
    changed = [name for name in before if wanted.get(name, before[name]) != before[name]]
    if not changed:
        return []
    if seen != mark_of(before):
        raise Overtaken(before)
    details: dict[str, Detail] = {name: {"before": before[name], "after": wanted[name]} for name in changed}
    for name in changed:
        setattr(row, name, wanted[name])
    row.save(update_fields=with_derived(row, changed))
    record(actor, PROFILE_EDITED, row, concerned=Concerned(user_group_id=group.pk), details=details, now=now)
    return changed


def deletion_refusal(group_id: UUID, known: Known) -> str | None:
    """Return why a user group cannot delete a customer, or None; of what others have with them nothing is told."""
    name = known.user.get_full_name() if isinstance(known, Customer) else known.full_name
    if licenses_of().has_licenses_of(customer_id_of(known), group_id, entered_id_of(known)):
        return _("%(name)s has licenses of your group, and customers with licenses are not deleted.") % {"name": name}
    if isinstance(known, EnteredCustomer):
        return None
    is_contact = Q(primary_contact=customer_id_of(known)) | Q(secondary_contact=customer_id_of(known))
    organization = Organization.objects.filter(is_contact, user_group=group_id).first()
    if organization is not None:
        words = {"name": name, "organization": organization.name}
        return _("%(name)s is a contact of %(organization)s. Its contacts have to choose another first.") % words
    return None


@transaction.atomic
def delete_customer(viewer: Viewer, known: Known, now: datetime | None = None) -> None:
    """Delete a customer of the viewer's group. Who has to do with anybody else stays there, and only leaves the group.

    Raises Refused for customers with licenses or a contact's role, and NotAllowedNow.
    """
    group = _locked_group(viewer, Privilege.DELETE_CUSTOMERS)
    if isinstance(known, EnteredCustomer):
        row: Known | None = EnteredCustomer.objects.select_for_update().filter(pk=known.pk, user_group=group).first()
    else:
        row = _locked_customer(group, known.pk)
    if row is None:
        raise NotAllowedNow
    if refusal := deletion_refusal(group.pk, row):
        raise Refused(refusal)
    record(actor_for(viewer), "customer.deleted", row, concerned=Concerned(user_group_id=group.pk), now=now)
    if isinstance(row, EnteredCustomer):
        row.delete()
    elif not _is_alone(row) or not _delete_person(row):
        row.user_group = None
        row.save(update_fields=["user_group", "edited_at"])


def _is_alone(customer: Customer) -> bool:
    """Return whether nobody else has to do with the customer, who never signed in either."""
    user = customer.user
    has_role = user.is_staff or user.last_login is not None or GroupMember.objects.filter(user=user).exists()
    is_contact = Q(primary_contact=customer) | Q(secondary_contact=customer)
    belongs = customer.organization_id is not None or Organization.objects.filter(is_contact).exists()
    entered = EnteredCustomer.objects.filter(customer=customer).exists()
    return not (has_role or belongs or entered or licenses_of().has_licenses_of(customer.pk, None))


def _delete_person(customer: Customer) -> bool:
    try:
        with transaction.atomic():
            customer.delete()
            customer.user.delete()
    except ProtectedError:
        return False
    return True


def _locked_group(viewer: Viewer, privilege: Privilege) -> UserGroup:
    """Return the viewer's group, locked, if it has the privilege and they belong to it, as the rows say now."""
    group = locked_group_of(viewer)
    if group is None or not group.has(privilege):
        raise NotAllowedNow
    return group


def _locked_customer(group: UserGroup, pk: UUID) -> Customer:
    rows = Customer.objects.select_for_update(of=("self",)).select_related("user")
    customer = rows.filter(pk=pk, user_group=group).first()
    if customer is None:
        raise NotAllowedNow
    return customer
