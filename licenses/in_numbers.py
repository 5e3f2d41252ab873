"""An organization's licenses in numbers, which lead to their lists; exact up to 10,000, as there."""

from uuid import UUID

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from licenses.models import License
from licenses.querysets import LicenseQuerySet, visible_licenses
from organizations import paging
from organizations.licenses_of import Counted
from organizations.paging import count_in_words
from organizations.viewer import Viewer, Way


def organization_in_numbers(viewer: Viewer, organization_id: UUID) -> list[Counted]:
    """Return how many licenses the organization has, how many are nobody's, and how many activations are in use.

    Counted is what exists for `viewer`: a group does not learn what others sell to its customers.
    """
    rows = License.objects.filter(_existing(viewer, organization_id), organization=organization_id, deleted_at=None)
    licenses = f"{reverse('licenses:list')}?organization={organization_id}"
    return [
        Counted(_("Licenses"), _number(rows), licenses),
        Counted(_("of these without a user"), _number(rows.filter(customer=None))),
        Counted(_("Activations in use"), _in_use(rows), reverse("licenses:computers")),
    ]


def _existing(viewer: Viewer, organization_id: UUID) -> Q:
    """Return the condition under which its licenses exist for `viewer`: none for a contact, for whom all of them do.

    An index alone counts them then.
    """
    is_contact = any(reach.way is Way.CONTACT and organization_id in reach.ids for reach in viewer.reaches())
    return Q() if is_contact else visible_licenses(viewer)


def _number(rows: LicenseQuerySet) -> str:
    return count_in_words(rows.order_by().values("pk")[: paging.COUNT_LIMIT + 1].count(), paging.COUNT_LIMIT)


def _in_use(rows: LicenseQuerySet) -> str:
    """Return how many activations are in use, by the counters of the licenses; no more of them than are needed."""
    in_use = rows.filter(activations_in_use__gt=0).order_by()[: paging.COUNT_LIMIT + 1]
    return count_in_words(in_use.aggregate(number=Sum("activations_in_use"))["number"] or 0, paging.COUNT_LIMIT)
