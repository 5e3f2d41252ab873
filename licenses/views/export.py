"""Download what the license list shows."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from licenses.exporting import Export, export_refusal, record_export
from licenses.filters import Criteria
from licenses.spreadsheets import XLSX_MEDIA_TYPE, workbook
from organizations.middleware import SignedInRequest
from organizations.spreadsheets import CSV_MEDIA_TYPE, csv_parts

MOST_IN_WORKBOOK = 50_000


@require_safe
def export(request: SignedInRequest) -> HttpResponseBase:
    """Send the licenses of the list as CSV, or as an Excel workbook of up to MOST_IN_WORKBOOK."""
    viewer = request.viewer
    if refusal := export_refusal(viewer):
        raise PermissionDenied(refusal)
    criteria = Criteria.read(viewer, request.GET.dict())
    exported = Export(viewer, criteria)
    kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    number = exported.count()
    if kind == "xlsx" and number > MOST_IN_WORKBOOK:
        messages.error(request, _too_many(number))
        return redirect(f"{reverse('licenses:list')}{criteria.url()}")
    headers = headers_of(kind)
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    record_export(viewer, criteria, kind, number, is_for_group=exported.is_for_group())
    if kind == "xlsx":
        book, kind_of_file = workbook(_("Licenses"), exported.head, exported.batches()), headers.pop("Content-Type")
        return FileResponse(book, content_type=kind_of_file, headers=headers)  # it replaces a type among the headers
    return StreamingHttpResponse(csv_parts(exported.head, exported.batches()), headers=headers)


def _too_many(number: int) -> str:
    sentence = _(
        "An Excel workbook holds at most %(most)s licenses here, and this list has %(number)s. "
        "Export it as CSV, which takes any number and opens in Excel too, or narrow the list first."
    )
    return sentence % {
        "most": number_format(MOST_IN_WORKBOOK, force_grouping=True),
        "number": number_format(number, force_grouping=True),
    }


def headers_of(kind: str) -> dict[str, str]:
    """Return what a downloaded list is and is called; `kind` is csv or xlsx."""
    name = f"licenses-{timezone.localdate().isoformat()}.{kind}"
    return {
        "Content-Type": XLSX_MEDIA_TYPE if kind == "xlsx" else CSV_MEDIA_TYPE,
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
    }
