"""Why something is not possible at present: `None`, or a refusal with its sentence.

The same answer decides whether a button works and what is said when it was pressed anyway.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import Actor, Kind
from licenses import terms
from licenses.errors import LicenseError, Reason
from licenses.models import Activation, License
from licenses.quota import quota_of, quota_refusal

DECISIVE = ("deleted_at", "revoked_at", "expires_on", "is_generic", "max_activations", "activations_in_use")
"""What of a license decides whether it can be activated, beside the computers in use."""


def activation_refusal(license: License, replacing: LicenseError | None = None) -> LicenseError | None:
    """Return why `license` cannot be activated on a further computer at present, or None.

    `replacing` is why no computer can be replaced either; it then takes the place of that advice.
    """
    return end_refusal(license) or generic_refusal(license) or none_left_refusal(license, replacing)


def certain_refusal(license: License, computer_id: str, is_unusual_confirmed: bool) -> LicenseError | None:
    """Return why `license` cannot be activated on that computer, where that is certain without its lock; else None.

    For the many who want what is gone: they are told so without waiting for each other. Only where
    `license`, as its reader found it, looks closed is it looked at again, and it then holds what
    was found. One statement reads all that decides, so that the answer was true at one moment.
    None promises nothing: whatever may be possible is decided by the story, under the lock.
    """
    if activation_refusal(license) is None:
        return None
    use = Activation.objects.in_use().filter(license=OuterRef("pk"), computer_id=computer_id)
    found = License.objects.only(*DECISIVE).annotate(is_active_there=Exists(use)).get(pk=license.pk)
    for name in DECISIVE:
        setattr(license, name, getattr(found, name))
    if refusal := unusual_refusal(license, computer_id, is_unusual_confirmed) or end_refusal(license):
        return refusal
    return None if vars(found)["is_active_there"] else generic_refusal(license) or none_left_refusal(license)


def unusual_refusal(license: License, computer_id: str, is_confirmed: bool) -> LicenseError | None:
    """Return that `computer_id` does not look like one of the product, unless somebody confirmed it, or None."""
    if is_confirmed or license.product.fits_computer_id(computer_id):
        return None
    sentence = _("This does not look like a computer ID of %(product)s. Compare it with what the program shows.")
    return LicenseError(Reason.UNUSUAL_COMPUTER_ID, sentence % {"product": license.product.name})


def end_refusal(license: License, now: datetime | None = None) -> LicenseError | None:
    """Return that the license was deleted or revoked, or has expired, and what to do, or None."""
    if license.is_deleted:
        return LicenseError(Reason.DELETED, _("This license was deleted, so it activates nothing any more."))
    if license.revoked_at is not None:
        return LicenseError(
            Reason.REVOKED, _("This license was revoked. Ask whoever serves it what happened and what to do.")
        )
    if terms.has_ended(license.expires_on, now):
        return LicenseError(Reason.EXPIRED, _("This license has expired. Renew it to activate it again."))
    return None


def generic_refusal(license: License) -> LicenseError | None:
    """Return that a generic license activates nothing, and what to do instead, or None."""
    if not license.is_generic:
        return None
    sentence = _("This license fits any computer, so there is nothing to activate. Get its license file instead.")
    return LicenseError(Reason.GENERIC, sentence)


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
