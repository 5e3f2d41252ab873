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
from licenses.listing import Cursor, license_page, page_of
from licenses.models import Activation, License
from licenses.quota import quota_among, recent_deactivations
from licenses.refusals import activation_refusal
from licenses.sharing import customer_name, knows_person, organization_name, vendor_name, who_can_see
from licenses.timeline import PREFIX, timeline_page
from licenses.views.gate import visible_license
from organizations.access import RULES, Action
from organizations.events import actor_as_seen_by
from organizations.middleware import SignedInRequest
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
    """Show one page of the licenses that exist for the person, newest first."""
    viewer = request.viewer
    page = license_page(viewer, Cursor.read(request.GET.dict()))
    for license in page.rows:
        license.shown_customer = customer_name(viewer, license)
        license.shown_organization = organization_name(viewer, license)
    sees_others = viewer.group_id is not None or viewer.staff_may("view")
    context = {
        "page": page,
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
    recent = recent_deactivations(license, now)
    refusal = activation_refusal(license)
    ended = license.revoked_at is not None or license.is_expired
    in_use = license.activations.in_use().select_related("activated_by")
    computers = page_of(in_use, Cursor.read(parameters))
    _name_activators(viewer, license, computers.rows)
    context = {
        "license": license,
        "permitted": _permitted(viewer, ways),
        "shows_internal": shows_internal,
        "customer_name": customer_name(viewer, license),
        "organization_name": organization_name(viewer, license),
        "features": [feature.name for feature in license.features.all()],
        "computers": computers,
        "freed": [activation for activation in recent if activation.can_undo],
        "outdated_count": 0 if ended else license.activations.needing_license_file().count(),
        "quota": quota_among(license, recent, now),
        "activation_refusal": refusal,
        "doors": doors(license, refusal),
        "who_can_see": who_can_see(viewer, license),
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
    ways = viewer.ways_to(license)
    group_name = license.user_group.name if license.user_group else ""
    for activation in activations:
        user = activation.activated_by
        is_known = knows_person(viewer, ways, license, activation.activated_by_id)
        actor = Actor(
            Kind(activation.activated_as), user.pk if user else None, user.get_full_name() if user else "", group_name
        )
        activation.activated_by_name = (
            _("you")
            if user == viewer.user
            else actor_as_seen_by(viewer, actor, vendor=vendor_name(), is_person_known=is_known)
        )
        activation.license = license
