"""How often a license may be deactivated within a period (Product rules, section 4, *Deactivate*)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.errors import LicenseError, Reason
from licenses.models import UNDO_PERIOD, Activation, License, QuotaPer
from licenses.wording import day_of_moment

UNDO_SHOWN = 10


@dataclass(frozen=True)
class Quota:
    """A license's quota now: `allowed` deactivations within `days` days, `used` of them, the next back at `next_at`."""

    allowed: int
    days: int
    used: int
    next_at: datetime | None

    @property
    def left(self) -> int:
        """How many computers may be deactivated now."""
        return max(0, self.allowed - self.used)

    @property
    def text(self) -> str:
        """The quota as one sentence."""
        return ngettext(
            "%(left)d of %(allowed)d deactivations within %(days)d days is left.",
            "%(left)d of %(allowed)d deactivations within %(days)d days are left.",
            self.left,
        ) % {"left": self.left, "allowed": self.allowed, "days": self.days}

    def after(self, number: int, now: datetime) -> "Quota":
        """Return the quota as it is once `number` more computers have been deactivated."""
        return replace(self, used=self.used + number, next_at=self.next_at or now + timedelta(days=self.days))


def quota_terms(license: License) -> tuple[int, int] | None:
    """Return how many deactivations within how many days `license` allows, or None for no limit.

    The license's own quota, else its product's. A quota *per activation allowed* is
    multiplied by the activations allowed.
    """
    product = license.product
    allowed, days, per = license.deactivations_allowed, license.deactivation_days, license.deactivations_per
    if allowed is None or days is None:
        allowed, days = product.default_deactivations_allowed, product.default_deactivation_days
        per = product.default_deactivations_per
    if allowed is None or days is None:
        return None
    return (allowed * license.max_activations if per == QuotaPer.ACTIVATION else allowed), days


def quota_of(license: License, now: datetime | None = None) -> Quota | None:
    """Return the quota of `license` with what is used of it, or None when there is no limit."""
    if quota_terms(license) is None:
        return None
    now = now or timezone.now()
    return quota_among(license, recent_deactivations(license, now), now)


def quotas_of(licenses: Collection[License], now: datetime) -> dict[UUID, Quota | None]:
    """Return the quota of each license by its id, None where there is no limit; asked for all of them at once."""
    limited = {license: found[1] for license in licenses if (found := quota_terms(license))}
    used: dict[UUID, list[Activation]] = {license.pk: [] for license in limited}
    if limited:
        period = timedelta(days=max(limited.values()))
        counting = Activation.objects.filter(
            license__in=limited, deactivated_at__gt=now - period, counts_for_quota=True
        ).only("license_id", "deactivated_at", "counts_for_quota")
        for activation in counting.order_by("-deactivated_at"):
            used[activation.license_id].append(activation)
    return {license.pk: quota_among(license, used.get(license.pk, []), now) for license in licenses}


def recent_deactivations(license: License, now: datetime) -> list[Activation]:
    """Return the deactivations that count, as far back as the quota reaches, then others that can be undone.

    Newest first. What counts comes first, because no more rows are fetched than decide the
    quota or can be shown.
    """
    allowed, days = quota_terms(license) or (0, 0)
    period = max(UNDO_PERIOD, timedelta(days=days))
    back = Activation.objects.in_use().filter(license=license, computer_id=OuterRef("computer_id"))
    can_be_undone = Q(deactivated_at__gt=now - UNDO_PERIOD) & ~Exists(back)
    lately = license.activations.filter(Q(counts_for_quota=True) | can_be_undone, deactivated_at__gt=now - period)
    return list(lately.order_by("-counts_for_quota", "-deactivated_at")[: allowed + 2 * UNDO_SHOWN])


def undoable(recent: list[Activation]) -> list[Activation]:
    """Return which of the `recent` deactivations can be undone: within the hour, each computer once."""
    newest: dict[str, Activation] = {}
    for activation in sorted(recent, key=_moment, reverse=True):
        if activation.can_undo:
            newest.setdefault(activation.computer_id, activation)
    return list(newest.values())[:UNDO_SHOWN]


def _moment(activation: Activation) -> datetime:
    return activation.deactivated_at or activation.activated_at


def quota_among(license: License, recent: list[Activation], now: datetime) -> Quota | None:
    """Return the quota of `license`, of which `recent` deactivations may have used some."""
    found = quota_terms(license)
    if found is None:
        return None
    allowed, days = found
    period = timedelta(days=days)
    moments = [
        each.deactivated_at
        for each in recent
        if each.counts_for_quota and each.deactivated_at and each.deactivated_at > now - period
    ]
    return Quota(allowed, days, len(moments), _next_at(moments, allowed, period))


def _next_at(moments: list[datetime], allowed: int, period: timedelta) -> datetime | None:
    """Return when one more is free: the newest first `allowed` of `moments` decide."""
    if not moments or not allowed:
        return None
    return moments[min(len(moments), allowed) - 1] + period


def quota_refusal(quota: Quota | None, number: int = 1) -> LicenseError | None:
    """Return why `number` computers cannot be deactivated under `quota` at present, or None."""
    if quota is None or quota.left >= number:
        return None
    if quota.left > 0:
        possible = ngettext(
            "Of the %(number)d selected computers, %(left)d can be deactivated now.",
            "Of the %(number)d selected computers, %(left)d can be deactivated now.",
            quota.left,
        ) % {"number": number, "left": quota.left}
        return LicenseError(Reason.QUOTA_USED_UP, f"{quota.text} {possible}")
    if quota.next_at is None:
        return LicenseError(
            Reason.QUOTA_USED_UP,
            _("People cannot deactivate computers of this license themselves. Ask whoever serves it."),
        )
    return LicenseError(
        Reason.QUOTA_USED_UP,
        _(
            "No deactivation is left: %(used)d of %(allowed)d were used within %(days)d days. "
            "The next one comes back on %(date)s."
        )
        % {
            "used": quota.used,
            "allowed": quota.allowed,
            "days": quota.days,
            "date": day_of_moment(quota.next_at),
        },
    )
