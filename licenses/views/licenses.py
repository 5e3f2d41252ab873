"""The list of licenses and the page of one."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from licenses import activation_key, activators
from licenses.doors import doors
from licenses.filters import Criteria
from licenses.list_page import list_address, list_context
from licenses.listing import license_page
from licenses.ordering import Place
from licenses.products import offered_products
from licenses.querysets import outdated_count
from licenses.quota import quota_among, quota_refusal, recent_deactivations, undoable
from licenses.refusals import activation_refusal, is_exempt_from_quota
from licenses.revoking import revoking
from licenses.sharing import (
    customer_name,
    not_allowed,
    onlookers,
    organization_name,
    who_can_see,
)
from licenses.timeline import PREFIX, timeline_page
from licenses.updates import updates_of
from licenses.views.gate import visible_license
from organizations.access import RULES, Action
from organizations.middleware import SignedInRequest
from organizations.paging import Cursor, page_of
from organizations.viewer import Viewer, Way


@dataclass(frozen=True)
class Permitted:
    """What the person may do on a license's page, whether or not it is possible at present."""

    activate: bool
    deactivate: bool
    replace: bool
    rename: bool
    license_file: bool
    key: bool
    assign: bool
    edit: bool
    renew: bool
    delete: bool
    mail: bool


@require_safe
def license_list(request: SignedInRequest) -> HttpResponse:
    """Show one page of the licenses that exist for the person: filtered, searched, in one of the orders."""
    viewer, parameters = request.viewer, request.GET.dict()
    products = offered_products(viewer)
    criteria = Criteria.read(viewer, parameters, products)
    if activation_key.holds_key(parameters.get("q", "")):
        return redirect(list_address(criteria))  # a key does not stay in an address
    page = license_page(viewer, criteria, Place.read(criteria.order, parameters))
    return render(request, "licenses/license_list.html", list_context(viewer, criteria, page, products, criteria.text))


@require_safe
def detail(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Show everything about one license that the person may know, and what they can do."""
    viewer, license = request.viewer, visible_license(request.viewer, license_id)
    parameters, now = request.GET.dict(), timezone.now()
    ways = viewer.ways_to(license)
    shows_internal = bool(ways & {Way.GROUP, Way.STAFF})
    permitted = _permitted(viewer, ways)
    everybody = list(onlookers(license))
    recent = recent_deactivations(license, now)
    quota = None if is_exempt_from_quota(viewer.actor_on(ways)) else quota_among(license, recent, now)
    replacing = quota_refusal(quota) if permitted.replace else None
    refusal = activation_refusal(license, replacing)
    in_use = license.activations.in_use().select_related(*activators.RELATED).with_outdated_count(license.pk, now)
    computers = page_of(in_use, Cursor.read(parameters))
    activators.name_activators(viewer, computers.rows)
    context = {
        "license": license,
        "permitted": permitted,
        "revoking": revoking(viewer, license),
        "not_allowed": "" if permitted.activate else not_allowed(viewer, Action.ACTIVATE, license, everybody),
        "shows_internal": shows_internal,
        "customer_name": customer_name(viewer, license),
        "organization_name": organization_name(viewer, license),
        "features": [feature.name for feature in license.features.all()],
        "computers": computers,
        "freed": [] if refusal else undoable(recent),
        "outdated_count": outdated_count(computers.rows),
        "quota": quota,
        "activation_refusal": refusal,
        "can_replace": permitted.replace and replacing is None,
        "doors": doors(viewer, license, refusal) if permitted.activate else [],
        "updates": updates_of(viewer, license, now),
        "who_can_see": who_can_see(viewer, license, everybody),
        "timeline": timeline_page(viewer, license, Cursor.read(parameters, PREFIX), shows_internal=shows_internal),
    }
    return render(request, "licenses/license_detail.html", context)


def _permitted(viewer: Viewer, ways: frozenset[Way]) -> Permitted:
    def allows(action: Action) -> bool:
        return RULES[action].allows(viewer, ways)

    return Permitted(
        activate=allows(Action.ACTIVATE),
        deactivate=allows(Action.DEACTIVATE),
        replace=allows(Action.REPLACE),
        rename=allows(Action.RENAME_COMPUTER),
        license_file=allows(Action.GET_LICENSE_FILE),
        key=allows(Action.SHOW_KEY),
        assign=allows(Action.ASSIGN),
        edit=allows(Action.EDIT),
        renew=allows(Action.RENEW),
        delete=allows(Action.DELETE),
        mail=allows(Action.MAIL),
    )
