"""`visible_to(viewer)`: which licenses and activations exist for a person (rules V1 to V7)."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from licenses.terms import last_ended_date
from organizations.viewer import Viewer

if TYPE_CHECKING:
    from licenses.models import Activation, License  # noqa: F401  # named by the base classes


def ways_of_seeing(viewer: Viewer, prefix: str = "") -> list[Q]:
    """Return one condition for each way in which licenses exist for `viewer`; each is answered by one index.

    `prefix` leads to the license from another model. No condition means no license; one that
    sees every license stands alone.
    """
    if viewer.staff_may("view"):
        return [Q()]
    exists = Q(**{f"{prefix}deleted_at__isnull": True})
    reaches = viewer.reaches()
    if any(reach.column is None for reach in reaches):
        return [exists]
    return [Q(**{f"{prefix}{reach.column}__in": reach.ids}) & exists for reach in reaches]


def visible_licenses(viewer: Viewer, prefix: str = "") -> Q:
    """Return the condition under which a license exists for `viewer`: one of the ways, none without a way."""
    ways = ways_of_seeing(viewer, prefix)
    return reduce(or_, ways) if ways else Q(pk__in=())


class LicenseQuerySet(QuerySet["License"]):
    """Licenses."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the licenses that exist for `viewer`."""
        return self.filter(visible_licenses(viewer))


class ActivationQuerySet(QuerySet["Activation"]):
    """Activations."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the activations of the licenses that exist for `viewer`."""
        return self.filter(visible_licenses(viewer, "license__"))

    def in_use(self) -> Self:
        """Return those that use their license now."""
        return self.filter(deactivated_at=None)

    def needing_license_file(self, now: datetime | None = None) -> Self:
        """Return the computers in use whose license file is out of date: `Activation.needs_license_file`."""
        issued_at = F("license_file_issued_at")
        out_of_date = (
            Q(license__terms_changed_at__gt=issued_at)
            | Q(renamed_at__gt=issued_at)
            | Q(license_file_ends_at__lte=now or timezone.now())
        )
        goes_on = Q(license__expires_on=None) | Q(license__expires_on__gt=last_ended_date(now))
        return self.in_use().filter(out_of_date, goes_on, license__revoked_at=None)
