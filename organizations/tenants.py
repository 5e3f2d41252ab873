"""Microsoft tenants: the one form of their ids, and those in which anybody can have an account."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

TENANT_ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
PUBLIC_TENANTS = ("9188040d-6c67-4c5b-b112-36a304b66dad", "f8cdef31-a31e-4b4a-93e4-5f571e91255a")
"""Of private Microsoft accounts, and of Microsoft's own services."""


def normalize_tenant(text: str) -> str:
    """Return a tenant's id in lower case with its four dashes; raise ValidationError for what is none.

    A tenant vouches for the people of one organization, so those that are open to anybody are refused.
    """
    try:
        normalized = str(UUID(text.strip()))
    except ValueError:
        raise ValidationError(
            _("Enter a tenant id such as 0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d."), code="invalid"
        ) from None
    if normalized in PUBLIC_TENANTS:
        raise ValidationError(_("Anybody can have an account in this tenant, so it vouches for nobody."), code="public")
    return normalized
