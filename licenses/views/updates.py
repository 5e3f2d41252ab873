"""The updates of a license: what is included and why, and what can be downloaded."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from licenses.errors import LicenseError
from licenses.models import License
from licenses.updates_page import updates_context
from licenses.views.gate import visible_license
from organizations.middleware import SignedInRequest

REFUSED = 409
"""The status of a page that stands in the place of a file: whatever downloads must not keep it as the file."""


@require_safe
def updates(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Show every release of the license's product that exists for the person, newest first."""
    return updates_page(request, visible_license(request.viewer, license_id))


def updates_page(request: SignedInRequest, license: License, refused: LicenseError | None = None) -> HttpResponse:
    """Return the page of updates; where a download was `refused`, it says so on top and answers 409."""
    user_agent = request.headers.get("User-Agent", "")
    context = updates_context(request.viewer, license, request.GET.dict(), user_agent, refused)
    return render(request, "licenses/license_updates.html", context, status=REFUSED if refused else 200)
