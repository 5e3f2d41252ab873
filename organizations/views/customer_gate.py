"""The first line of every view of customers: who has any, and which of them exist for the person."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from organizations.access import get_visible_or_404
from organizations.customers import Known
from organizations.models import Customer, EnteredCustomer
from organizations.privileges import Privilege
from organizations.viewer import Viewer
from organizations.views.gate import refuse_switched_off

_CUSTOMER = "organizations.customer"


def require_customers(viewer: Viewer, privilege: Privilege | None = None) -> None:
    """Let user groups and staff pass.

    Raises Http404 for everybody else, and PermissionDenied where the group needs `privilege` and
    where it is switched off.
    """
    if privilege is None and viewer.staff_may("view", _CUSTOMER):
        return
    refuse_switched_off(viewer)
    if viewer.group_id is None and not viewer.staff_may("view", _CUSTOMER):
        raise Http404
    if privilege is not None and not viewer.has(privilege):
        raise PermissionDenied(_("Only the vendor, and user groups that were allowed to, do that."))


def visible_customer(viewer: Viewer, customer_id: UUID, privilege: Privilege | None = None) -> Known:
    """Return a customer of the viewer's group, or what it entered; for staff anybody. Refuses like `require_customers`.

    What does not exist for the person is a 404 before any privilege is looked at.
    """
    known: Known | None = None
    is_staff = viewer.staff_may("view", _CUSTOMER)
    if not is_staff:
        require_customers(viewer)
        known = EnteredCustomer.objects.visible_to(viewer).filter(pk=customer_id).first()
    if known is None:
        only = {} if is_staff else {"user_group_id": viewer.group_id}
        known = get_visible_or_404(Customer.objects, viewer, customer_id, "user", **only)
    if privilege is not None:
        require_customers(viewer, privilege)
    return known


def staff_page(viewer: Viewer, page: str, customer_id: UUID | None = None) -> str:
    """Return where staff do that in the administration; empty for everybody else.

    Raises Http404 for a customer that does not exist.
    """
    if not viewer.staff_may(page, _CUSTOMER):
        return ""
    if customer_id is not None:
        get_visible_or_404(Customer.objects, viewer, customer_id)
    return reverse(f"admin:organizations_customer_{page}", args=[customer_id] if customer_id else [])
