"""The app that knows WHOSE a license is, and what people may do with it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    """WHOSE it is and what they may do."""

    name = "organizations"
    verbose_name = _("Customers and organizations")
