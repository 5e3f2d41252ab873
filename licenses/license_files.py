"""Issue license files: with an activation, one anew, or all that are out of date. Uses nothing up."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.audit import Actor
from licenses.locking import hold_rights, locked_activation, locked_license, record_about
from licenses.models import Activation, LicenseFile
from licenses.refusals import end_refusal, license_file_refusal
from licenses.signing import license_file_end, signed_license_file
from organizations.access import Action

AT_ONCE = 200


def issue_license_file(activation_id: UUID, actor: Actor, now: datetime | None = None) -> Activation:
    """Issue the license file of a computer anew; uses nothing up. The file before is *replaced* from then on.

    Raises LicenseError when the computer is not in use, or the license is revoked or expired.
    """
    with transaction.atomic():
        activation = locked_activation(activation_id)
        hold_rights(actor, Action.GET_LICENSE_FILE, activation.license)
        now = now or timezone.now()
        if refusal := license_file_refusal(activation, now):
            raise refusal
        return issue_again(activation, actor, now)


def issue_outdated_license_files(license_id: UUID, actor: Actor, now: datetime | None = None) -> list[Activation]:
    """Issue anew the license files of a license that are out of date, in one transaction; uses nothing up.

    At most AT_ONCE of them, those of the oldest activations first; the rest stays out of date
    for another time. Returns the activations concerned, none when all files are up to date. Raises
    LicenseError when the license is revoked or expired.
    """
    with transaction.atomic():
        license = locked_license(license_id)
        hold_rights(actor, Action.GET_LICENSE_FILE, license)
        now = now or timezone.now()
        if refusal := end_refusal(license, now):
            raise refusal
        outdated = list(license.activations.needing_license_file(now).order_by("pk")[:AT_ONCE])
        for activation in outdated:
            activation.license = license
            issue_again(activation, actor, now)
        return outdated


def issue_first(activation: Activation, now: datetime) -> None:
    """Save the new `activation` together with its first license file."""
    _give_new_file(activation, now)
    activation.save(force_insert=True)
    _keep_signed(activation)


def issue_again(activation: Activation, actor: Actor, now: datetime) -> Activation:
    """Give `activation`, whose license is locked, a new license file; the one before is *replaced* from then on."""
    _give_new_file(activation, now)
    activation.save(update_fields=["license_file_id", "license_file_issued_at", "license_file_ends_at"])
    _keep_signed(activation)
    record_about(activation, actor, "license.file_issued", {}, now)
    return activation


def _give_new_file(activation: Activation, now: datetime) -> None:
    """Choose a new id: 128 random bits."""
    activation.license_file_id = secrets.token_hex(16)
    activation.license_file_issued_at = now
    activation.license_file_ends_at = license_file_end(activation.license, now)


def _keep_signed(activation: Activation) -> None:
    LicenseFile.objects.create(
        id=activation.license_file_id,
        activation=activation,
        issued_at=activation.license_file_issued_at,
        text=signed_license_file(activation),
    )
