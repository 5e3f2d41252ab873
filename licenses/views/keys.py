"""The whole activation key, for those who may act on the license."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from licenses.showing_keys import show_key
from licenses.views.gate import visible_license
from organizations.access import Action
from organizations.middleware import SignedInRequest


@require_POST
def key(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Show the whole activation key, on a page that nothing keeps a copy of."""
    license = visible_license(request.viewer, license_id, Action.SHOW_KEY)
    actor = request.viewer.actor_on(request.viewer.ways_to(license))
    context = {"license": license, "key": show_key(license, actor)}
    response = render(request, "licenses/license_key.html", context)
    response["Cache-Control"] = "no-store"
    return response
