"""Who looks after the members of a user group, the lock under which that is decided, and the limit of members."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import Actor, Concerned, Kind
from organizations.membership.managing import Refused
from organizations.models import GroupInvitation, GroupMember, UserGroup
from organizations.viewer import Viewer


class NoLongerManager(Refused):
    """The person looked after the group's members a moment ago and does not any more."""

    def __init__(self) -> None:
        super().__init__(_("You do not look after the members of this user group any more, so nothing was changed."))


def lock(viewer: Viewer) -> UserGroup:
    """Return the viewer's user group, locked until the transaction ends.

    Raises NoLongerManager unless they are its manager, and the group is switched on, as the rows
    say under the lock.
    """
    group = locked_group_of(viewer)
    if group is None or not group.is_active:
        raise NoLongerManager
    if not group.members.filter(user=viewer.user.pk, user__is_active=True, is_manager=True).exists():
        raise NoLongerManager
    return group


def locked_group_of(viewer: Viewer) -> UserGroup | None:
    """Return the viewer's user group, locked until the transaction ends; None for who belongs to none any more."""
    if viewer.group_id is None:
        return None
    group = UserGroup.objects.select_for_update(no_key=True).get(pk=viewer.group_id)
    return group if GroupMember.objects.filter(user=viewer.user.pk, user_group=group).exists() else None


def places_taken(group: UserGroup, now: datetime | None = None) -> int:
    """Return how many members the group has, those who are invited and can still accept included."""
    invited = GroupInvitation.objects.open().filter(user_group=group, expires_at__gt=now or timezone.now())
    return group.members.count() + invited.count()


def refuse_too_many(group: UserGroup, wanted: int, taken: int) -> None:
    """Refuse more than the group's limit of members, with the numbers; a group without one has no limit."""
    if group.max_members is None or taken + wanted <= group.max_members:
        return
    numbers = {"taken": taken, "limit": group.max_members}
    used = _("%(taken)d of %(limit)d places for members are taken, open invitations included") % numbers
    asked = ngettext("you asked for %(wanted)d more", "you asked for %(wanted)d more", wanted) % {"wanted": wanted}
    raise Refused(
        _("%(used)s; %(asked)s. Remove a member or withdraw an invitation first, or ask the vendor for more.")
        % {"used": used, "asked": asked}
    )


def actor_for(viewer: Viewer) -> Actor:
    """Return the viewer acting for their user group."""
    return Actor(Kind.GROUP, viewer.user.pk, viewer.user.get_full_name(), viewer.group_name, viewer.group_id)


def concerned_by(group: UserGroup) -> Concerned:
    """Return whom an event about the group's members concerns."""
    return Concerned(user_group_id=group.pk)
