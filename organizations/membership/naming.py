"""What a user group does with its organizations: make them, change name and notes (Product rules, section 5)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import Detail, record
from accounts.fields import with_derived
from accounts.names import fold, is_plain_name
from organizations.groups.managing import actor_for as group_actor
from organizations.groups.managing import locked_group_of
from organizations.licenses_of import licenses_of
from organizations.membership.managing import NoLongerYours, Refused, Task, actor_for, concerned_by, lock
from organizations.models import Organization
from organizations.privileges import Privilege
from organizations.viewer import Viewer

FIELDS = ("name", "notes")


class Stale(Refused):
    """Somebody else changed the organization meanwhile; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed this organization meanwhile, so nothing was saved. What you typed still stands "
                "here; look at it again, then save it."
            )
        )


def mark_of(organization: Organization) -> str:
    """Return a mark of what a form showed, by which to see whether it has changed since."""
    return hashlib.sha256(f"{organization.name}\n{organization.notes}".encode()).hexdigest()[:32]


@transaction.atomic
def create_organization(viewer: Viewer, wanted: Mapping[str, str], now: datetime | None = None) -> Organization:
    """Make an organization of the viewer's group. The same form sent twice makes one. Raises Refused, NoLongerYours."""
    group = locked_group_of(viewer)
    if group is None or not group.has(Privilege.MANAGE_ORGANIZATIONS):
        raise NoLongerYours
    same = Organization.objects.filter(name=wanted["name"], notes=wanted["notes"], user_group=group)
    if (made := same.filter(primary_contact=None, members=None, invitations=None).first()) is not None:
        return made
    _refuse_messages(wanted["name"])
    _refuse_taken(wanted["name"], group.pk)
    organization = Organization(name=wanted["name"], notes=wanted["notes"], user_group=group)
    organization.save(force_insert=True)
    concerned = concerned_by(organization)
    record(group_actor(viewer), "organization.created", organization, concerned=concerned, now=now)
    return organization


@transaction.atomic
def edit_organization(
    viewer: Viewer, organization_id: UUID, wanted: Mapping[str, str], seen: str, now: datetime | None = None
) -> list[str]:
    """Save name and notes, and return the names of the fields that changed; a new name puts license files out of date.

    Raises Stale when it is not what the mark `seen` was made of, Refused and NoLongerYours.
    """
    organization = lock(viewer, organization_id, Task.EDIT)
    changed = [name for name in FIELDS if getattr(organization, name) != wanted[name]]
    if not changed:
        return []
    if seen != mark_of(organization):
        raise Stale
    details: dict[str, Detail] = {}
    if "name" in changed:
        _refuse_messages(wanted["name"])
        _refuse_taken(wanted["name"], organization.user_group_id, besides=organization.pk)
        details["name"] = {"before": organization.name, "after": wanted["name"]}
    if "notes" in changed:
        details["notes"] = "changed"
    for name in changed:
        setattr(organization, name, wanted[name])
    organization.save(update_fields=[*with_derived(organization, changed), "edited_at"])
    concerned = concerned_by(organization)
    actor = actor_for(viewer, organization)
    record(actor, "organization.edited", organization, concerned=concerned, details=details, now=now)
    if "name" in changed:
        licenses_of().organization_renamed(organization.pk)
    return changed


def _refuse_messages(name: str) -> None:
    """Refuse what is not plainly a name: invitations carry it to anybody, from the portal's own address."""
    if not is_plain_name(name):
        raise Refused(
            _(
                "Mails to people who are invited show this name, so it has to be plainly one: at most 60 characters "
                "and 3 digits, no web address and no unusual signs. The vendor can enter any other."
            )
        )


def _refuse_taken(name: str, group_id: UUID | None, besides: UUID | None = None) -> None:
    rows = Organization.objects.filter(folded_name=fold(name), user_group=group_id)
    if any(pk != besides for pk in rows.values_list("pk", flat=True)):
        raise Refused(_("Your group has an organization named “%(name)s” already.") % {"name": name})
