"""The one inversion: what the organizations app needs of licenses, of which it knows nothing itself.

The licenses app registers what fulfils `LicensesOf` when it starts, so that imports keep pointing down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.audit import Actor
from accounts.models import AuditEvent
from organizations.models import UserGroup
from organizations.paging import Cursor, Page
from organizations.viewer import Viewer


class Topic(models.TextChoices):
    """What an event is about; the value stands in URLs."""

    LICENSES = "licenses", _("Licenses and computers")
    PEOPLE = "people", _("People and organizations")
    SIGN_INS = "sign-ins", _("Sign-ins")
    EXPORTS = "exports", _("Exports")
    PRODUCTS = "products", _("Products")


@dataclass(frozen=True)
class Telling:
    """One event in words for one person: the end of a sentence that begins with the actor, and what it is about.

    `url` leads to that thing where it exists for the person. `is_actor_known` says whether the
    person may know by name who did it; None where the thing itself does not tell. `actor_called`
    is the name under which they know them otherwise.
    """

    sentence: str
    about: str = ""
    url: str = ""
    is_actor_known: bool | None = None
    actor_called: str = ""


class CannotSettle(Exception):
    """What somebody leaves behind cannot be settled as asked; the text says why."""


@dataclass(frozen=True)
class Several:
    """Some of many, by their ids: the `named` alone, or all but these."""

    named: frozenset[UUID] = frozenset()
    is_all_but: bool = False

    def as_q(self) -> models.Q:
        """Return the condition on the rows that are meant."""
        named = models.Q(pk__in=self.named)
        return ~named if self.is_all_but else named


NONE, ALL = Several(), Several(is_all_but=True)


@dataclass(frozen=True)
class Look:
    """What a page shows of many: what the text finds, the newest without one, and those `named` by their ids."""

    text: str = ""
    named: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Possession:
    """A license as its holder knows it, or a computer in use on one by the id of its activation; `url` shows it."""

    id: UUID
    label: str
    url: str


@dataclass(frozen=True)
class Holding:
    """What somebody has: how many licenses, with how many computers in use on them, and those that a page shows."""

    license_number: int = 0
    computer_number: int = 0
    licenses: Sequence[Possession] = ()
    computers: Sequence[Possession] = ()


@dataclass(frozen=True)
class Heirs:
    """Which member, by their customer's id, gets which license of who leaves; None is nobody.

    All go to one, but those that are `named`.
    """

    of_all: UUID | None = None
    named: Mapping[UUID, UUID | None] = field(default_factory=dict)

    def heir_of(self, license_id: UUID) -> UUID | None:
        """Return who gets that license."""
        return self.named.get(license_id, self.of_all)

    @property
    def people(self) -> frozenset[UUID]:
        """Return everybody who gets one."""
        return frozenset(each for each in (self.of_all, *self.named.values()) if each is not None)


@dataclass(frozen=True)
class Counted:
    """A number of licenses in words, what is counted, and the list that shows them, if there is one."""

    label: str
    number: str
    url: str = ""


class Meter(Protocol):
    """A limit: what it is called, how much of it is used, and where it ends; None is no limit."""

    @property
    def label(self) -> str: ...
    @property
    def used(self) -> int: ...
    @property
    def limit(self) -> int | None: ...


class LicensesOf(Protocol):
    """What the organizations app asks the licenses app."""

    @property
    def topics(self) -> Mapping[str, Topic]:
        """Every action that the licenses app records, with what it is about."""

    @property
    def told_to_all(self) -> Mapping[str, Sequence[str]]:
        """The actions that change fields not everybody may see, with the names of those that everybody may."""

    def tellings(self, viewer: Viewer, events: Sequence[AuditEvent]) -> Mapping[UUID, Telling]:
        """Return the `events` that the licenses app recorded in words, by their ids; few queries for any number."""

    def personal(self, customer_id: UUID, look: Look) -> Holding:
        """Return the licenses of a customer that are no organization's: what they may hand over when joining."""

    def held(self, customer_id: UUID, organization_id: UUID, look: Look) -> Holding:
        """Return the licenses of the organization that one of its members has, and the computers in use on them."""

    def counted(self, viewer: Viewer, organization_id: UUID) -> Sequence[Counted]:
        """Return the organization's licenses that exist for `viewer` in numbers, each leading to their list."""

    def hand_over(self, customer_id: UUID, organization_id: UUID, chosen: Several, actor: Actor) -> None:
        """Let the organization have those of the customer's own licenses."""

    def settle(self, customer_id: UUID, organization_id: UUID, heirs: Heirs, freed: Several, actor: Actor) -> None:
        """Take the organization's licenses from who leaves it; raise CannotSettle when a computer cannot be freed."""

    def invitation_accepted(self, invitation_id: UUID, customer_id: UUID, actor: Actor) -> None:
        """Give the customer the licenses that waited for the invitation."""

    def invitations_ended(self, invitation_ids: Sequence[UUID]) -> None:
        """Let no license wait for these invitations any more."""

    def meters(self, group: UserGroup) -> Sequence[Meter]:
        """Return how many licenses a user group has issued of those it may, for each limit of that kind."""

    def products_of(self, group: UserGroup) -> Sequence[str]:
        """Return the products that a user group may issue, by name, in that order."""

    def licenses_for(
        self, viewer: Viewer, customer_id: UUID, cursor: Cursor, entered_id: UUID | None = None
    ) -> Page[Possession]:
        """Return one page of a customer's licenses that exist for `viewer`, newest first, without their computers.

        With `entered_id` only those issued to them as that row says: all that its user group may know to be theirs.
        """

    def has_licenses_of(self, customer_id: UUID, group_id: UUID | None, entered_id: UUID | None = None) -> bool:
        """Return whether a customer has licenses that the user group sees, or, of no group, any at all.

        With `entered_id` only those count that were issued to them as that row says.
        """

    def organization_licenses_are_of(self, organization_id: UUID, group_id: UUID) -> bool:
        """Return whether every license of an organization, if there are any, is that user group's."""

    def organization_renamed(self, organization_id: UUID) -> None:
        """Put the license files of an organization's licenses, which hold its name, out of date (section 2)."""


class _Registered:
    licenses: LicensesOf | None = None


def register(licenses: LicensesOf) -> None:
    """Let `licenses` answer from now on."""
    _Registered.licenses = licenses


def licenses_of() -> LicensesOf:
    """Return what the licenses app registered."""
    if _Registered.licenses is None:
        raise RuntimeError("the licenses app has not started")
    return _Registered.licenses
