"""What wires the apps, with its commands, and Django's admin, entered by staff alone."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    """The portal's commands that concern all of it; it has no tables."""

    name = "qlmportal"


class PortalAdminConfig(AdminConfig):
    """The admin with the portal's own site."""

    default_site = "qlmportal.staff.StaffSite"
