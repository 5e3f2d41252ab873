"""A manager removes somebody from the user group (Product rules, section 5)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.letters import write_letter
from accounts.mail import queue
from organizations.groups.managing import actor_for, concerned_by, lock
from organizations.membership.managing import Refused
from organizations.models import GroupMember
from organizations.viewer import Viewer


def removal_refusal(viewer: Viewer, member: GroupMember) -> str | None:
    """Return why `viewer`, a manager, cannot remove `member`, or None: nobody leaves a group without its manager."""
    if member.user_id == viewer.user.pk:
        return _("You cannot remove yourself. Another manager or the vendor does it.")
    return None


@transaction.atomic
def remove_member(viewer: Viewer, member_id: UUID, now: datetime | None = None) -> GroupMember:
    """End somebody's membership of the viewer's group; they keep their sign-in and what they hold as a customer.

    They see nothing of the group with the next click, and are told by mail. Raises Refused, NoLongerManager.
    """
    at = now or timezone.now()
    group = lock(viewer)
    rows = GroupMember.objects.select_for_update(of=("self",)).select_related("user")
    member = rows.filter(pk=member_id, user_group=group).first()
    if member is None:
        raise Refused(_("This person does not belong to %(group)s any more.") % {"group": group.name})
    if refusal := removal_refusal(viewer, member):
        raise Refused(refusal)
    record(actor_for(viewer), "group_member.deleted", member, concerned=concerned_by(group), now=at)
    member.delete()
    letter = write_letter("group_left", member.user, group=group.name, at=at)
    queue(letter, member.user.email)
    return member
