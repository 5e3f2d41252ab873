"""Names that everybody who uses this portal knows."""

from django.conf import settings

from licenses.models import Product


def names_to_avoid() -> list[str]:
    """Return the names that no password may resemble: portal, vendor, products."""
    fixed = [name for name in (settings.PORTAL_NAME, settings.PORTAL_VENDOR) if name]
    return fixed + list(Product.objects.values_list("name", flat=True))
