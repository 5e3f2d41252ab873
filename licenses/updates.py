"""The updates of a license: every release of its product, included or not and why, and what can be downloaded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import DateTimeField, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.safestring import SafeString

from licenses.eligibility import is_included, latest_eligible_release, why
from licenses.models import Download, License, Platform, Release, ReleaseFile
from licenses.notes import rendered_notes
from organizations.paging import Page, neighbour_url, read_place
from organizations.viewer import Viewer

ROWS = 10
"""How many releases a page shows; with their notes they are long."""

_SIGNS = (
    (("Windows NT", "ARM64"), Platform.WINDOWS_ARM),
    (("Windows",), Platform.WINDOWS),
    (("Macintosh",), Platform.MACOS),
    (("Linux", "aarch64"), Platform.LINUX_ARM),
    (("Linux", "x86_64"), Platform.LINUX),
)


@dataclass(frozen=True)
class Row:
    """One release: whether the license includes it, and why; `downloaded_at` is when the person last got it by it.

    `is_latest` says that it is the latest eligible update.
    """

    release: Release
    is_latest: bool
    is_included: bool
    why: str
    notes: SafeString
    offers: Sequence[ReleaseFile]
    downloaded_at: datetime | None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is shown only because the person downloaded it before it was withdrawn."""
        return self.release.withdrawn_at is not None


@dataclass(frozen=True)
class Updates:
    """All releases of the license's product that exist for a person, newest first, without notes and files."""

    license: License
    all: Sequence[Release]
    latest: Release | None
    """The latest eligible update."""

    @property
    def newest(self) -> Release | None:
        """The newest published release, included or not."""
        return next((release for release in self.all if release.withdrawn_at is None), None)

    @property
    def newer(self) -> Release | None:
        """The newest published release, where the license does not include it."""
        return None if self.newest is None or self.newest == self.latest else self.newest

    @property
    def downloaded_at(self) -> datetime | None:
        """When the person last downloaded the latest eligible update."""
        return downloaded_at(self.latest) if self.latest else None

    @property
    def why_not_newer(self) -> str:
        """Why the newest release is not included."""
        return why(self.license, self.newer, self.latest) if self.newer else ""


def updates_of(viewer: Viewer, license: License, now: datetime | None = None) -> Updates:
    """Return the updates of `license` for `viewer`, by one query.

    What was withdrawn exists only for who downloaded it by this license.
    """
    now = now or timezone.now()
    mine = Download.objects.filter(license=license.pk, release=OuterRef("pk"), user=viewer.user.pk)
    last_at = mine.order_by().values("release").annotate(at=Max("last_at")).values("at")
    rows = (
        Release.objects.filter(product_version__product=license.product.pk, published_at__lte=now)
        .annotate(downloaded_at=Subquery(last_at, output_field=DateTimeField()))
        .filter(Q(withdrawn_at=None) | Q(downloaded_at__isnull=False))
        .newest_first()
        .select_related("product_version")
        .defer("notes")
    )
    found = list(rows)
    return Updates(license, found, latest_eligible_release(license, found, now))


def downloaded_at(release: Release) -> datetime | None:
    """Return when the person for whom `release` was fetched last downloaded it."""
    at: datetime | None = vars(release).get("downloaded_at")
    return at


def files_for(viewer: Viewer, license: License, now: datetime | None = None) -> "QuerySet[ReleaseFile]":
    """Return the files that exist for who sees `license`: of its product, published.

    Those of a withdrawn release exist only for who downloaded it by this license, to be told why
    they cannot be had any more.
    """
    mine = Download.objects.filter(license=license.pk, user=viewer.user.pk).values("release")
    exists = Q(release__withdrawn_at=None) | Q(release__in=mine)
    of_product = Q(
        release__product_version__product=license.product.pk, release__published_at__lte=now or timezone.now()
    )
    return ReleaseFile.objects.filter(of_product & exists).select_related("release__product_version__product")


def page_of_updates(updates: Updates, parameters: Mapping[str, str]) -> tuple[Page[Row], Row | None]:
    """Return one page of releases, the highest version first, and the row of the latest eligible update.

    A cursor that leads nowhere shows the first page.
    """
    start = _start(updates, parameters)
    shown = updates.all[start : start + ROWS]
    rows = _rows(updates, {*shown, *([updates.latest] if updates.latest else [])})
    has_more = start + ROWS < len(updates.all)
    page = Page(
        [rows[release] for release in shown],
        neighbour_url("before", str(shown[0].pk), {}) if shown and start else None,
        neighbour_url("after", str(shown[-1].pk), {}) if shown and has_more else None,
    )
    return page, rows[updates.latest] if updates.latest else None


def _start(updates: Updates, parameters: Mapping[str, str]) -> int:
    """Return at which release the page begins that the parameters ask for."""
    place = read_place(parameters, UUID)
    keys = [release.pk for release in updates.all]
    if place is None or place[0] not in keys:
        return 0
    key, is_backwards = place
    start = max(0, keys.index(key) - ROWS) if is_backwards else keys.index(key) + 1
    return start if start < len(keys) else 0


def _rows(updates: Updates, releases: Collection[Release]) -> dict[Release, Row]:
    """Return the rows of some of the releases, with notes and files, by two queries."""
    ids = [release.pk for release in releases]
    notes = dict(Release.objects.filter(pk__in=ids).values_list("pk", "notes"))
    offered: dict[UUID, list[ReleaseFile]] = {key: [] for key in ids}
    for file in ReleaseFile.objects.filter(release__in=ids):
        offered[file.release_id].append(file)
    return {release: _row(updates, release, notes[release.pk], offered[release.pk]) for release in releases}


def _row(updates: Updates, release: Release, notes: str, offered: list[ReleaseFile]) -> Row:
    license = updates.license
    is_there = is_included(license, release)
    order = {platform: place for place, platform in enumerate(Platform.values)}
    return Row(
        release,
        release == updates.latest,
        is_there,
        "" if release.withdrawn_at else why(license, release, updates.latest),
        rendered_notes(notes),
        sorted(offered, key=lambda file: order[file.platform]) if is_there else [],
        downloaded_at(release),
    )


def likely_platform(user_agent: str) -> Platform | None:
    """Return the platform that a browser says it runs on, where there may be a file for it."""
    return next((platform for signs, platform in _SIGNS if all(sign in user_agent for sign in signs)), None)


def fitting_first(offers: Sequence[ReleaseFile], platform: Platform | None) -> list[ReleaseFile]:
    """Return `offers` with the one for `platform` in front."""
    return sorted(offers, key=lambda file: file.platform != platform)
