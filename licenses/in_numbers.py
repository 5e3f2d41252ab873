"""An organization's licenses in numbers, each leading to the list that it counts."""

from uuid import UUID

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from licenses.models import License
from organizations.licenses_of import Counted
from organizations.viewer import Viewer


def organization_in_numbers(viewer: Viewer, organization_id: UUID) -> list[Counted]:
    """Return how many licenses the organization has, how many are nobody's, and how many activations are in use.

    Counted is what exists for `viewer`: a group does not learn what others sell to its customers.
    """
    rows = License.objects.visible_to(viewer).filter(organization=organization_id, deleted_at=None)
    numbers = rows.aggregate(
        licenses=Count("pk"),
        nobodys=Count("pk", filter=Q(customer=None)),
        in_use=Sum("activations_in_use", default=0),
    )
    licenses = f"{reverse('licenses:list')}?organization={organization_id}"
    return [
        Counted(_("Licenses"), numbers["licenses"], licenses),
        Counted(_("of these without a user"), numbers["nobodys"], licenses),
        Counted(_("Activations in use"), numbers["in_use"], reverse("licenses:computers")),
    ]
