"""Inviting people: any address becomes an invitation and nothing else (Product rules, section 4)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Happening, record, record_many
from organizations.invitation_links import DOUBLED, LIFETIME, hash_of, new_token, take_back_mails
from organizations.licenses_of import licenses_of
from organizations.membership.invitation_mails import mail, refuse_too_many
from organizations.membership.managing import Refused, Task, actor_for, concerned_by, lock
from organizations.models import Customer, Invitation, Organization
from organizations.viewer import Viewer


class OutsideDomains(Refused):
    """The address is outside of the organization's mail domains, and nobody has confirmed that this is meant."""

    def __init__(self, address: str, domains: list[str]) -> None:
        names = ", ".join(domains)
        super().__init__(
            _(
                "“%(address)s” is outside of the mail domains of this organization (%(domains)s). "
                "Confirm that it is meant."
            )
            % {"address": address, "domains": names}
        )


@transaction.atomic
def invite(
    viewer: Viewer,
    organization_id: UUID,
    address: str,
    full_name: str,
    *,
    is_outside_meant: bool = False,
    now: datetime | None = None,
) -> Invitation:
    """Invite `address`, in the form the portal keeps, and mail the link; return the invitation.

    What happens does not depend on whether the portal knows the address. One that is invited
    already is mailed anew. Raises Refused with what would help, OutsideDomains, NoLongerYours.
    """
    at = now or timezone.now()
    organization = lock(viewer, organization_id, Task.INVITE)
    refuse_members(viewer, organization, address)
    if not is_outside_meant:
        refuse_outside(organization, address)
    waiting = Invitation.objects.open().filter(organization=organization, email=address).first()
    if waiting is not None and _is_doubled(waiting, viewer, full_name, at):
        return waiting
    if waiting is not None:
        return _mail_anew(viewer, organization, waiting, at)
    refuse_too_many(organization, at, 1)
    token = new_token()
    invitation = Invitation(
        organization=organization,
        email=address,
        full_name=full_name,
        invited_by=viewer.user,
        token_hash=hash_of(token),
        created_at=at,
        mailed_at=at,
        expires_at=at + LIFETIME,
    )
    invitation.save(force_insert=True)
    actor = actor_for(viewer, organization)
    record(actor, "invitation.created", invitation, concerned=concerned_by(organization), now=at)
    mail(invitation, token, at)
    return invitation


@transaction.atomic
def resend(viewer: Viewer, organization_id: UUID, invitation_id: UUID, now: datetime | None = None) -> Invitation:
    """Mail the link anew, which works for seven days again; the one before works no more. Raises Refused."""
    organization = lock(viewer, organization_id, Task.INVITE)
    return _mail_anew(viewer, organization, lock_open(organization, invitation_id), now or timezone.now())


@transaction.atomic
def withdraw(viewer: Viewer, organization_id: UUID, invitation_id: UUID, now: datetime | None = None) -> Invitation:
    """Take an invitation back: its link works no more, and licenses meant for it are nobody's again. Raises Refused."""
    at = now or timezone.now()
    organization = lock(viewer, organization_id, Task.INVITE)
    invitation = lock_open(organization, invitation_id)
    withdraw_all(organization, [invitation], actor_for(viewer, organization), at)
    return invitation


def withdraw_all(organization: Organization, invitations: Sequence[Invitation], actor: Actor, at: datetime) -> None:
    """Take locked open invitations of the locked organization back; few statements for any number."""
    if not invitations:
        return
    Invitation.objects.filter(pk__in=[each.pk for each in invitations]).update(withdrawn_at=at)
    for invitation in invitations:
        invitation.withdrawn_at = at
    end(invitations)
    concerned = concerned_by(organization)
    record_many(actor, "invitation.withdrawn", [Happening(each, concerned) for each in invitations], at)


def end(invitations: Sequence[Invitation]) -> None:
    """Let nothing wait any more for invitations that were withdrawn or declined: neither licenses nor a mail."""
    licenses_of().invitations_ended([each.pk for each in invitations])
    take_back_mails(invitations)


def lock_open(organization: Organization, invitation_id: UUID) -> Invitation:
    """Return an invitation of the locked organization that nobody answered; raise Refused when somebody has."""
    rows = Invitation.objects.select_for_update().filter(pk=invitation_id, organization=organization)
    invitation = rows.first()
    if invitation is None:
        raise Refused(_("There is no such invitation any more."))
    if invitation.accepted_at is not None:
        raise Refused(_("%(name)s has accepted the invitation meanwhile.") % {"name": invitation.full_name})
    if invitation.declined_at is not None or invitation.withdrawn_at is not None:
        raise Refused(_("The invitation of %(name)s has ended meanwhile.") % {"name": invitation.full_name})
    return invitation


def refuse_members(viewer: Viewer, organization: Organization, address: str) -> None:
    """Refuse to invite who belongs to the organization; a user group that does not serve them learns no name."""
    member = Customer.objects.filter(organization=organization, user__email=address).select_related("user").first()
    if member is not None:
        name = member.user.full_name if viewer.sees_customer(member) else address
        raise Refused(_("%(name)s belongs to %(organization)s already.") % _names(name, organization))


def refuse_outside(organization: Organization, address: str) -> None:
    """Refuse an address outside of the organization's domains, where it has some."""
    domains = sorted(organization.domains.values_list("domain", flat=True))
    if domains and address.rpartition("@")[2] not in domains:
        raise OutsideDomains(address, domains)


def _is_doubled(waiting: Invitation, viewer: Viewer, full_name: str, at: datetime) -> bool:
    is_same = waiting.invited_by_id == viewer.user.pk and waiting.full_name == full_name
    return is_same and waiting.mailed_at > at - DOUBLED


def _mail_anew(viewer: Viewer, organization: Organization, invitation: Invitation, at: datetime) -> Invitation:
    if invitation.was_mailed_lately(at):
        raise Refused(
            _("%(name)s was mailed within the last 24 hours, and once a day is enough. Try again tomorrow.")
            % {"name": invitation.full_name}
        )
    refuse_too_many(organization, at, 1)
    token = new_token()
    invitation.token_hash, invitation.mailed_at, invitation.expires_at = hash_of(token), at, at + LIFETIME
    invitation.invited_by = viewer.user
    invitation.save(update_fields=["token_hash", "mailed_at", "expires_at", "invited_by"])
    take_back_mails([invitation])
    actor = actor_for(viewer, organization)
    record(actor, "invitation.resent", invitation, concerned=concerned_by(organization), now=at)
    mail(invitation, token, at)
    return invitation


def _names(name: str, organization: Organization) -> dict[str, str]:
    return {"name": name, "organization": organization.name}
