"""Why something is not possible at present: `None`, or a refusal with its sentence.

The same answer decides whether a button works and what is said when it was pressed anyway.
"""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import Actor, Kind
from licenses import terms
from licenses.errors import LicenseError, Reason
from licenses.models import Activation, License
from licenses.quota import quota_of, quota_refusal


def activation_refusal(license: License, replacing: LicenseError | None = None) -> LicenseError | None:
    """Return why `license` cannot be activated on a further computer at present, or None.

    `replacing` is why no computer can be replaced either; it then takes the place of that advice.
    """
    return end_refusal(license) or none_left_refusal(license, replacing)


def end_refusal(license: License, now: datetime | None = None) -> LicenseError | None:
    """Return that the license was revoked or has expired, and what to do, or None."""
    if license.revoked_at is not None:
        return LicenseError(
            Reason.REVOKED, _("This license was revoked. Ask whoever serves it what happened and what to do.")
        )
    if terms.has_ended(license.expires_on, now):
        return LicenseError(Reason.EXPIRED, _("This license has expired. Renew it to activate it again."))
    return None


def none_left_refusal(license: License, replacing: LicenseError | None = None) -> LicenseError | None:
    """Return that every activation is in use, and what to do, or None."""
    if license.activations_left > 0:
        return None
    if license.max_activations == 0:
        sentence = _("This license allows no activation. Buy more, or ask whoever serves it.")
        return LicenseError(Reason.NONE_LEFT, sentence)
    fact = ngettext("The one activation is in use.", "All %d activations are in use.", license.max_activations)
    advice = replacing.sentence if replacing else _("Replace a computer that no longer needs the license, or buy more.")
    return LicenseError(Reason.NONE_LEFT, f"{fact.replace('%d', str(license.max_activations))} {advice}")


def license_file_refusal(activation: Activation, now: datetime | None = None) -> LicenseError | None:
    """Return why there is no license file to be had for `activation` at present, or None."""
    if refusal := end_refusal(activation.license, now):
        return refusal
    if not activation.is_in_use:
        return LicenseError(
            Reason.NOT_IN_USE, _("This computer is not in use any more. Activate it again to get a license file.")
        )
    return None


def is_exempt_from_quota(actor: Actor) -> bool:
    """Return whether the deactivation quota does not hold for `actor`: the vendor's people free any computer."""
    return actor.kind == Kind.VENDOR


def deactivation_refusal(
    license: License, actor: Actor, now: datetime | None = None, *, number: int = 1
) -> LicenseError | None:
    """Return why `actor` cannot deactivate `number` computers of `license` at present, or None. Staff always can."""
    return None if is_exempt_from_quota(actor) else quota_refusal(quota_of(license, now), number)
