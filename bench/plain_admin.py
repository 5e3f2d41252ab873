"""Django's admin as it comes, for the list of licenses: the yardstick of P4, whatever the portal does to its own."""

from django.contrib.admin import AdminSite, ModelAdmin

from bench.addresses import YARDSTICK
from licenses.models import License
from organizations.paging import PAGE_SIZE


class PlainLicenses(ModelAdmin):  # type: ignore[type-arg]  # generic for type checkers only
    """As many rows as the portal's list, with what those show, read in one question."""

    list_display = (
        *("product_version", "key_tail", "status", "activations_in_use", "max_activations"),
        *("expires_on", "maintenance_until", "customer", "organization"),
    )
    list_select_related = ("product_version__product", "customer__user", "organization")
    list_per_page = PAGE_SIZE


site = AdminSite(name=YARDSTICK)
site.register(License, PlainLicenses)
