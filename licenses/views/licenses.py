"""The list of licenses and the page of one."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.audit import Actor, Kind
from licenses.doors import doors
from licenses.filters import Criteria
from licenses.listing import license_page
from licenses.models import Activation, License
from licenses.ordering import Place
from licenses.quota import quota_among, quota_refusal, recent_deactivations, undoable
from licenses.refusals import activation_refusal, is_exempt_from_quota
from licenses.sharing import (
    customer_name,
    knows_person,
    not_allowed,
    onlookers,
    organization_name,
    vendor_name,
    who_can_see,
)
from licenses.timeline import PREFIX, timeline_page
from licenses.views.gate import visible_license
from organizations.access import RULES, Action
from organizations.events import actor_as_seen_by
from organizations.middleware import SignedInRequest
from organizations.models import Customer
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


@require_safe
def license_list(request: SignedInRequest) -> HttpResponse:
    """Show one page of the licenses that exist for the person: filtered, searched, in one of the orders."""
    viewer, parameters = request.viewer, request.GET.dict()
    criteria = Criteria.read(viewer, parameters)
    page = license_page(viewer, criteria, Place.read(criteria.order, parameters))
    for license in page.rows:
        license.shown_customer = customer_name(viewer, license)
        license.shown_organization = organization_name(viewer, license)
    sees_others = viewer.group_id is not None or viewer.staff_may("view")
    context = {
        "page": page,
        "switched_off_group": viewer.switched_off_group,
        "shows_customer": sees_others or bool(viewer.contact_of),
        "shows_organization": sees_others,
    }
    return render(request, "licenses/license_list.html", context)


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
    in_use = license.activations.in_use().select_related("activated_by__customer", "activated_for")
    computers = page_of(in_use, Cursor.read(parameters))
    _name_activators(viewer, license, computers.rows)
    context = {
        "license": license,
        "permitted": permitted,
        "not_allowed": "" if permitted.activate else not_allowed(viewer, Action.ACTIVATE, license, everybody),
        "shows_internal": shows_internal,
        "customer_name": customer_name(viewer, license),
        "organization_name": organization_name(viewer, license),
        "features": [feature.name for feature in license.features.all()],
        "computers": computers,
        "freed": [] if refusal else undoable(recent),
        "outdated_count": license.activations.needing_license_file().count(),
        "quota": quota,
        "activation_refusal": refusal,
        "can_replace": permitted.replace and replacing is None,
        "doors": doors(viewer, license, refusal) if permitted.activate else [],
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
    )


def _name_activators(viewer: Viewer, license: License, activations: list[Activation]) -> None:
    """Say who activated each computer, as `viewer` may know it."""
    ways = viewer.ways_to(license)
    for activation in activations:
        activation.license = license
        user, group = activation.activated_by, activation.activated_for
        if user == viewer.user:
            activation.activated_by_name = _("you")
            continue
        actor = Actor(
            Kind(activation.activated_as),
            user.pk if user else None,
            user.get_full_name() if user else "",
            group.name if group else "",
            group.pk if group else None,
        )
        customer: Customer | None = getattr(user, "customer", None)
        is_known = knows_person(viewer, ways, license, actor.user_id, customer.organization_id if customer else None)
        activation.activated_by_name = actor_as_seen_by(viewer, actor, vendor=vendor_name(), is_person_known=is_known)
