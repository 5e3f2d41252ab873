"""License files of generic licenses: they fit any computer, always end, and activate nothing (section 5)."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, record
from licenses.errors import LicenseError, Reason
from licenses.locking import concerned_by, hold_rights, locked_license
from licenses.models import GenericFile, License
from licenses.refusals import end_refusal
from licenses.signing import license_file_end, signed_generic_file
from organizations.access import Action


def generic_file_refusal(license: License, now: datetime | None = None) -> LicenseError | None:
    """Return why there is no license file for any computer to be had at present, or None."""
    if not license.is_generic:
        sentence = _("This license is activated on each computer, so its license files fit one computer each.")
        return LicenseError(Reason.GENERIC, sentence)
    if refusal := end_refusal(license, now):
        return refusal
    if license.product.license_file_days is None:
        sentence = _("The vendor hands out no license files of %(product)s that fit any computer at present.")
        return LicenseError(Reason.GENERIC, sentence % {"product": license.product.name})
    return None


def current_file(license: License) -> GenericFile | None:
    """Return the license file that was issued last, None where none was."""
    return license.generic_files.order_by("-issued_at").first()


def is_out_of_date(license: License, file: GenericFile, now: datetime | None = None) -> bool:
    """Return whether the license changed since the file was issued, or the file has ended."""
    return license.terms_changed_at > file.issued_at or file.ends_at <= (now or timezone.now())


def issue_generic_file(license_id: UUID, actor: Actor, now: datetime | None = None) -> GenericFile:
    """Issue a license file that fits any computer; the one before is *replaced* from then on.

    Raises LicenseError when the license is not generic, revoked or expired, or its product hands out none.
    """
    with transaction.atomic():
        license = locked_license(license_id)
        hold_rights(actor, Action.GET_LICENSE_FILE, license)
        now = now or timezone.now()
        if refusal := generic_file_refusal(license, now):
            raise refusal
        ends_at = license_file_end(license, now)
        if ends_at is None:
            raise ValueError("a generic license file always ends")
        file = GenericFile(id=secrets.token_hex(16), license=license, issued_at=now, ends_at=ends_at)
        file.text = signed_generic_file(file)
        file.save(force_insert=True)
        record(actor, "license.generic_file_issued", license, concerned=concerned_by(license), now=now)
        return file
