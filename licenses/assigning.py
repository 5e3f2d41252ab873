"""Whose a license of an organization is: a member's, an invited person's, or nobody's (Product rules, section 4)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Detail, record
from licenses.deactivating import deactivate_several
from licenses.errors import LicenseError, Reason
from licenses.locking import concerned_by, locked_licenses
from licenses.models import Activation, License, ReservedLicense
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
        now = now or timezone.now()
        return [each for each in licenses if _give(each, to, actor, now)]


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


def _give(license: License, to: Customer | Invitation | None, actor: Actor, now: datetime) -> bool:
    """Give one locked license; return whether that changed anything. Those who had and get it are both concerned."""
    reserved = reservation_of(license)
    has_it = (license.customer_id, reserved.invitation_id if reserved else None)
    gets_it = (to.pk if isinstance(to, Customer) else None, to.pk if isinstance(to, Invitation) else None)
    if has_it == gets_it:
        return False
    details: dict[str, Detail] = {"before": _holder(license, reserved), "after": str(to) if to else ""}
    if license.customer_id is not None and isinstance(to, Customer):
        record(actor, "license.assigned", license, concerned=concerned_by(license), details=details, now=now)
    if reserved is not None:
        reserved.delete()
    license.customer = to if isinstance(to, Customer) else None
    license.save(update_fields=["customer", "edited_at"])
    if isinstance(to, Invitation):
        ReservedLicense.objects.create(license=license, invitation=to)
    record(actor, "license.assigned", license, concerned=concerned_by(license), details=details, now=now)
    return True


def reservation_of(license: License) -> ReservedLicense | None:
    """Return for which invitation a license waits; None for one that does not wait."""
    return ReservedLicense.objects.select_related("invitation").filter(license=license).first()


def _holder(license: License, reserved: ReservedLicense | None) -> str:
    if reserved is not None:
        return str(reserved.invitation)
    return str(license.customer) if license.customer is not None else ""


def hand_over(
    customer_id: UUID, organization_id: UUID, license_ids: Iterable[UUID], actor: Actor, now: datetime | None = None
) -> None:
    """Let an organization have licenses that are a customer's own and no organization's; others stay as they are."""
    now = now or timezone.now()
    for license in locked_licenses(license_ids):
        if license.customer_id == customer_id and license.organization_id is None and license.deleted_at is None:
            license.organization_id = organization_id
            license.terms_changed_at = now
            license.save(update_fields=["organization", "terms_changed_at", "edited_at"])
            record(actor, "license.handed_over", license, concerned=concerned_by(license), now=now)


def settle(
    customer_id: UUID,
    organization_id: UUID,
    given: Mapping[UUID, UUID],
    freed: Iterable[UUID],
    actor: Actor,
    now: datetime | None = None,
) -> None:
    """Take the organization's licenses from who leaves: to the members that `given` says, else to nobody.

    `freed` are activations on them that are deactivated, under the quota. Raises LicenseError; nothing is changed then.
    """
    with transaction.atomic():
        now = now or timezone.now()
        theirs = License.objects.filter(customer=customer_id, organization=organization_id)
        licenses = locked_licenses(theirs.values_list("pk", flat=True))
        activations = Activation.objects.filter(pk__in=freed, license__in=licenses).values_list("pk", flat=True)
        deactivate_several(list(activations), {each.pk: actor for each in licenses}, now)
        heirs = Customer.objects.in_bulk(set(given.values()))
        for license in locked_licenses(each.pk for each in licenses):
            _give(license, heirs.get(given.get(license.pk, organization_id)), actor, now)


def arrive(invitation_id: UUID, customer_id: UUID, actor: Actor, now: datetime | None = None) -> None:
    """Give who accepted an invitation the licenses that waited for them, unless somebody else got one meanwhile."""
    now = now or timezone.now()
    customer = Customer.objects.select_related("user").get(pk=customer_id)
    waiting = ReservedLicense.objects.filter(invitation=invitation_id)
    for license in locked_licenses(waiting.values_list("license_id", flat=True)):
        if license.organization_id == customer.organization_id and license.customer_id is None:
            _give(license, customer, actor, now)
    waiting.delete()
