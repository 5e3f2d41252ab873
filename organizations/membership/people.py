"""What contacts change of the users of their organization (Product rules, section 4)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from organizations.membership.managing import Refused, Task, actor_for, lock, lock_member
from organizations.models import Customer
from organizations.profile import OF_CUSTOMER, Overtaken, Values, edit_profile, profile_of
from organizations.viewer import Viewer

FIELDS = ("full_name", *OF_CUSTOMER)
"""Never the e-mail address, which is the key to licenses, nor what only concerns the person."""


def values_of(member: Customer) -> Values:
    """Return what contacts see and edit of a user, by field."""
    return {name: value for name, value in profile_of(member.user).items() if name in FIELDS}


@transaction.atomic
def edit_user(
    viewer: Viewer,
    organization_id: UUID,
    customer_id: UUID,
    wanted: Mapping[str, str],
    seen: str,
    now: datetime | None = None,
) -> list[str]:
    """Save what a contact knows of a user, and return the names of the fields that changed.

    Raises Overtaken when it is not what the mark `seen` was made of, Refused for people of the
    vendor, whose names are the vendor's, and NoLongerYours.
    """
    organization = lock(viewer, organization_id, Task.EDIT_USER)
    member = lock_member(organization, customer_id)
    if member.user.is_staff and not viewer.user.is_superuser:
        raise Refused(_("%(name)s works for the vendor; only they change this.") % {"name": member.user.full_name})
    actor = actor_for(viewer, organization)
    return edit_profile(member.user_id, wanted, seen, by=actor, fields=FIELDS, now=now)


__all__ = ["FIELDS", "Overtaken", "edit_user", "values_of"]
