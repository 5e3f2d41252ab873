"""Whom people are told to turn to."""

from django.conf import settings
from django.utils.translation import gettext as _


def whom_to_ask() -> str:
    """Return the sentence that ends a refusal: whom to ask if what it says does not help."""
    if settings.PORTAL_SUPPORT_ADDRESS:
        return _("If that does not help, write to %(address)s.") % {"address": settings.PORTAL_SUPPORT_ADDRESS}
    if settings.PORTAL_VENDOR:
        return _("If that does not help, ask %(vendor)s.") % {"vendor": settings.PORTAL_VENDOR}
    return _("If that does not help, ask whoever sold you your licenses.")


def whom_to_tell() -> str:
    """Return the sentence for somebody who did not do what was done in their name."""
    if settings.PORTAL_SUPPORT_ADDRESS:
        return _("Then write to %(address)s.") % {"address": settings.PORTAL_SUPPORT_ADDRESS}
    if settings.PORTAL_VENDOR:
        return _("Then tell %(vendor)s.") % {"vendor": settings.PORTAL_VENDOR}
    return _("Then tell whoever sold you your licenses.")
