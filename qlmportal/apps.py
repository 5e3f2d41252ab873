"""Django's admin, entered by staff alone."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """The admin with the portal's own site."""

    default_site = "qlmportal.staff.StaffSite"
