"""The app that knows WHOSE a license is, and what people may do with it."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    """WHOSE it is and what they may do."""

    name = "organizations"
    verbose_name = _("Customers and organizations")

    def ready(self) -> None:
        """Learn from the accounts app of addresses that change: the module registers itself."""
        import_module("organizations.left_domains")
