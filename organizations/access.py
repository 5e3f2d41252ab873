"""The one gate: who a person is, what exists for them, and what they may do with it.

Product rules, section 3. A view's first line asks `get_visible_or_404`; what it returns
may be assumed to exist for the person and to allow the action.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.rows import only_row
from organizations.models import Customer, GroupMember, Organization
from organizations.privileges import Privilege
from organizations.viewer import Owned, Viewer, Way


def viewer_for(user: User) -> Viewer:
    """Return `user` with the roles they hold now; no roles at all when the person is switched off (V7)."""
    if not user.is_active:
        return Viewer(user)
    customer: Customer | None = getattr(user, "customer", None)
    organizations = _organizations_managed_by(customer)
    member: GroupMember | None = getattr(user, "group_member", None)
    group = member.user_group if member and member.user_group.is_active else None
    return Viewer(
        user,
        customer_id=customer.pk if customer else None,
        own_organization_id=customer.organization_id if customer else None,
        contact_of=frozenset(organizations),
        managed=tuple(organizations.items()),
        group_id=group.pk if group else None,
        group_name=group.name if group else "",
        group_privileges=frozenset(group.privileges if group else ()),
        is_group_manager=member is not None and group is not None and member.is_manager,
        switched_off_group=member.user_group.name if member and not group else "",
    )


def _organizations_managed_by(customer: Customer | None) -> dict[UUID, str]:
    """Return the organizations whose contact `customer` is, with their names, in the order of those."""
    if customer is None:
        return {}
    is_contact = Q(primary_contact=customer) | Q(secondary_contact=customer)
    return dict(Organization.objects.filter(is_contact).order_by("folded_name").values_list("pk", "name"))


class Action(StrEnum):
    """What can be done with a license."""

    SEE = "see"
    SHOW_KEY = "show_key"
    GET_LICENSE_FILE = "get_license_file"
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    REPLACE = "replace"
    RENAME_COMPUTER = "rename_computer"
    DOWNLOAD_RELEASE = "download_release"
    ASSIGN = "assign"
    CREATE = "create"
    EDIT = "edit"
    RENEW = "renew"
    REVOKE = "revoke"
    DELETE = "delete"
    MAIL = "mail"
    EXPORT = "export"


@dataclass(frozen=True)
class Rule:
    """What one action needs, by way of seeing.

    `group` names the privileges that a group needs all of; None means that no group may.
    `staff` is the verb of Django's permission on licenses.
    """

    own: bool
    contact: bool
    group: frozenset[Privilege] | None
    view_all: bool
    staff: str

    def allows(self, viewer: Viewer, ways: Iterable[Way]) -> bool:
        """Return whether one of `ways` allows the action to `viewer` (V5)."""
        return any(self._allows_by(way, viewer) for way in ways)

    def _allows_by(self, way: Way, viewer: Viewer) -> bool:
        match way:
            case Way.OWN:
                return self.own
            case Way.CONTACT:
                return self.contact
            case Way.GROUP:
                return self.group is not None and all(viewer.has(privilege) for privilege in self.group)
            case Way.VIEW_ALL:
                return self.view_all
            case Way.STAFF:
                return viewer.staff_may(self.staff)


def _needs(*privileges: Privilege) -> frozenset[Privilege]:
    return frozenset(privileges)


_P = Privilege
RULES: dict[Action, Rule] = {
    Action.SEE: Rule(True, True, _needs(), True, "view"),
    Action.SHOW_KEY: Rule(True, True, _needs(_P.ACTIVATE), False, "change"),
    Action.GET_LICENSE_FILE: Rule(True, True, _needs(_P.ACTIVATE), False, "change"),
    Action.ACTIVATE: Rule(True, True, _needs(_P.ACTIVATE), False, "change"),
    Action.DEACTIVATE: Rule(True, True, _needs(_P.DEACTIVATE), False, "change"),
    Action.REPLACE: Rule(True, True, _needs(_P.ACTIVATE, _P.DEACTIVATE), False, "change"),
    Action.RENAME_COMPUTER: Rule(True, True, _needs(_P.ACTIVATE), False, "change"),
    Action.DOWNLOAD_RELEASE: Rule(True, True, _needs(_P.ACTIVATE), False, "view"),
    Action.ASSIGN: Rule(False, True, None, False, "change"),
    Action.CREATE: Rule(False, False, _needs(_P.CREATE), False, "add"),
    Action.EDIT: Rule(False, False, _needs(_P.EDIT), False, "change"),
    Action.RENEW: Rule(False, False, _needs(_P.RENEW), False, "change"),
    Action.REVOKE: Rule(False, False, _needs(_P.REVOKE), False, "change"),
    Action.DELETE: Rule(False, False, _needs(_P.DELETE), False, "delete"),
    Action.MAIL: Rule(False, False, _needs(_P.SEND_MAIL), False, "change"),
    Action.EXPORT: Rule(True, True, _needs(_P.EXPORT), False, "view"),
}

RowT_co = TypeVar("RowT_co", bound=Model, covariant=True)


class VisibleRows(Protocol[RowT_co]):
    """A manager whose rows know for whom they exist."""

    def visible_to(self, viewer: Viewer) -> QuerySet[RowT_co]:
        """Return the rows that exist for `viewer`."""


def may(viewer: Viewer, action: Action, license: Owned) -> bool:
    """Return whether one of the ways in which `viewer` sees `license` allows `action` (V5)."""
    return RULES[action].allows(viewer, viewer.ways_to(license))


def narrowed(viewer: Viewer, action: Action) -> Viewer:
    """Return `viewer` with those ways of seeing alone that allow `action`.

    The licenses that exist for the one returned are those with which `viewer` may do it, so
    that a list of them is limited and ordered as every other list is.
    """
    return replace(viewer, ways=frozenset(way for way in Way if RULES[action].allows(viewer, [way])))


def get_visible_or_404(
    rows: VisibleRows[RowT_co], viewer: Viewer, pk: UUID, *related: str, **lookups: object
) -> RowT_co:
    """Return the row `pk` with its `related` rows if it exists for `viewer`.

    Raises Http404 otherwise, the same whether there is no such row or it is somebody else's.
    """
    row = only_row(rows.visible_to(viewer).select_related(*related).filter(pk=pk, **lookups))
    if row is None:
        raise Http404
    return row
