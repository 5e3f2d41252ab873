"""Someone leaves: everything they have of the organization is settled at once (Product rules, section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from organizations.licenses_of import CannotSettle, licenses_of
from organizations.membership.managing import (
    Refused,
    Task,
    actor_for,
    concerned_by,
    is_contact,
    lock,
    lock_member,
)
from organizations.models import Customer, Invitation
from organizations.querysets import InvitationQuerySet
from organizations.viewer import Viewer


@dataclass(frozen=True)
class Settlement:
    """What becomes of what somebody leaves behind.

    `given` says which member gets which license; all others are nobody's, and stay with the
    organization. `freed` are the activations to deactivate, `withdrawn` the open invitations of theirs.
    """

    given: Mapping[UUID, UUID] = field(default_factory=dict)
    freed: frozenset[UUID] = frozenset()
    withdrawn: frozenset[UUID] = frozenset()


@transaction.atomic
def end_membership(
    viewer: Viewer,
    organization_id: UUID,
    customer_id: UUID,
    settlement: Settlement,
    now: datetime | None = None,
) -> Customer:
    """Let a member leave: their sign-in and personal licenses remain, the organization's stay with it.

    Raises Refused for a contact and for what is impossible now, NoLongerYours. Nothing is half done.
    """
    at = now or timezone.now()
    organization = lock(viewer, organization_id, Task.END_MEMBERSHIP)
    member = lock_member(organization, customer_id)
    if is_contact(member.pk, organization):
        raise Refused(
            _("%(name)s is a contact of %(organization)s. Change the contacts first.")
            % {"name": member.user.full_name, "organization": organization.name}
        )
    heirs = set(settlement.given.values())
    members = Customer.objects.select_for_update(of=("self",)).filter(organization=organization, pk__in=heirs)
    if member.pk in heirs or members.count() != len(heirs):
        raise Refused(_("Licenses are given to members of %(organization)s only.") % {"organization": organization})
    actor, concerned = actor_for(viewer, organization), concerned_by(organization, member)
    try:
        licenses_of().settle(member.pk, organization.pk, settlement.given, settlement.freed, actor)
    except CannotSettle as error:
        raise Refused(str(error)) from None
    for invitation in (
        open_invitations_of(member, organization_id).filter(pk__in=settlement.withdrawn).select_for_update()
    ):
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        licenses_of().invitation_ended(invitation.pk)
        record(actor, "invitation.withdrawn", invitation, concerned=concerned_by(organization), now=at)
    member.organization = None
    member.save(update_fields=["organization", "edited_at"])
    record(actor, "membership.ended", member, concerned=concerned, now=at)
    return member


def open_invitations_of(member: Customer, organization_id: UUID) -> InvitationQuerySet:
    """Return the open invitations to the organization that a member sent."""
    return Invitation.objects.open().filter(organization=organization_id, invited_by=member.user_id)
