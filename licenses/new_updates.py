"""What came out lately, is included in somebody's licenses, and was not downloaded by them yet."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone

from licenses.eligibility import covering, downloads_q
from licenses.models import Download, License, Release
from licenses.querysets import ways_apart
from organizations.paging import union_of
from organizations.viewer import Viewer, Way

LATELY = timedelta(days=90)
MOST_SHOWN = 3
_OWN_WAYS = frozenset({Way.OWN, Way.CONTACT})


@dataclass(frozen=True)
class Coverage:
    """What a person's licenses of one product version include: its releases, and others up to `until`."""

    product_id: UUID
    version_id: UUID
    until: date | None

    def includes(self, release: Release) -> bool:
        """Return whether one of the licenses includes a published release."""
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


def coverage_of(viewer: Viewer) -> list[Coverage]:
    """Return what the licenses include that are for `viewer` to use and download something, by one query."""
    rows = License.objects.visible_to(theirs(viewer)).filter(downloads_q()).order_by()
    by_version = rows.values_list("product_version__product", "product_version").annotate(Max("maintenance_until"))
    return [Coverage(*row) for row in by_version]


def new_updates(viewer: Viewer, coverages: Iterable[Coverage], now: datetime | None = None) -> list[NewUpdate]:
    """Return the latest eligible updates of the last 90 days that `viewer` has not downloaded, the newest first.

    At most one for each product and MOST_SHOWN in all, by two queries.
    """
    coverages, now = list(coverages), now or timezone.now()
    if not coverages:
        return []
    mine = Download.objects.filter(user=viewer.user.pk, release=OuterRef("pk"))
    products = {coverage.product_id for coverage in coverages}
    releases = list(
        Release.objects.published(now)
        .filter(product_version__product__in=products)
        .annotate(is_downloaded=Exists(mine))
        .select_related("product_version__product")
        .defer("notes")
    )
    latest = [release for release in _latest(releases, coverages) if _is_new(release, now)]
    latest.sort(key=lambda release: (release.released_on, release.pk), reverse=True)
    return _with_licenses(viewer, latest[:MOST_SHOWN])


def _latest(releases: Iterable[Release], coverages: Iterable[Coverage]) -> Iterable[Release]:
    """Return for each product the highest version that any license includes."""
    found: dict[UUID, Release] = {}
    for release in sorted(releases, key=lambda release: (release.version_order, release.pk)):
        if any(coverage.includes(release) for coverage in coverages):
            found[release.product_version.product_id] = release
    return found.values()


def _is_new(release: Release, now: datetime) -> bool:
    is_downloaded: bool = vars(release)["is_downloaded"]
    return not is_downloaded and release.published_at is not None and release.published_at > now - LATELY


def _with_licenses(viewer: Viewer, releases: list[Release]) -> list[NewUpdate]:
    """Return each release with the newest license that includes it; each way of seeing is limited by itself."""
    arms = [
        License.objects.filter(way & covering(release)).order_by("-pk")[:1]
        for release in releases
        for way in ways_apart(theirs(viewer))
    ]
    by_product: dict[UUID, tuple[UUID, str]] = {}
    for product_id, license_id, key_tail in sorted(union_of(arms, "product_version__product", "pk", "key_tail")):
        by_product[product_id] = license_id, key_tail
    return [
        NewUpdate(product.name, release.version, release.released_on, *by_product[product.pk])
        for release in releases
        if (product := release.product_version.product).pk in by_product
    ]
