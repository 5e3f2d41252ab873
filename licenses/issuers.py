"""Who makes and changes licenses: a user group within its privileges, or the vendor's people (section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.audit import Actor, Kind
from licenses.locking import viewer_now
from licenses.models import License
from organizations.access import RULES, Action
from organizations.events import vendor_name
from organizations.models import UserGroup
from organizations.privileges import Privilege
from organizations.viewer import Viewer, Way

OPENS = {
    "expires_on": Privilege.SET_EXPIRY_DATE,
    "expires_after_days": Privilege.SET_EXPIRY_DURATION,
    "maintenance_until": Privilege.SET_MAINTENANCE,
    "floating_seats": Privilege.SET_FLOATING_SEATS,
    "features": Privilege.SET_FEATURES,
    "is_generic": Privilege.SET_GENERIC,
}
"""The privilege that opens each field of a license to a user group; without it the field does not exist for them."""


@dataclass(frozen=True)
class Issuer:
    """Who issues: as whom the trail names them, for which user group (None: the vendor), with which fields open."""

    actor: Actor
    group: UserGroup | None
    opened: frozenset[str]
    enters_customers: bool

    @property
    def closed(self) -> frozenset[str]:
        """The fields that are refused when they are sent."""
        return frozenset(OPENS) - self.opened


def may_create(viewer: Viewer) -> bool:
    """Return whether `viewer` makes licenses: for a user group, or for the vendor."""
    ways = [Way.GROUP] if viewer.group_id is not None else []
    return RULES[Action.CREATE].allows(viewer, [*ways, Way.STAFF])


def may_mail(viewer: Viewer) -> bool:
    """Return whether `viewer` mails licenses that they make: for their user group, or for the vendor."""
    ways = [Way.GROUP] if viewer.group_id is not None else []
    return RULES[Action.MAIL].allows(viewer, [*ways, Way.STAFF])


def issuer_of(viewer: Viewer) -> Issuer | None:
    """Return as whom `viewer` makes licenses: for their user group before the vendor; None where they may not."""
    group = _group_of(viewer) if RULES[Action.CREATE].allows(viewer, [Way.GROUP]) else None
    if group is not None:
        opened = frozenset(name for name, privilege in OPENS.items() if viewer.has(privilege))
        return Issuer(_group_actor(viewer), group, opened, viewer.has(Privilege.EDIT_CUSTOMERS))
    if viewer.staff_may("add"):
        return Issuer(Actor.vendor(viewer.user), None, frozenset(OPENS), enters_customers=False)
    return None


def creating_refusal(viewer: Viewer) -> Exception:
    """Return what to raise for who may not make licenses: the page does not exist for customers; others can ask."""
    if viewer.group_id is None and not viewer.user.is_staff:
        return Http404()
    return PermissionDenied(_("Creating licenses is not yours to do. Ask %(names)s.") % {"names": vendor_name()})


def hold_creating(actor: Actor, group: UserGroup) -> None:
    """Look again, under the lock of `group`, whether who issues for it belongs to it and it may; see `hold_rights`."""
    if actor.kind is not Kind.GROUP:
        return
    viewer = viewer_now(actor)
    if viewer.group_id != group.pk or not RULES[Action.CREATE].allows(viewer, [Way.GROUP]):
        raise creating_refusal(viewer)


def changer_of(viewer: Viewer, license: License, action: Action) -> Issuer:
    """Return as whom `viewer`, who may, does `action` with a license: by a way of seeing it that allows it."""
    return changers_of(viewer, [license], action)[license.pk]


def changers_of(viewer: Viewer, licenses: Sequence[License], action: Action) -> dict[UUID, Issuer]:
    """Return the same for several licenses, by their ids."""
    group = _group_of(viewer)
    opened = frozenset(name for name, privilege in OPENS.items() if viewer.has(privilege))
    as_member = Issuer(_group_actor(viewer), group, opened, enters_customers=False)
    as_vendor = Issuer(Actor.vendor(viewer.user), None, frozenset(OPENS), enters_customers=False)
    return {each.pk: as_vendor if _is_by_staff(viewer, each, action) else as_member for each in licenses}


def changing_actor(viewer: Viewer, license: License, action: Action) -> Actor:
    """Return as whom `viewer`, who may, does `action` with a license, without asking for anything more."""
    return Actor.vendor(viewer.user) if _is_by_staff(viewer, license, action) else _group_actor(viewer)


def _is_by_staff(viewer: Viewer, license: License, action: Action) -> bool:
    return Way.STAFF in viewer.ways_to(license) and RULES[action].allows(viewer, [Way.STAFF])


def _group_of(viewer: Viewer) -> UserGroup | None:
    if viewer.group_id is None:
        return None
    return UserGroup.objects.visible_to(viewer).filter(pk=viewer.group_id).first()


def _group_actor(viewer: Viewer) -> Actor:
    return Actor(Kind.GROUP, viewer.user.pk, viewer.user.get_full_name(), viewer.group_name, viewer.group_id)
