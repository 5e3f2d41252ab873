"""Answering an invitation into a user group: only whoever the address belongs to, and only once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Kind, record
from accounts.models import User
from accounts.people import create_person, person_with
from organizations.groups.managing import concerned_by, refuse_too_many
from organizations.invitation_links import hash_of, take_back_mails
from organizations.membership.joining import NotForYou
from organizations.membership.managing import Refused
from organizations.models import GroupInvitation, GroupInvitationBlock, GroupMember, UserGroup
from organizations.models.invitations import InvitationState


@dataclass(frozen=True)
class Joined:
    """What came of accepting: the member, and whether they are new here and have no way to sign in yet."""

    member: GroupMember
    is_new: bool


def invitation_for(token: str, now: datetime | None = None) -> GroupInvitation | None:
    """Return the open invitation that the mailed link leads to, or None; a group that is switched off has none."""
    rows = GroupInvitation.objects.open().select_related("user_group", "invited_by")
    invitation = rows.filter(token_hash=hash_of(token), user_group__is_active=True).first()
    is_open = invitation is not None and invitation.state(now) is InvitationState.OPEN
    return invitation if is_open else None


@transaction.atomic
def accept(token: str, user: User | None, now: datetime | None = None) -> Joined:
    """Join the group, as no manager, and return the member.

    `user` is who is signed in: their address has to be the invitation's. Nobody signed in means
    that the mailed link alone speaks for the address, which is enough where it is unknown here: the
    person then still proves it to sign in. Raises NotForYou and Refused.
    """
    at = now or timezone.now()
    invitation = _locked(token, user, at)
    group = invitation.user_group
    refuse_too_many(group, 1, group.members.count())
    person = user or create_person(invitation.email, invitation.full_name)
    _refuse_members_elsewhere(person)
    member = GroupMember.objects.create(user=person, user_group=group)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    take_back_mails([invitation])
    actor = Actor(Kind.GROUP, person.pk, person.get_full_name(), group.name, group.pk)
    record(actor, "group_invitation.accepted", invitation, concerned=concerned_by(group), now=at)
    return Joined(member, user is None)


@transaction.atomic
def decline(
    token: str, user: User | None, *, is_blocking: bool = False, now: datetime | None = None
) -> GroupInvitation:
    """Decline, and perhaps block further invitations of the group, of which nobody there is told.

    That somebody declined its managers see in its activity. Raises NotForYou.
    """
    at = now or timezone.now()
    invitation = _locked(token, user, at)
    invitation.declined_at = at
    invitation.save(update_fields=["declined_at"])
    take_back_mails([invitation])
    if is_blocking:
        GroupInvitationBlock.objects.get_or_create(user_group=invitation.user_group, email=invitation.email)
    actor = Actor.person(user) if user else Actor(Kind.PERSON, None, invitation.full_name)
    concerned = concerned_by(invitation.user_group)
    record(actor, "group_invitation.declined", invitation, concerned=concerned, now=at)
    return invitation


def _locked(token: str, user: User | None, at: datetime) -> GroupInvitation:
    """Return the open invitation, locked after its group; raise NotForYou for anybody else."""
    found = invitation_for(token, at)
    if found is None:
        raise NotForYou
    group = UserGroup.objects.select_for_update(no_key=True).get(pk=found.user_group_id)
    rows = GroupInvitation.objects.select_for_update(of=("self",)).select_related("invited_by").open()
    invitation = rows.filter(pk=found.pk, token_hash=found.token_hash).first()
    if invitation is None or invitation.state(at) is not InvitationState.OPEN or not group.is_active:
        raise NotForYou
    is_theirs = user.email == invitation.email if user is not None else person_with(invitation.email) is None
    if not is_theirs:
        raise NotForYou
    invitation.user_group = group
    return invitation


def _refuse_members_elsewhere(person: User) -> None:
    """Refuse who belongs to a user group already: one person signs in as part of one."""
    member = GroupMember.objects.filter(user=person).select_related("user_group").first()
    if member is not None:
        sentence = _("You belong to the user group %(group)s already. Leave it first, then accept this invitation.")
        raise Refused(sentence % {"group": member.user_group.name})
