"""Issue, edit, revoke and reinstate licenses. Nothing is ever deleted by these."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Detail, as_detail, record
from accounts.fields import with_derived
from accounts.ids import uuid7
from licenses import activation_key
from licenses.errors import LicenseError, Reason
from licenses.locking import concerned_by, locked_license
from licenses.models import Feature, License

MAX_REASON = 500
SHORTEST_KEY = 12
_REVOCATION = ["revoked_at", "revoked_by", "revoked_reason"]

TERMS = {
    "product_version_id",
    "license_model",
    "licensee",
    "organization_id",
    "max_activations",
    "floating_seats",
    "expires_on",
    "maintenance_until",
}
"""Fields that a license file contains: changing one puts issued files out of date (Product rules, section 2)."""

_EDITABLE = sorted(
    TERMS
    | {
        "customer_id",
        "user_group_id",
        "expires_after_days",
        "deactivations_allowed",
        "deactivation_days",
        "deactivations_per",
        "order_id",
        "comment",
    }
)


def issue(
    license: License, actor: Actor, *, features: tuple[Feature, ...] = (), now: datetime | None = None
) -> License:
    """Save the new `license` with an activation key, and return it.

    A key of another format that the vendor brings along is kept as it is; without one a new
    key is made. Without an organization it gets its customer's. Raises LicenseError for a
    key that looks like one of the portal's own but has a wrong checksum.
    """
    now = now or timezone.now()
    license.activation_key = license.activation_key.strip() or activation_key.make()
    if activation_key.is_own_format(license.activation_key):
        if not activation_key.has_valid_checksum(license.activation_key):
            raise LicenseError(
                Reason.BAD_KEY,
                _("The last character of this activation key does not fit the others. Compare it with the original."),
            )
        license.activation_key = activation_key.show(activation_key.fold(license.activation_key))
    elif len(activation_key.fold(license.activation_key)) < SHORTEST_KEY:
        raise LicenseError(
            Reason.BAD_KEY, _("An activation key needs at least 12 letters and digits, or it could be guessed.")
        )
    if license.organization_id is None and license.customer is not None:
        license.organization = license.customer.organization
    license.id, license.created_at, license.terms_changed_at = uuid7(now), now, now
    license.created_by_id = actor.user_id
    with transaction.atomic():
        license.save(force_insert=True)
        license.features.set(features)
        record(actor, "license.issued", license, concerned=concerned_by(license), now=now)
    return license


def edit(
    license: License,
    actor: Actor,
    *,
    features: tuple[Feature, ...] | None = None,
    edited_at: datetime | None = None,
    now: datetime | None = None,
) -> License:
    """Save the changed fields of `license` and return the row as it is then.

    Counters and what other stories keep are never written. A change of what license files
    contain puts issued ones out of date. Raises LicenseError when somebody edited the
    license after `edited_at`, when *activations allowed* would fall below those in use, and when
    only days after a first activation that was long ago would end the license.
    """
    with transaction.atomic():
        before = locked_license(license.pk)
        now = now or timezone.now()
        if refusal := _edit_refusal(before, license, edited_at):
            raise refusal
        changed = [name for name in _EDITABLE if getattr(before, name) != getattr(license, name)]
        details = {name: _before_and_after(name, before, license) for name in changed}
        codes_before = _codes(before)
        for name in changed:
            setattr(before, name, getattr(license, name))
        if features is not None:
            before.features.set(features)
            if (codes := _codes(before)) != codes_before:
                details["features"] = {"before": codes_before, "after": codes}
        if "features" in details or TERMS.intersection(changed):
            before.terms_changed_at = now
        if details:
            before.save(update_fields=with_derived(before, [*changed, "terms_changed_at", "edited_at"]))
            record(actor, "license.edited", before, concerned=concerned_by(before), details=details, now=now)
        return before


def _edit_refusal(before: License, after: License, edited_at: datetime | None) -> LicenseError | None:
    if edited_at is not None and before.edited_at != edited_at:
        return LicenseError(
            Reason.STALE, _("Somebody else changed this license meanwhile. Look at it again, then change it.")
        )
    if after.max_activations < before.activations_in_use:
        return _below_in_use(before, after.max_activations)
    if after.expires_after_days is not None and after.expires_on is None and before.activations.exists():
        return LicenseError(
            Reason.NEEDS_DATE,
            _("This license was activated before, so the days until it expires no longer begin. Set “expires on”."),
        )
    return None


def revoke(license_id: UUID, actor: Actor, *, reason: str, now: datetime | None = None) -> bool:
    """End a license. Return False, and change nothing, if it was revoked already.

    Raises LicenseError without a reason, or with one of more than 500 characters.
    """
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise LicenseError(Reason.BAD_REASON, _("Say in at most 500 characters why the license is revoked."))
    with transaction.atomic():
        license = locked_license(license_id)
        now = now or timezone.now()
        if license.revoked_at is not None:
            return False
        license.revoked_at, license.revoked_by_id, license.revoked_reason = now, actor.user_id, reason
        license.save(update_fields=[*_REVOCATION, "edited_at"])
        record(actor, "license.revoked", license, concerned=concerned_by(license), details={"reason": reason}, now=now)
        return True


def reinstate(license_id: UUID, actor: Actor, *, now: datetime | None = None) -> bool:
    """Undo a revocation. Return False, and change nothing, if the license is not revoked."""
    with transaction.atomic():
        license = locked_license(license_id)
        now = now or timezone.now()
        if license.revoked_at is None:
            return False
        license.revoked_at, license.revoked_by_id, license.revoked_reason = None, None, ""
        license.save(update_fields=[*_REVOCATION, "edited_at"])
        record(actor, "license.reinstated", license, concerned=concerned_by(license), now=now)
        return True


def _below_in_use(license: License, wanted: int) -> LicenseError:
    """Name the computers in use, at most ten of them, to somebody who would allow fewer."""
    computers = [activation.label for activation in license.activations.in_use().order_by("-id")[:10]]
    more = license.activations_in_use - len(computers)
    return LicenseError(
        Reason.BELOW_IN_USE,
        _("%(in_use)d computers use this license, so %(wanted)d cannot be allowed. Deactivate first: %(computers)s")
        % {"in_use": license.activations_in_use, "wanted": wanted, "computers": ", ".join(computers)}
        + (_(" and %(more)d more.") % {"more": more} if more > 0 else "."),
    )


def _before_and_after(name: str, before: License, after: License) -> Detail:
    """Return a change for the audit trail; a product version by its number, other relations by their ids."""
    if name == "product_version_id":
        return {"before": before.product_version.number, "after": after.product_version.number}
    return {"before": as_detail(getattr(before, name)), "after": as_detail(getattr(after, name))}


def _codes(license: License) -> list[str]:
    return list(license.features.order_by("code").values_list("code", flat=True))
