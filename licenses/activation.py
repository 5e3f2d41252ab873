"""Activate, replace, deactivate, rename (Product rules, section 4).

Each story locks the license's row first, decides, and changes the counter and the
activation rows in the same transaction; its moment is taken once the row is locked, so that
moments follow each other as the changes do. The stories decide what is possible; whether a
person may do it was decided at the gate, and for user groups is looked at again under the lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor
from accounts.fields import with_derived
from accounts.ids import uuid7
from licenses import terms
from licenses.computers import check_client_version, check_computer_id, check_computer_name
from licenses.errors import LicenseError, Reason
from licenses.license_files import issue_again, issue_first
from licenses.locking import hold_rights, locked_activation, locked_license, record_about, record_about_each
from licenses.models import UNDO_PERIOD, Activation, License
from licenses.refusals import (
    deactivation_refusal,
    end_refusal,
    generic_refusal,
    is_exempt_from_quota,
    none_left_refusal,
    unusual_refusal,
)
from organizations.access import Action


@dataclass(frozen=True)
class Outcome:
    """What activating did: the activation, and whether it used one up (False: this computer was active already)."""

    activation: Activation
    is_new: bool


def activate(
    license_id: UUID,
    actor: Actor,
    *,
    computer_id: str,
    computer_name: str = "",
    client_version: str = "",
    is_unusual_confirmed: bool = False,
    now: datetime | None = None,
) -> Outcome:
    """Activate a license on a computer and issue its license file.

    Already active on this computer is a success that uses nothing up and issues the license
    file anew. Raises LicenseError, in this order: bad computer ID or name, an ID that does
    not look like the product's unless confirmed, revoked, expired, none left.
    """
    computer_id, computer_name = check_computer_id(computer_id), check_computer_name(computer_name)
    client_version = check_client_version(client_version)
    with transaction.atomic():
        license = locked_license(license_id)
        hold_rights(actor, Action.ACTIVATE, license)
        now = now or timezone.now()
        if refusal := unusual_refusal(license, computer_id, is_unusual_confirmed) or end_refusal(license, now):
            raise refusal
        if active := active_on(license, computer_id):
            return Outcome(issue_again(active, actor, now), is_new=False)
        if refusal := generic_refusal(license) or none_left_refusal(license):
            raise refusal
        return Outcome(open_on(license, actor, computer_id, computer_name, client_version, now), is_new=True)


def replace(
    activation_id: UUID,
    actor: Actor,
    *,
    computer_id: str,
    computer_name: str = "",
    client_version: str = "",
    is_unusual_confirmed: bool = False,
    now: datetime | None = None,
) -> Outcome:
    """Deactivate one computer and activate another in its place, in one transaction, under the deactivation quota.

    A computer that is active already is a success and nothing is replaced. If the replaced
    computer was deactivated meanwhile, its place is simply taken, as long as one is left.
    Raises LicenseError as `activate` and `deactivate` do; nothing is changed then.
    """
    computer_id, computer_name = check_computer_id(computer_id), check_computer_name(computer_name)
    client_version = check_client_version(client_version)
    with transaction.atomic():
        replaced = locked_activation(activation_id)
        license = replaced.license
        hold_rights(actor, Action.REPLACE, license)
        now = now or timezone.now()
        if refusal := unusual_refusal(license, computer_id, is_unusual_confirmed) or end_refusal(license, now):
            raise refusal
        if active := active_on(license, computer_id):
            return Outcome(issue_again(active, actor, now), is_new=False)
        if replaced.is_in_use:
            close([replaced], actor, now, instead=computer_name or computer_id)
        elif refusal := none_left_refusal(license):
            raise refusal
        return Outcome(open_on(license, actor, computer_id, computer_name, client_version, now), is_new=True)


def deactivate(activation_id: UUID, actor: Actor, now: datetime | None = None) -> bool:
    """Free the activation of a computer. Return False, and change nothing, if it was free already.

    Staff free any computer; for everybody else the license's quota holds and the
    deactivation counts. Raises LicenseError when the quota is used up.
    """
    with transaction.atomic():
        activation = locked_activation(activation_id)
        hold_rights(actor, Action.DEACTIVATE, activation.license)
        now = now or timezone.now()
        if not activation.is_in_use:
            return False
        close([activation], actor, now)
        return True


def rename_computer(activation_id: UUID, actor: Actor, *, name: str, was: str, now: datetime | None = None) -> None:
    """Give a computer another name. `was` is the name that the person saw.

    The license file carries the name, so a new one is offered afterwards. Raises LicenseError
    for a bad name, for a computer that is no longer in use, and when somebody else renamed
    it meanwhile.
    """
    name = check_computer_name(name)
    with transaction.atomic():
        activation = locked_activation(activation_id)
        hold_rights(actor, Action.RENAME_COMPUTER, activation.license)
        if not activation.is_in_use:
            raise LicenseError(
                Reason.NOT_IN_USE, _("This computer was deactivated meanwhile, so it cannot be renamed any more.")
            )
        if activation.computer_name == name:
            return
        if activation.computer_name != was:
            raise LicenseError(
                Reason.STALE,
                _("This computer was renamed to “%(name)s” meanwhile. Rename it again if that is not right.")
                % {"name": activation.computer_name},
            )
        activation.computer_name, activation.renamed_at = name, now or timezone.now()
        activation.save(update_fields=with_derived(activation, ["computer_name", "renamed_at"]))
        record_about(activation, actor, "license.computer_renamed", {"before": was, "after": name}, now)


def active_on(license: License, computer_id: str) -> Activation | None:
    """Return the open activation of that computer, if there is one."""
    found = license.activations.in_use().filter(computer_id=computer_id)
    return found.get() if found.exists() else None  # mostly there is none, and asking for no columns costs half


def open_on(
    license: License, actor: Actor, computer_id: str, computer_name: str, client_version: str, now: datetime
) -> Activation:
    """Open an activation and count it; the database refuses one too many."""
    changed_terms = _start_duration(license, now)
    is_undo = _forgive_recent(license, computer_id, now)
    license.activations_in_use += 1
    license.save(update_fields=["activations_in_use", *changed_terms])
    activation = Activation(
        id=uuid7(now),
        license=license,
        computer_id=computer_id,
        computer_name=computer_name,
        client_version=client_version,
        activated_at=now,
        activated_by_id=actor.user_id,
        activated_as=actor.kind,
        activated_for_id=actor.group_id,
    )
    issue_first(activation, now)
    record_about(activation, actor, "license.activated", {"undo": is_undo}, now)
    return activation


def _start_duration(license: License, now: datetime) -> list[str]:
    """Let *expires after days* begin with the first activation ever, unless an earlier date is set.

    Return the changed fields, *edited at* among them: a form that shows the terms is stale from then on.
    """
    if license.expires_after_days is None or license.activations.exists():
        return []
    end = min(terms.today(now) + timedelta(days=license.expires_after_days), terms.LAST_DATE)
    if license.expires_on is not None and license.expires_on <= end:
        return []
    license.expires_on, license.terms_changed_at = end, now
    return ["expires_on", "terms_changed_at", "edited_at"]


def _forgive_recent(license: License, computer_id: str, now: datetime) -> bool:
    """Take what is undone within an hour out of the quota; return whether there was anything."""
    recent = license.activations.filter(
        computer_id=computer_id, counts_for_quota=True, deactivated_at__gt=now - UNDO_PERIOD
    )
    return recent.update(counts_for_quota=False) > 0


def close(activations: Sequence[Activation], actor: Actor, now: datetime, instead: str = "") -> None:
    """Close open activations of one locked license, and uncount them: all or none, under the quota unless staff do it.

    Raises LicenseError when the quota does not reach for all of them.
    """
    license = activations[0].license
    if refusal := deactivation_refusal(license, actor, now, number=len(activations)):
        raise refusal
    Activation.objects.filter(pk__in=[each.pk for each in activations]).update(
        deactivated_at=now, deactivated_by=actor.user_id, counts_for_quota=not is_exempt_from_quota(actor)
    )
    license.activations_in_use -= len(activations)
    license.save(update_fields=["activations_in_use"])
    if instead:
        record_about_each(activations, actor, "license.replaced", {"replaced_by": instead}, now)
    else:
        record_about_each(activations, actor, "license.deactivated", {}, now)
