"""The app that knows WHAT customers have."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LicensesConfig(AppConfig):
    """WHAT they have."""

    name = "licenses"
    verbose_name = _("Products and licenses")
