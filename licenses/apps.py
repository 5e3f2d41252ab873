"""The app that knows WHAT customers have."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LicensesConfig(AppConfig):
    """WHAT they have."""

    name = "licenses"
    verbose_name = _("Products and licenses")

    def ready(self) -> None:
        """Answer what the organizations app asks of licenses, and give the worker its chores: modules register."""
        import_module("licenses.handover")
        import_module("licenses.announcing")
