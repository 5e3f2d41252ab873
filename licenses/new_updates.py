"""What came out lately, is included in somebody's licenses, and was not downloaded by them yet."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import CharField, Exists, Max, OuterRef, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils import timezone

from licenses.eligibility import downloads_q
from licenses.models import Download, License, Release
from licenses.querysets import ways_of_seeing
from organizations.viewer import Viewer, Way

LATELY = timedelta(days=90)
MOST_SHOWN = 3
_OWN_WAYS = frozenset({Way.OWN, Way.CONTACT})
_SPACE = " "


@dataclass(frozen=True)
class Coverage:
    """What a person's licenses of one product version include: its releases, and others up to `until`.

    `license_id` is the license of them that includes the most, and `key_tail` the end of its key.
    """

    product_id: UUID
    version_id: UUID
    until: date | None
    license_id: UUID
    key_tail: str

    @classmethod
    def read(cls, product_id: UUID, version_id: UUID, best: str | None) -> "list[Coverage]":
        """Return what the `best_license` of a product version says; nothing where there is none."""
        if best is None:
            return []
        until, license_id, key_tail = best.split(_SPACE)
        return [cls(product_id, version_id, date.fromisoformat(until) if until else None, UUID(license_id), key_tail)]

    def includes(self, release: Release) -> bool:
        """Return whether the license includes a published release."""
        if release.product_version_id == self.version_id:
            return True
        is_same_product = release.product_version.product_id == self.product_id
        return is_same_product and self.until is not None and release.released_on <= self.until


@dataclass(frozen=True)
class NewUpdate:
    """A release to download, and a license by which it can be."""

    product: str
    version: str
    released_on: date
    license_id: UUID
    key_tail: str

    @property
    def url(self) -> str:
        """The page of updates of that license."""
        return reverse("licenses:updates", kwargs={"license_id": self.license_id})


def theirs(viewer: Viewer) -> Viewer:
    """Return `viewer` with the licenses alone that are for them and their organizations to use."""
    return replace(viewer, ways=viewer.ways & _OWN_WAYS)


def best_license(viewer: Viewer) -> Combinable:
    """Return what tells of a group of licenses which one includes the most of those that are for `viewer` to use.

    That is one text, the end of updates first, so that the one pass that counts everything finds it too.
    """
    ways = ways_of_seeing(theirs(viewer))
    if not ways:
        return Value(None, output_field=CharField())
    until = Coalesce(Cast("maintenance_until", CharField()), Value(""))
    text = Concat(until, Value(_SPACE), Cast("pk", CharField()), Value(_SPACE), "key_tail", output_field=CharField())
    return Max(text, filter=reduce(or_, ways) & downloads_q())


def new_updates(
    viewer: Viewer, coverages: Iterable[Coverage], *, are_kept: bool = False, now: datetime | None = None
) -> list[NewUpdate]:
    """Return the latest eligible updates of the last 90 days that `viewer` has not downloaded, the newest first.

    At most one for each product and MOST_SHOWN in all, by one query; by another one where the
    coverages `are_kept` from a while ago, and licenses may have changed hands.
    """
    coverages, now = list(coverages), now or timezone.now()
    if are_kept:
        seen = License.objects.visible_to(theirs(viewer)).filter(pk__in=[each.license_id for each in coverages])
        still = set(seen.values_list("pk", flat=True))
        coverages = [coverage for coverage in coverages if coverage.license_id in still]
    if not coverages:
        return []
    found = [
        NewUpdate(release.product_version.product.name, release.version, release.released_on, *by)
        for release, by in _latest(_releases(viewer, coverages, now), coverages)
        if _is_new(release, now)
    ]
    return sorted(found, key=lambda update: (update.released_on, update.product), reverse=True)[:MOST_SHOWN]


def _releases(viewer: Viewer, coverages: Iterable[Coverage], now: datetime) -> list[Release]:
    mine = Download.objects.filter(user=viewer.user.pk, release=OuterRef("pk"))
    rows = Release.objects.published(now).filter(product_version__product__in={each.product_id for each in coverages})
    rows = rows.annotate(is_downloaded=Exists(mine)).select_related("product_version__product").defer("notes")
    return sorted(rows, key=lambda release: (release.version_order, release.pk))


def _latest(releases: Iterable[Release], coverages: Iterable[Coverage]) -> Iterable[tuple[Release, tuple[UUID, str]]]:
    """Return for each product the highest version that a license includes, with one that does; the last wins."""
    found: dict[UUID, tuple[Release, tuple[UUID, str]]] = {}
    for release in releases:
        for coverage in coverages:
            if coverage.includes(release):
                by = coverage.license_id, coverage.key_tail
                found[release.product_version.product_id] = release, by
    return found.values()


def _is_new(release: Release, now: datetime) -> bool:
    is_downloaded: bool = vars(release)["is_downloaded"]
    return not is_downloaded and release.published_at is not None and release.published_at > now - LATELY
