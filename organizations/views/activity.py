"""What happened to what the person may see: the page and the file."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from organizations import activity_controls as controls
from organizations.activity import activity_page, by_day
from organizations.activity_export import ActivityExport, export_refusal, record_export
from organizations.activity_filters import ActivityFilters
from organizations.middleware import SignedInRequest
from organizations.paging import Cursor
from organizations.spreadsheets import CSV_MEDIA_TYPE, csv_parts


@require_safe
def activity(request: SignedInRequest) -> HttpResponse:
    """Show one page of what happened, newest first, by day."""
    viewer, parameters = request.viewer, request.GET.dict()
    filters = ActivityFilters.read(viewer, parameters)
    page = activity_page(viewer, filters, Cursor.read(parameters))
    context = {
        "page": page,
        "days": by_day(page.rows),
        "summary": controls.summary(filters, is_empty=not page.rows),
        "is_narrowed": filters.is_narrowed,
        "selects": list(controls.selects(viewer, filters)),
        "day_fields": controls.day_fields(filters),
        "chips": controls.chips(filters),
        "filter_number": len(filters.parameters()),
        "export_url": "" if export_refusal(viewer) else controls.export_address(filters),
        "switched_off_group": viewer.switched_off_group,
    }
    return render(request, "organizations/activity.html", context)


@require_safe
def activity_export(request: SignedInRequest) -> HttpResponseBase:
    """Send what the page shows as CSV."""
    viewer = request.viewer
    if refusal := export_refusal(viewer):
        raise PermissionDenied(refusal)
    filename = f"activity-{timezone.localdate().isoformat()}.csv"
    headers = {
        "Content-Type": CSV_MEDIA_TYPE,
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=filename) or "attachment",
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    filters = ActivityFilters.read(viewer, request.GET.dict())
    exported = ActivityExport(viewer, filters, before=record_export(viewer, filters).pk)
    return StreamingHttpResponse(csv_parts(exported.head, exported.batches()), headers=headers)
