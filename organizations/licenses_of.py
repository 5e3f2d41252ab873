"""The one inversion: what the organizations app needs of licenses, of which it knows nothing itself.

The licenses app registers what fulfils `LicensesOf` when it starts, so that imports keep pointing down.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.audit import Actor
from accounts.models import AuditEvent
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
    person may know by name who did it; None where the thing itself does not tell.
    """

    sentence: str
    about: str = ""
    url: str = ""
    is_actor_known: bool | None = None


class CannotSettle(Exception):
    """What somebody leaves behind cannot be settled as asked; the text says why."""


@dataclass(frozen=True)
class Computer:
    """A computer in use, by the id of its activation."""

    id: UUID
    label: str


@dataclass(frozen=True)
class Possession:
    """A license as its holder knows it: what it is called, where its page is, and the computers in use on it."""

    id: UUID
    label: str
    url: str
    computers: Sequence[Computer] = ()


@dataclass(frozen=True)
class Counted:
    """A number of licenses, what is counted, and the list that shows them."""

    label: str
    number: int
    url: str


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

    def personal_licenses(self, customer_id: UUID) -> Sequence[Possession]:
        """Return the licenses of a customer that are no organization's: what they may hand over when joining."""

    def possessions(self, customer_id: UUID, organization_id: UUID) -> Sequence[Possession]:
        """Return the licenses of the organization that one of its members has, with the computers in use on them."""

    def counted(self, viewer: Viewer, organization_id: UUID) -> Sequence[Counted]:
        """Return the organization's licenses that exist for `viewer` in numbers, each leading to their list."""

    def hand_over(self, customer_id: UUID, organization_id: UUID, license_ids: Sequence[UUID], actor: Actor) -> None:
        """Let the organization have those of the customer's own licenses."""

    def settle(
        self,
        customer_id: UUID,
        organization_id: UUID,
        given: Mapping[UUID, UUID],
        freed: Collection[UUID],
        actor: Actor,
    ) -> None:
        """Take the organization's licenses from who leaves it; raise CannotSettle when a computer cannot be freed."""

    def invitation_accepted(self, invitation_id: UUID, customer_id: UUID, actor: Actor) -> None:
        """Give the customer the licenses that waited for the invitation."""

    def invitation_ended(self, invitation_id: UUID) -> None:
        """Let no license wait for the invitation any more."""

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
