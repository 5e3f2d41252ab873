"""Days of a license to add to a calendar."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from licenses.calendars import MEDIA_TYPE, Event, calendar_file, expiry_event, updates_event
from licenses.models import License
from licenses.views.gate import visible_license
from organizations.middleware import SignedInRequest


@require_safe
def expires(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Return the day on which the license expires as a calendar file; none where it never does."""
    return _calendar(request, license_id, expiry_event, "expires")


@require_safe
def updates(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Return the day until which updates are included as a calendar file; none where there is no such day."""
    return _calendar(request, license_id, updates_event, "updates")


def _calendar(
    request: SignedInRequest, license_id: UUID, event_of: Callable[[License], Event | None], name: str
) -> HttpResponse:
    license = visible_license(request.viewer, license_id)
    event = event_of(license)
    if event is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{license.product.slug}-{name}.ics"'}
    return HttpResponse(calendar_file(event), content_type=MEDIA_TYPE, headers=headers)
