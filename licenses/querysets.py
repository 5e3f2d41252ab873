"""`visible_to(viewer)`: which licenses and activations exist for a person (rules V1 to V7)."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from licenses.terms import last_ended_date
from organizations.privileges import Privilege
from organizations.viewer import Viewer, Way

if TYPE_CHECKING:
    from licenses.models import (  # noqa: F401  # named by the base classes
        Activation,
        Batch,
        License,
        MailTemplate,
        Release,
    )


MOST_IDS_APART = 20
"""How many organizations of a contact are read one by one, each by its own index."""


def seen_by_way(viewer: Viewer, prefix: str = "") -> list[tuple[Way, Q]]:
    """Return each way in which licenses exist for `viewer`, with its condition.

    `prefix` leads to the license from another model.
    """
    if viewer.staff_may("view"):
        return [(Way.STAFF, Q())]
    exists = Q(**{f"{prefix}deleted_at__isnull": True})
    return [
        (reach.way, exists if reach.column is None else Q(**{f"{prefix}{reach.column}__in": reach.ids}) & exists)
        for reach in viewer.reaches()
    ]


def ways_of_seeing(viewer: Viewer, prefix: str = "") -> list[Q]:
    """Return one condition for each way in which licenses exist for `viewer`; each is answered by one index.

    No condition means no license; one that sees every license stands alone.
    """
    ways = seen_by_way(viewer, prefix)
    for way, condition in ways:
        if way is Way.VIEW_ALL:
            return [condition]
    return [condition for _way, condition in ways]


def ways_apart(viewer: Viewer, prefix: str = "") -> list[Q]:
    """Return the conditions of `ways_of_seeing`, a contact's organizations apart, so that an index gives each order.

    Somebody with more than MOST_IDS_APART organizations gets them in one condition.
    """
    reaches = {reach.way: reach for reach in viewer.reaches()}
    contact = reaches.get(Way.CONTACT)
    if viewer.staff_may("view") or Way.VIEW_ALL in reaches or contact is None or len(contact.ids) > MOST_IDS_APART:
        return ways_of_seeing(viewer, prefix)
    exists = Q(**{f"{prefix}deleted_at__isnull": True})
    others = [condition for way, condition in seen_by_way(viewer, prefix) if way is not Way.CONTACT]
    return [*others, *(Q(**{f"{prefix}{contact.column}": each}) & exists for each in sorted(contact.ids))]


def visible_licenses(viewer: Viewer, prefix: str = "") -> Q:
    """Return the condition under which a license exists for `viewer`: one of the ways, none without a way."""
    ways = ways_of_seeing(viewer, prefix)
    return reduce(or_, ways) if ways else Q(pk__in=())


def files_out_of_date(now: datetime | None = None) -> Q:
    """Return the condition under which an activation needs a license file: `Activation.needs_license_file`."""
    issued_at = F("license_file_issued_at")
    out_of_date = (
        Q(license__terms_changed_at__gt=issued_at)
        | Q(renamed_at__gt=issued_at)
        | Q(license_file_ends_at__lte=now or timezone.now())
    )
    goes_on = Q(license__expires_on=None) | Q(license__expires_on__gt=last_ended_date(now))
    return out_of_date & goes_on & Q(deactivated_at=None, license__revoked_at=None)


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
        """Return the computers in use whose license file is out of date."""
        return self.filter(files_out_of_date(now))

    def with_outdated_count(self, license_id: UUID, now: datetime | None = None) -> Self:
        """Return them with the number of all computers on that license whose license file is out of date."""
        outdated = self.model.objects.filter(license=license_id).needing_license_file(now)
        number = outdated.order_by().values("license").annotate(number=Count("pk")).values("number")
        return self.annotate(outdated_count=Coalesce(Subquery(number), 0))


def outdated_count(rows: Iterable["Activation"]) -> int:
    """Return the number that `with_outdated_count` found; where no computer is in use, none has a file."""
    first = next(iter(rows), None)
    return 0 if first is None else int(vars(first)["outdated_count"])


class ReleaseQuerySet(QuerySet["Release"]):
    """Releases. They have no viewer of their own: a license that exists for somebody shows those of its product."""

    def published(self, now: datetime | None = None) -> Self:
        """Return those that exist for customers at `now` and were not withdrawn."""
        return self.filter(published_at__lte=now or timezone.now(), withdrawn_at=None)

    def newest_first(self) -> Self:
        """Return them by version, the highest first; two milestones with one version by their age."""
        return self.order_by("-version_order", "-pk")


class BatchQuerySet(QuerySet["Batch"]):
    """Orders."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the orders of one's user group; staff: all. Which of their licenses exist is asked of those."""
        if viewer.staff_may("view"):
            return self.all()
        if not viewer.user.is_active or viewer.group_id is None:
            return self.none()
        return self.filter(user_group_id=viewer.group_id)


class MailTemplateQuerySet(QuerySet["MailTemplate"]):
    """Mails about licenses."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return all of them to user groups that may mail, and to staff; none to anybody else."""
        is_sender = viewer.has(Privilege.SEND_MAIL) or viewer.staff_may("view")
        return self.all() if viewer.user.is_active and is_sender else self.none()
