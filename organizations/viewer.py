"""Who asks: a person with everything that decides what they see, resolved once per request."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol
from uuid import UUID

from accounts.audit import Actor, Kind
from accounts.models import User
from organizations.privileges import Privilege


class Way(Enum):
    """A way of seeing a license: the rules V1 to V4 (Product rules, section 3)."""

    OWN = "own"
    CONTACT = "contact"
    GROUP = "group"
    VIEW_ALL = "view all"
    STAFF = "staff"


class Owned(Protocol):
    """What the rules need to know of a license."""

    @property
    def customer_id(self) -> UUID | None:
        """Whose it is (V1)."""

    @property
    def organization_id(self) -> UUID | None:
        """Whose contacts see it (V2)."""

    @property
    def user_group_id(self) -> UUID | None:
        """Whose members see it (V3)."""

    @property
    def is_deleted(self) -> bool:
        """Whether the row exists for staff alone."""


class KnownCustomer(Protocol):
    """What decides for whom a customer exists."""

    id: UUID
    organization_id: UUID | None
    user_group_id: UUID | None


class KnownOrganization(Protocol):
    """What decides for whom an organization exists."""

    id: UUID
    user_group_id: UUID | None


@dataclass(frozen=True)
class Reach:
    """One way of seeing, as a condition: the column `column` holds one of `ids`; every row when it is None.

    The same object filters a query and judges a single row, so that both cannot differ.
    """

    way: Way
    column: str | None = None
    ids: frozenset[UUID] = frozenset()

    def holds_for(self, row: Owned) -> bool:
        """Return whether the condition holds for `row`."""
        return self.column is None or getattr(row, self.column) in self.ids


@dataclass(frozen=True)
class Viewer:
    """A signed-in person and the roles they hold now.

    Being a customer, a contact or a group member is an explicit fact: without the row, or
    with the person or the group switched off, the role is simply empty (V7).
    """

    user: User
    customer_id: UUID | None = None
    own_organization_id: UUID | None = None
    contact_of: frozenset[UUID] = frozenset()
    managed: tuple[tuple[UUID, str], ...] = ()
    """Those organizations by id, with what they are called, in alphabetical order."""
    group_id: UUID | None = None
    group_name: str = ""
    group_privileges: frozenset[str] = field(default=frozenset())
    is_group_manager: bool = False
    """Whether the person looks after the members of the user group."""
    switched_off_group: str = ""
    """The name of the user group that the person belongs to and that is switched off: a fact to tell, no role."""
    ways: frozenset[Way] = frozenset(Way)
    """The ways of seeing licenses that count; fewer for a viewer narrowed to what they may do (`access.narrowed`)."""

    @property
    def contact_of_names(self) -> tuple[str, ...]:
        """Return what the organizations are called whose contact the person is, in alphabetical order."""
        return tuple(name for _pk, name in self.managed)

    def has(self, privilege: Privilege) -> bool:
        """Return whether the person's user group has `privilege`."""
        return self.group_id is not None and privilege in self.group_privileges

    def staff_may(self, verb: str, model: str = "licenses.license") -> bool:
        """Return whether the person is staff with Django's permission `verb` on `model` ("app.model")."""
        app_label, model_name = model.split(".")
        if Way.STAFF not in self.ways:
            return False
        return self.user.is_active and self.user.is_staff and self.user.has_perm(f"{app_label}.{verb}_{model_name}")

    def reaches(self) -> list[Reach]:
        """Return the ways in which this person sees licenses, except staff's; empty ones are left out."""
        if not self.user.is_active:
            return []
        reaches = []
        if self.customer_id is not None:
            reaches.append(Reach(Way.OWN, "customer_id", frozenset({self.customer_id})))
        if self.contact_of:
            reaches.append(Reach(Way.CONTACT, "organization_id", self.contact_of))
        if self.group_id is not None:
            reaches.append(Reach(Way.GROUP, "user_group_id", frozenset({self.group_id})))
        if self.has(Privilege.VIEW_ALL):
            reaches.append(Reach(Way.VIEW_ALL))
        return [reach for reach in reaches if reach.way in self.ways]

    def ways_to(self, row: Owned) -> frozenset[Way]:
        """Return the ways in which this person sees that very license; none means it does not exist for them."""
        staff = [Way.STAFF] if self.staff_may("view") else []
        if row.is_deleted:
            return frozenset(staff)
        return frozenset(staff + [reach.way for reach in self.reaches() if reach.holds_for(row)])

    def sees_customer(self, customer: KnownCustomer) -> bool:
        """Return whether that very customer exists for this person: as `CustomerQuerySet.visible_to` says."""
        if self.staff_may("view", "organizations.customer"):
            return True
        is_known = customer.id == self.customer_id or customer.organization_id in self.contact_of
        return self.user.is_active and (is_known or self._serves(customer.user_group_id))

    def sees_organization(self, organization: KnownOrganization) -> bool:
        """Return whether that very organization exists for this person: as `OrganizationQuerySet.visible_to` says."""
        if self.staff_may("view", "organizations.organization"):
            return True
        is_known = organization.id == self.own_organization_id or organization.id in self.contact_of
        is_known = is_known or self.has(Privilege.VIEW_ALL_ORGANIZATIONS)
        return self.user.is_active and (is_known or self._serves(organization.user_group_id))

    def _serves(self, group_id: UUID | None) -> bool:
        return self.group_id is not None and group_id == self.group_id

    def actor_on(self, ways: Iterable[Way]) -> Actor:
        """Return in which role this person acts on a license they see in these `ways`."""
        name = self.user.get_full_name()
        if Way.STAFF in ways and self.staff_may("change"):
            return Actor(Kind.VENDOR, self.user.pk, name)
        if Way.OWN in ways or Way.CONTACT in ways:
            return Actor(Kind.PERSON, self.user.pk, name)
        return Actor(Kind.GROUP, self.user.pk, name, self.group_name, self.group_id)
