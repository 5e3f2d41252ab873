"""Whose a license of an organization is: a member's, an invited person's, or nobody's (Product rules, section 4)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Happening, record_many
from licenses.deactivating import deactivate_several
from licenses.errors import LicenseError, Reason
from licenses.giving import give, in_parts
from licenses.locking import concerned_by, locked_licenses
from licenses.models import Activation, License, ReservedLicense
from organizations.licenses_of import Heirs, Several
from organizations.models import Customer, Invitation, Organization


def assign(
    license_ids: Sequence[UUID],
    organization_id: UUID,
    to: Customer | Invitation | None,
    actor: Actor,
    now: datetime | None = None,
) -> list[License]:
    """Give licenses of an organization to one of its members, to somebody invited, or to nobody; return the changed.

    The organization and whom it goes to are locked first, so that nobody gets a license who has
    just left or declined. Raises LicenseError when one of the licenses is not the organization's
    any more, or the receiver no longer belongs to it; nothing is changed then.
    """
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=organization_id)
        _check_receiver(to, organization_id)
        licenses = locked_licenses(license_ids)
        if len(licenses) != len(set(license_ids)) or any(each.organization_id != organization_id for each in licenses):
            raise LicenseError(
                Reason.STALE, _("One of the licenses no longer belongs to this organization. Choose again.")
            )
        return give(licenses, to, actor, now or timezone.now())


def _check_receiver(to: Customer | Invitation | None, organization_id: UUID) -> None:
    if to is not None and not _belongs(to, organization_id):
        raise LicenseError(Reason.STALE, _("%(name)s does not belong to this organization any more.") % {"name": to})


def _belongs(to: Customer | Invitation, organization_id: UUID) -> bool:
    """Return whether the organization has that member or open invitation, and keep it so until the end."""
    if isinstance(to, Customer):
        members = Customer.objects.select_for_update(of=("self",)).filter(organization=organization_id)
        return members.filter(pk=to.pk).exists()
    invitations = Invitation.objects.open().select_for_update(of=("self",)).filter(organization=organization_id)
    return invitations.filter(pk=to.pk).exists()


def reservation_of(license: License) -> ReservedLicense | None:
    """Return for which invitation a license waits; None for one that does not wait."""
    return ReservedLicense.objects.select_related("invitation").filter(license=license).first()


def hand_over(
    customer_id: UUID, organization_id: UUID, chosen: Several, actor: Actor, now: datetime | None = None
) -> None:
    """Let an organization have licenses that are a customer's own and no organization's; others stay as they are."""
    now = now or timezone.now()
    own = License.objects.filter(customer=customer_id, organization=None, deleted_at=None).filter(chosen.as_q())
    licenses = [
        each
        for each in locked_licenses(own.values_list("pk", flat=True))
        if each.customer_id == customer_id and each.organization_id is None and each.deleted_at is None
    ]
    for part in in_parts(licenses):
        rows = License.objects.filter(pk__in=[each.pk for each in part])
        rows.update(organization=organization_id, terms_changed_at=now, edited_at=timezone.now())
        for license in part:
            license.organization_id = organization_id
        record_many(actor, "license.handed_over", [Happening(each, concerned_by(each)) for each in part], now)


def settle(
    customer_id: UUID,
    organization_id: UUID,
    heirs: Heirs,
    freed: Several,
    actor: Actor,
    now: datetime | None = None,
) -> None:
    """Take the organization's licenses from who leaves: to the members that `heirs` says, else to nobody.

    `freed` are activations on them that are deactivated, under the quota; what staff have deleted
    is nobody's then. Raises LicenseError; nothing is changed then.
    """
    with transaction.atomic():
        now = now or timezone.now()
        theirs = License.objects.filter(customer=customer_id, organization=organization_id)
        licenses = [
            each
            for each in locked_licenses(theirs.values_list("pk", flat=True))
            if each.customer_id == customer_id and each.organization_id == organization_id
        ]
        for part in in_parts(licenses):
            in_use = Activation.objects.in_use().filter(freed.as_q(), license__in=part)
            deactivate_several(in_use.values_list("pk", flat=True), {each.pk: actor for each in part}, now)
        people = Customer.objects.select_related("user").in_bulk(heirs.people)
        shares = defaultdict(list)
        for license in licenses:
            heir = None if license.is_deleted else heirs.heir_of(license.pk)
            shares[people.get(heir) if heir else None].append(license)
        for receiver, share in shares.items():
            give(share, receiver, actor, now)


def arrive(invitation_id: UUID, customer_id: UUID, actor: Actor, now: datetime | None = None) -> None:
    """Give who accepted an invitation the licenses that waited for them, unless somebody else got one meanwhile."""
    now = now or timezone.now()
    customer = Customer.objects.select_related("user").get(pk=customer_id)
    waiting = ReservedLicense.objects.filter(invitation=invitation_id)
    licenses = locked_licenses(waiting.values_list("license_id", flat=True))
    theirs = [
        each for each in licenses if each.organization_id == customer.organization_id and each.customer_id is None
    ]
    give(theirs, customer, actor, now)
    waiting.delete()
