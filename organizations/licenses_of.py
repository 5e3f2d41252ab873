"""The one inversion: what the organizations app needs of licenses, of which it knows nothing itself.

The licenses app registers what fulfils `LicensesOf` when it starts, so that imports keep pointing down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

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
