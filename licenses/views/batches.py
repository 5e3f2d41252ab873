"""The licenses that one order made: their list, and their activation keys to download."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from licenses.batches import key_rows, licenses_to_mail, licenses_with_keys
from licenses.ends import learn_beginnings
from licenses.models import Batch, License
from licenses.sharing import customer_name, organization_name
from licenses.views.export import headers_of
from organizations.access import get_visible_or_404
from organizations.events import vendor_name
from organizations.middleware import SignedInRequest
from organizations.paging import Cursor, page_of
from organizations.spreadsheets import csv_parts
from organizations.viewer import Viewer


@require_safe
def batch(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    """Show the licenses of an order that exist for the person, newest first."""
    viewer = request.viewer
    order = _visible_batch(viewer, batch_id)
    licenses = License.objects.visible_to(viewer).filter(batch=order)
    related = ("product_version__product", "customer__user", "entered", "organization")
    page = page_of(licenses.select_related(*related).defer("comment"), Cursor.read(request.GET.dict()))
    learn_beginnings(page.rows)
    for license in page.rows:
        license.shown_customer = customer_name(viewer, license)
        license.shown_organization = organization_name(viewer, license)
    context = {
        "batch": order,
        "page": page,
        "number": licenses.count(),
        "may_download": licenses_with_keys(viewer, order).exists(),
        "may_mail": licenses_to_mail(viewer, order).exists(),
    }
    return render(request, "licenses/batch.html", context)


@require_POST
def batch_keys(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    """Send the whole activation keys of an order as CSV, which nothing keeps; each trail says who got them."""
    viewer = request.viewer
    order = _visible_batch(viewer, batch_id)
    licenses = list(licenses_with_keys(viewer, order))
    if not licenses:
        sentence = _("Seeing whole activation keys is not yours to do. Ask %(names)s.")
        raise PermissionDenied(sentence % {"names": vendor_name()})
    head, rows = key_rows(viewer, licenses)
    headers = headers_of("csv") | {"Cache-Control": "no-store"}
    return HttpResponse(b"".join(csv_parts(head, [rows])), headers=headers)


def _visible_batch(viewer: Viewer, batch_id: UUID) -> Batch:
    order: Batch = get_visible_or_404(Batch.objects, viewer, batch_id, "created_by", "user_group")
    return order
