"""Answering an invitation: only whoever the address belongs to, and only once (Product rules, section 4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, record
from accounts.models import User
from accounts.people import create_person, person_with
from organizations.invitation_links import hash_of, take_back_mails
from organizations.licenses_of import NONE, Heirs, Several, licenses_of
from organizations.membership.invitations import end
from organizations.membership.managing import Refused, concerned_by, concerned_by_member, is_contact
from organizations.models import Customer, Invitation, InvitationBlock, Organization
from organizations.models.invitations import InvitationState, Invited


class NotForYou(Refused):
    """The invitation is for another address, used up or too old: it does not say which."""

    def __init__(self) -> None:
        super().__init__(_("This invitation does not work any more."))


@dataclass(frozen=True)
class Joined:
    """What came of accepting: the customer, and whether they are new here and have no way to sign in yet."""

    customer: Customer
    is_new: bool


def invitation_for(token: str, now: datetime | None = None) -> Invitation | None:
    """Return the open invitation that the mailed link leads to, or None."""
    rows = Invitation.objects.open().select_related("organization", "invited_by")
    invitation = rows.filter(token_hash=hash_of(token)).first()
    is_open = invitation is not None and invitation.state(now) is InvitationState.OPEN
    return invitation if is_open else None


def is_known(invitation: Invited) -> bool:
    """Return whether the address signs somebody in here already."""
    return person_with(invitation.email) is not None


@transaction.atomic
def accept(token: str, user: User | None, handed_over: Several = NONE, now: datetime | None = None) -> Joined:
    """Join the organization, and return the customer.

    `user` is who is signed in: their address has to be the invitation's. Nobody signed in means
    that the mailed link alone speaks for the address, which is enough where it is unknown here:
    then the person comes into being, and still has to prove the address to sign in. `handed_over`
    are licenses of their own that the organization gets. Raises NotForYou and Refused.
    """
    at = now or timezone.now()
    old_id = Customer.objects.filter(user=user).values_list("organization_id", flat=True).first() if user else None
    invitation = _locked(token, user, at, old_id)
    organization = invitation.organization
    customer, is_new = _customer(invitation, user)
    if customer.organization_id not in {None, old_id, organization.pk}:
        raise Refused(_("You joined another organization a moment ago. Look at this invitation again."))
    _leave_the_old_one(customer, organization)
    customer.organization = organization
    customer.save(update_fields=["organization", "edited_at"])
    invitation.accepted_at, invitation.accepted_by = at, customer
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    actor = Actor.person(customer.user)
    record(actor, "invitation.accepted", invitation, concerned=concerned_by(organization, customer), now=at)
    licenses_of().hand_over(customer.pk, organization.pk, handed_over, actor)
    licenses_of().invitation_accepted(invitation.pk, customer.pk, actor)
    take_back_mails([invitation])
    return Joined(customer, is_new)


@transaction.atomic
def decline(token: str, user: User | None, *, is_blocking: bool = False, now: datetime | None = None) -> Invitation:
    """Decline, and perhaps block further invitations of the organization, of which nobody there is told.

    Raises NotForYou.
    """
    at = now or timezone.now()
    invitation = _locked(token, user, at)
    invitation.declined_at = at
    invitation.save(update_fields=["declined_at"])
    end([invitation])
    if is_blocking:
        InvitationBlock.objects.get_or_create(organization=invitation.organization, email=invitation.email)
    concerned = concerned_by(invitation.organization)
    actor = Actor.person(user) if user else Actor(Actor.person(invitation.invited_by).kind, None, invitation.full_name)
    record(actor, "invitation.declined", invitation, concerned=concerned, now=at)
    return invitation


def _locked(token: str, user: User | None, at: datetime, old_id: UUID | None = None) -> Invitation:
    """Return the open invitation, locked after its organization; raise NotForYou for anybody else.

    The organization that somebody leaves for it is locked with it, in the order of their ids and
    before any person, as every story does it: so no two wait for each other.
    """
    found = invitation_for(token, at)
    if found is None:
        raise NotForYou
    organizations = Organization.objects.select_for_update().filter(pk__in={found.organization_id, old_id})
    list(organizations.order_by("pk"))
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("organization", "invited_by").open()
    invitation = rows.filter(pk=found.pk, token_hash=found.token_hash).first()
    if invitation is None or invitation.state(at) is not InvitationState.OPEN:
        raise NotForYou
    is_theirs = user.email == invitation.email if user is not None else not is_known(invitation)
    if not is_theirs:
        raise NotForYou
    return invitation


def _customer(invitation: Invitation, user: User | None) -> tuple[Customer, bool]:
    """Return the customer, who may be new; who comes into being here is served by whoever serves the organization."""
    person = user or create_person(invitation.email, invitation.full_name)
    served_by = invitation.organization.user_group_id if user is None else None
    customer, _is_new = Customer.objects.get_or_create(user=person, defaults={"user_group_id": served_by})
    locked = Customer.objects.select_for_update(of=("self",)).select_related("user").get(pk=customer.pk)
    return locked, user is None


def _leave_the_old_one(customer: Customer, organization: Organization) -> None:
    """Refuse who is contact elsewhere; anybody else leaves, and takes none of the licenses there along."""
    if customer.organization_id in {None, organization.pk}:
        return
    old = Organization.objects.get(pk=customer.organization_id)
    if is_contact(customer.pk, old):
        raise Refused(
            _("You are a contact of %(old)s. Choose another contact there first, then accept this invitation.")
            % {"old": old.name}
        )
    actor = Actor.person(customer.user)
    licenses_of().settle(customer.pk, old.pk, Heirs(), NONE, actor)
    record(actor, "membership.ended", customer, concerned=concerned_by_member(old, customer))
