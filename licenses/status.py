"""What a license is now, in one word and a few badges. Derived, never stored (Product rules, section 1)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from licenses.terms import ends_soon, has_ended, last_ended_date


class LicenseModel(models.TextChoices):
    """How long what was bought lasts."""

    PERMANENT = "permanent", _("Permanent")
    SUBSCRIPTION = "subscription", _("Subscription")
    TRIAL = "trial", _("Trial")


@dataclass(frozen=True)
class Badge:
    """A word to show and its tone: neutral, good, warn or bad."""

    label: Promise
    tone: str


class Badged(Enum):
    """What a badge says; a member of an enumeration is told apart without putting its label into words."""

    value: Badge

    @property
    def label(self) -> Promise:
        """The badge's word."""
        return self.value.label

    @property
    def tone(self) -> str:
        """The colour to show it in."""
        return self.value.tone


class Status(Badged):
    """The status of a license; the first that matches, in this order."""

    REVOKED = Badge(_("Revoked"), "bad")
    EXPIRED = Badge(_("Expired"), "bad")
    ACTIVATED = Badge(_("Activated"), "neutral")
    PARTLY_ACTIVATED = Badge(_("Partly activated"), "neutral")
    NOT_ACTIVATED = Badge(_("Not activated"), "neutral")

    @property
    def slug(self) -> str:
        """The status as it stands in URLs."""
        return self.name.lower().replace("_", "-")


class Notice(Badged):
    """What stands beside the status of a license, in this order."""

    TRIAL = Badge(_("Trial"), "neutral")
    EXPIRES_SOON = Badge(_("Expires within 30 days"), "warn")
    UPDATES_ENDED = Badge(_("Updates ended"), "warn")
    UPDATES_END_SOON = Badge(_("Updates end within 30 days"), "warn")


class Terms(Protocol):
    """What the status of a license depends on."""

    license_model: str
    revoked_at: datetime | None
    expires_on: date | None
    maintenance_until: date | None
    max_activations: int
    activations_in_use: int


def status_of(license: Terms) -> Status:
    """Return the status of `license` at present."""
    if license.revoked_at is not None:
        return Status.REVOKED
    if has_ended(license.expires_on):
        return Status.EXPIRED
    if license.activations_in_use == 0:
        return Status.NOT_ACTIVATED if license.max_activations > 0 else Status.ACTIVATED
    if license.activations_in_use < license.max_activations:
        return Status.PARTLY_ACTIVATED
    return Status.ACTIVATED


def goes_on_q() -> Q:
    """Return the condition under which a license is neither revoked nor expired at present."""
    return Q(revoked_at=None) & (Q(expires_on=None) | Q(expires_on__gt=last_ended_date()))


def status_q(status: Status) -> Q:
    """Return the condition under which a license has `status` at present: the same rule as `status_of`."""
    has_expired, goes_on = Q(expires_on__lte=last_ended_date()), goes_on_q()
    match status:
        case Status.REVOKED:
            return Q(revoked_at__isnull=False)
        case Status.EXPIRED:
            return Q(revoked_at=None) & has_expired
        case Status.ACTIVATED:
            return goes_on & Q(activations_in_use__gte=F("max_activations"))
        case Status.PARTLY_ACTIVATED:
            return goes_on & Q(activations_in_use__gt=0, activations_in_use__lt=F("max_activations"))
        case Status.NOT_ACTIVATED:
            return goes_on & Q(activations_in_use=0, max_activations__gt=0)


def notices_of(license: Terms) -> tuple[Notice, ...]:
    """Return what stands beside the status."""
    notices = []
    if license.license_model == LicenseModel.TRIAL:
        notices.append(Notice.TRIAL)
    if ends_soon(license.expires_on):
        notices.append(Notice.EXPIRES_SOON)
    if has_ended(license.maintenance_until):
        notices.append(Notice.UPDATES_ENDED)
    elif ends_soon(license.maintenance_until):
        notices.append(Notice.UPDATES_END_SOON)
    return tuple(notices)
