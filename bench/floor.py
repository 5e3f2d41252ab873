"""The floor: what a list of licenses costs at the least in this portal.

A view under the same server, session and middleware, inside the same base page, that runs as
many indexed queries as the list and prints the same rows and columns as bare text.
"""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from licenses.models import License
from licenses.status import status_of
from organizations.middleware import SignedInRequest
from organizations.viewer import Viewer, Way

OWN_QUERIES = 2
COLUMNS = (
    "pk",
    "product_version__product__name",
    "product_version__major",
    "product_version__minor",
    "key_tail",
    "license_model",
    "revoked_at",
    "max_activations",
    "activations_in_use",
    "expires_on",
    "maintenance_until",
    "customer__user__full_name",
    "organization__name",
)


@require_safe
def floor(request: SignedInRequest) -> HttpResponse:
    """Print the newest `rows` of the person's licenses; ask the database `queries` questions for it, at least two."""
    wanted, queries = int(request.GET["rows"]), int(request.GET["queries"])
    found = list(_by_one_index(request.viewer).order_by("-pk").values_list("pk", flat=True)[:wanted])
    rows = License.objects.filter(pk__in=found).order_by("-pk").values_list(*COLUMNS, named=True)
    lines = [" ".join(map(str, (status_of(row).label, *row))) for row in rows]
    for _ in range(queries - OWN_QUERIES):
        License.objects.filter(pk=request.viewer.user.pk).exists()
    return render(request, "bench/floor.html", {"text": "\n".join(lines)})


def _by_one_index(viewer: Viewer) -> QuerySet[License]:
    """Return the licenses of the organization or the user group that the person sees the most of; for staff all."""
    if viewer.staff_may("view"):
        return License.objects.all()
    reaches = {reach.way: reach for reach in viewer.reaches()}
    reach = reaches.get(Way.CONTACT) or reaches.get(Way.GROUP) or reaches[Way.OWN]
    return License.objects.filter(**{f"{reach.column}": next(iter(reach.ids))})
