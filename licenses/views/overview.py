"""The page after signing in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from licenses.figures import figures_for
from licenses.findings import pictures
from licenses.first_steps import first_steps
from licenses.new_updates import new_updates
from licenses.overview import own_meters, tallies, tasks, totals, whose_licenses
from organizations.activity import recent_activity
from organizations.activity_filters import ActivityFilters
from organizations.licenses_of import Topic
from organizations.middleware import SignedInRequest

RECENT = 8
"""How much is shown of what happened to licenses and computers lately."""


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Show what needs doing first, how many licenses there are of what, and what happened lately."""
    viewer = request.viewer
    figures, few = figures_for(viewer)
    context: dict[str, object] = {
        "switched_off_group": viewer.switched_off_group,
        "recent": recent_activity(viewer, RECENT, ActivityFilters(kind=Topic.LICENSES)),
        "meters": own_meters(viewer),
    }
    if figures.licenses:
        needing = tasks(viewer, figures, few)
        context |= {
            "whose": whose_licenses(viewer),
            "tasks": needing,
            "updates": new_updates(viewer, figures.coverages, are_kept=figures.are_kept),
            "is_calm": not any(task.is_urgent for task in needing),
            "totals": totals(figures),
            "tallies": tallies(figures),
            "pictures": pictures(figures),
            "counted_at": figures.counted_at if figures.are_kept else None,
        }
    else:
        context["first_steps"] = first_steps(viewer)
    return render(request, "licenses/overview.html", context)
