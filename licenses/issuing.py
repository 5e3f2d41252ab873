"""Issue, edit, revoke, reinstate and delete licenses. No row is ever removed by these."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Detail, Kind, as_detail, record
from accounts.fields import with_derived
from accounts.ids import uuid7
from licenses import activation_key
from licenses.buyers import organization_for
from licenses.ends import with_own_end
from licenses.errors import LicenseError, Reason
from licenses.limits import capped, changes_refusal, count_issued, locked_group
from licenses.locking import concerned_by, hold_rights, locked_license
from licenses.models import Feature, License, LicenseModel, ReservedLicense
from organizations.access import Action
from organizations.models import EnteredCustomer, UserGroup

MAX_REASON = 500
SHORTEST_KEY = 12
_REVOCATION = ["revoked_at", "revoked_by", "revoked_as", "revoked_reason"]

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
        license.organization = organization_for(license.customer, license.user_group_id)
    license.entered = _entered_of(license)
    license.id, license.created_at, license.terms_changed_at = uuid7(now), now, now
    license.created_by_id = actor.user_id
    with transaction.atomic():
        license.save(force_insert=True)
        license.features.set(features)
        record(actor, "license.issued", license, concerned=concerned_by(license), now=now)
    return license


def _entered_of(license: License) -> EnteredCustomer | None:
    """Return what the license's user group typed of a customer whom it does not serve."""
    rows = EnteredCustomer.objects.filter(customer=license.customer_id, user_group=license.user_group_id)
    is_others = license.customer is not None and license.customer.user_group_id != license.user_group_id
    return rows.order_by("pk").last() if is_others and license.user_group_id is not None else None


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
    contain puts issued ones out of date. What becomes permanent loses the end that it had.
    Raises LicenseError when somebody edited the license after `edited_at`, when *activations
    allowed* would fall below those in use, when only days after a first activation that was
    long ago would end the license, and when a user group edits beyond its limits.
    """
    with transaction.atomic():
        before = locked_license(license.pk)
        hold_rights(actor, Action.EDIT, before)
        now, license = now or timezone.now(), with_own_end(before, license, edited_at)
        if not _differs(before, license, features):
            return before  # the same form sent twice has one effect
        _refuse_edit(before, license, actor, edited_at, now)
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


def _differs(before: License, after: License, features: tuple[Feature, ...] | None) -> bool:
    """Return whether anything of what can be edited is to change."""
    if any(getattr(before, name) != getattr(after, name) for name in _EDITABLE):
        return True
    return features is not None and set(before.features.all()) != set(features)


def _refuse_edit(before: License, after: License, actor: Actor, edited_at: datetime | None, now: datetime) -> None:
    """Raise LicenseError where a license cannot be edited like this, by anybody or within the limits of its group."""
    if refusal := _edit_refusal(before, after, edited_at):
        raise refusal
    if actor.kind is Kind.GROUP and before.user_group_id is not None:
        hold_limits(locked_group(before.user_group_id), before, after, now)


def _edit_refusal(before: License, after: License, edited_at: datetime | None) -> LicenseError | None:
    if edited_at is not None and before.edited_at != edited_at:
        return LicenseError(
            Reason.STALE, _("Somebody else changed this license meanwhile. Look at it again, then change it.")
        )
    if after.max_activations < before.activations_in_use:
        return _below_in_use(before, after.max_activations)
    if after.license_model != LicenseModel.PERMANENT and not (after.expires_on or after.expires_after_days):
        sentence = _("A trial or a subscription needs a date on which, or days after which, it expires.")
        return LicenseError(Reason.NEEDS_DATE, sentence)
    if after.expires_after_days is not None and after.expires_on is None and before.activations.exists():
        return LicenseError(
            Reason.NEEDS_DATE,
            _("This license was activated before, so the days until it expires no longer begin. Set “expires on”."),
        )
    return None


def hold_limits(group: UserGroup, before: License, after: License, now: datetime) -> None:
    """Raise LicenseError where the locked `group` changes a locked license beyond its limits.

    Else count a changed license model as one issued. The limits are the group's: they do not
    hold for the vendor's people.
    """
    if (after.expires_on, after.expires_after_days) != (before.expires_on, before.expires_after_days):
        capped(group, after)
    if refusal := changes_refusal(group, before, after, now):
        raise refusal
    if after.license_model != before.license_model:
        count_issued(group, LicenseModel(after.license_model), 1)


def revoke(license_id: UUID, actor: Actor, *, reason: str, now: datetime | None = None) -> bool:
    """End a license. Return False, and change nothing, if it was revoked already.

    What a user group revoked, staff may revoke as well: only they reinstate it then. Raises
    LicenseError without a reason, or with one of more than 500 characters.
    """
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise LicenseError(Reason.BAD_REASON, _("Say in at most 500 characters why the license is revoked."))
    with transaction.atomic():
        license = locked_license(license_id)
        hold_rights(actor, Action.REVOKE, license)
        now = now or timezone.now()
        if is_revoked_already(license, actor):
            return False
        license.revoked_at = license.revoked_at or now
        license.revoked_by_id, license.revoked_as, license.revoked_reason = actor.user_id, actor.kind, reason
        license.save(update_fields=[*_REVOCATION, "edited_at"])
        record(actor, "license.revoked", license, concerned=concerned_by(license), details={"reason": reason}, now=now)
        return True


def is_revoked_already(license: License, actor: Actor) -> bool:
    """Return whether revoking would change nothing: staff make what a user group revoked theirs to reinstate."""
    is_taken_over = actor.kind is Kind.VENDOR and license.revoked_as == Kind.GROUP
    return license.revoked_at is not None and not is_taken_over


def reinstate(license_id: UUID, actor: Actor, *, now: datetime | None = None) -> bool:
    """Undo a revocation. Return False, and change nothing, if the license is not revoked.

    Raises LicenseError where a user group would reinstate what somebody else revoked.
    """
    with transaction.atomic():
        license = locked_license(license_id)
        hold_rights(actor, Action.REVOKE, license)
        now = now or timezone.now()
        if license.revoked_at is None:
            return False
        if refusal := reinstate_refusal(license, actor):
            raise refusal
        license.revoked_at, license.revoked_by_id, license.revoked_as = None, None, ""
        license.revoked_reason = ""
        license.save(update_fields=[*_REVOCATION, "edited_at"])
        record(actor, "license.reinstated", license, concerned=concerned_by(license), now=now)
        return True


def reinstate_refusal(license: License, actor: Actor) -> LicenseError | None:
    """Return why `actor` cannot reinstate a revoked license, or None: what staff revoked only staff reinstate."""
    if actor.kind is not Kind.GROUP or license.revoked_as == Kind.GROUP:
        return None
    return LicenseError(
        Reason.REVOKED_BY_VENDOR, _("The vendor revoked this license, so only the vendor can reinstate it.")
    )


def delete(license_id: UUID, actor: Actor, *, now: datetime | None = None) -> bool:
    """Delete a license: it then exists for staff alone, and its key is never issued again.

    Return False, and change nothing, if it was deleted already. Raises LicenseError unless the
    license was never activated.
    """
    with transaction.atomic():
        license = locked_license(license_id)
        now = now or timezone.now()
        if license.deleted_at is not None:
            return False
        hold_rights(actor, Action.DELETE, license)
        if refusal := delete_refusal(license):
            raise refusal
        license.deleted_at = now
        license.save(update_fields=["deleted_at", "edited_at"])
        ReservedLicense.objects.filter(license=license).delete()
        record(actor, "license.deleted", license, concerned=concerned_by(license), now=now)
        return True


def delete_refusal(license: License) -> LicenseError | None:
    """Return that a license was used and therefore cannot be deleted, or None."""
    if license.activations.exists():
        sentence = _("This license was activated, so it cannot be deleted. Revoke it to end it.")
        return LicenseError(Reason.WAS_ACTIVATED, sentence)
    if license.is_generic and license.generic_files.exists():
        sentence = _("A license file of this license was handed out, so it cannot be deleted. Revoke it to end it.")
        return LicenseError(Reason.WAS_ACTIVATED, sentence)
    return None


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
