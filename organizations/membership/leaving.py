"""Someone leaves: everything they have of the organization is settled at once (Product rules, section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from organizations.licenses_of import NONE, CannotSettle, Heirs, Look, Several, licenses_of
from organizations.membership.invitations import withdraw_all
from organizations.membership.managing import (
    Refused,
    Task,
    actor_for,
    concerned_by_member,
    is_contact,
    lock,
    lock_member,
)
from organizations.models import Customer, Invitation
from organizations.querysets import InvitationQuerySet
from organizations.viewer import Viewer

MOST_SHOWN = 25


@dataclass(frozen=True)
class Settlement:
    """What becomes of what somebody leaves behind.

    `heirs` says which member gets which license; what nobody gets stays with the organization.
    `freed` are the activations to deactivate, `withdrawn` the open invitations of theirs.
    """

    heirs: Heirs = field(default_factory=Heirs)
    freed: Several = NONE
    withdrawn: Several = NONE


@dataclass(frozen=True)
class Sent:
    """The open invitations that a member sent: how many, and those that a page shows."""

    number: int
    shown: Sequence[Invitation]


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
    heirs = settlement.heirs.people
    members = Customer.objects.select_for_update(of=("self",)).filter(organization=organization, pk__in=heirs)
    if member.pk in heirs:
        words = _("%(name)s leaves, so the licenses go to somebody else.")
        raise Refused(words % {"name": member.user.full_name})
    if len(members.order_by("pk")) != len(heirs):
        raise Refused(_("Licenses are given to members of %(organization)s only.") % {"organization": organization})
    actor, concerned = actor_for(viewer, organization), concerned_by_member(organization, member)
    try:
        licenses_of().settle(member.pk, organization.pk, settlement.heirs, settlement.freed, actor)
    except CannotSettle as error:
        raise Refused(str(error)) from None
    sent = open_invitations_of(member, organization_id).filter(settlement.withdrawn.as_q())
    withdraw_all(organization, list(sent.select_for_update().order_by("pk")), actor, at)
    member.organization = None
    member.save(update_fields=["organization", "edited_at"])
    record(actor, "membership.ended", member, concerned=concerned, now=at)
    return member


def sent_by(member: Customer, organization_id: UUID, look: Look) -> Sent:
    """Return the open invitations to the organization that a member sent: the newest, or those that are looked for."""
    rows = open_invitations_of(member, organization_id)
    named = list(rows.filter(pk__in=look.named)) if look.named else []
    found = rows.filter(Q(full_name__istartswith=look.text) | Q(email__startswith=look.text.lower()))
    newest = found.exclude(pk__in=look.named).order_by("-pk")[:MOST_SHOWN]
    return Sent(rows.count(), [*named, *newest])


def open_invitations_of(member: Customer, organization_id: UUID) -> InvitationQuerySet:
    """Return the open invitations to the organization that a member sent."""
    return Invitation.objects.open().filter(organization=organization_id, invited_by=member.user_id)
