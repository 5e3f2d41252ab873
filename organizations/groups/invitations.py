"""Inviting people into a user group: any address becomes an invitation and nothing else (Product rules, section 5)."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.letters import write_letter_to
from organizations.groups.managing import actor_for, concerned_by, lock, places_taken, refuse_too_many
from organizations.invitation_links import (
    DAY,
    DOUBLED,
    LIFETIME,
    MAILS_A_DAY,
    hash_of,
    inviter_of,
    new_token,
    post,
    take_back_mails,
)
from organizations.membership.managing import Refused
from organizations.models import GroupInvitation, GroupInvitationBlock, GroupMember, UserGroup
from organizations.models.invitations import InvitationState
from organizations.viewer import Viewer


@transaction.atomic
def invite(viewer: Viewer, address: str, full_name: str, now: datetime | None = None) -> GroupInvitation:
    """Invite `address`, in the form the portal keeps, into the viewer's group; return the invitation.

    What happens does not depend on whether the portal knows the address. One that is invited
    already is mailed anew. Raises Refused with what would help, NoLongerManager.
    """
    at = now or timezone.now()
    group = lock(viewer)
    _refuse_members(group, address)
    waiting = GroupInvitation.objects.open().filter(user_group=group, email=address).first()
    if waiting is not None and _is_doubled(waiting, viewer, full_name, at):
        return waiting
    if waiting is not None:
        return _mail_anew(viewer, group, waiting, at)
    refuse_too_many(group, 1, places_taken(group, at))
    _refuse_too_many_mails(group, at)
    token = new_token()
    invitation = GroupInvitation.objects.create(
        user_group=group,
        email=address,
        full_name=full_name,
        invited_by=viewer.user,
        token_hash=hash_of(token),
        created_at=at,
        mailed_at=at,
        expires_at=at + LIFETIME,
    )
    record(actor_for(viewer), "group_invitation.created", invitation, concerned=concerned_by(group), now=at)
    _mail(invitation, token, at)
    return invitation


@transaction.atomic
def resend(viewer: Viewer, invitation_id: UUID, now: datetime | None = None) -> GroupInvitation:
    """Mail the link anew, which works for seven days again; the one before works no more. Raises Refused."""
    group = lock(viewer)
    return _mail_anew(viewer, group, _lock_open(group, invitation_id), now or timezone.now())


@transaction.atomic
def withdraw(viewer: Viewer, invitation_id: UUID, now: datetime | None = None) -> GroupInvitation:
    """Take an invitation back: its link works no more, and its place is free. Raises Refused."""
    at = now or timezone.now()
    group = lock(viewer)
    invitation = _lock_open(group, invitation_id)
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    take_back_mails([invitation])
    record(actor_for(viewer), "group_invitation.withdrawn", invitation, concerned=concerned_by(group), now=at)
    return invitation


def _lock_open(group: UserGroup, invitation_id: UUID) -> GroupInvitation:
    rows = GroupInvitation.objects.select_for_update(of=("self",)).select_related("user_group")
    invitation = rows.filter(pk=invitation_id, user_group=group).first()
    if invitation is None:
        raise Refused(_("There is no such invitation any more."))
    if invitation.state() not in {InvitationState.OPEN, InvitationState.EXPIRED}:
        raise Refused(_("The invitation of %(name)s has ended meanwhile.") % {"name": invitation.full_name})
    return invitation


def _refuse_members(group: UserGroup, address: str) -> None:
    """Refuse to invite who belongs to the group: its manager sees its members anyway."""
    member = GroupMember.objects.filter(user_group=group, user__email=address).select_related("user").first()
    if member is not None:
        words = {"name": member.user.full_name, "group": group.name}
        raise Refused(_("%(name)s belongs to %(group)s already.") % words)


def _refuse_too_many_mails(group: UserGroup, at: datetime) -> None:
    mailed = GroupInvitation.objects.filter(user_group=group, mailed_at__gt=at - DAY).count()
    if mailed >= MAILS_A_DAY:
        sentence = _("%(mailed)d of %(limit)d invitation mails were sent within 24 hours. Try again tomorrow.")
        raise Refused(sentence % {"mailed": mailed, "limit": MAILS_A_DAY})


def _is_doubled(waiting: GroupInvitation, viewer: Viewer, full_name: str, at: datetime) -> bool:
    is_same = waiting.invited_by_id == viewer.user.pk and waiting.full_name == full_name
    return is_same and waiting.mailed_at > at - DOUBLED


def _mail_anew(viewer: Viewer, group: UserGroup, invitation: GroupInvitation, at: datetime) -> GroupInvitation:
    """Mail again; one that was too old takes a place of the group's again."""
    if invitation.was_mailed_lately(at):
        sentence = _("%(name)s was mailed within the last 24 hours, and once a day is enough. Try again tomorrow.")
        raise Refused(sentence % {"name": invitation.full_name})
    if invitation.state(at) is InvitationState.EXPIRED:
        refuse_too_many(group, 1, places_taken(group, at))
    _refuse_too_many_mails(group, at)
    token = new_token()
    invitation.token_hash, invitation.mailed_at, invitation.expires_at = hash_of(token), at, at + LIFETIME
    invitation.invited_by = viewer.user
    invitation.save(update_fields=["token_hash", "mailed_at", "expires_at", "invited_by"])
    take_back_mails([invitation])
    record(actor_for(viewer), "group_invitation.resent", invitation, concerned=concerned_by(group), now=at)
    _mail(invitation, token, at)
    return invitation


def _mail(invitation: GroupInvitation, token: str, at: datetime) -> None:
    """Queue the mail, but not to who blocked the group: its managers learn nothing of that."""
    if GroupInvitationBlock.objects.filter(user_group=invitation.user_group_id, email=invitation.email).exists():
        return
    letter = write_letter_to(
        invitation.email,
        "group_invitation",
        link=settings.PORTAL_URL + reverse("organizations:group_join", kwargs={"group_token": token}),
        inviter=inviter_of(invitation),
        group=invitation.user_group.name,
        until=invitation.expires_at,
    )
    post(letter, invitation, at)
