"""A file of 1 GB that people of the small data set download."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db.models import Count
from django.utils import timezone

from bench.asking import Visit
from bench.serving import Server
from bench.visitors import sign_in
from launcher.folder import HERE
from launcher.processes import Running
from licenses.models import License, LicenseModel, Platform, ProductVersion, Release, ReleaseFile
from licenses.models.releases import release_files_storage

BYTES = 1_000_000_000
DATABASE = "small"
NAME = "releases/bench-p9"
NO_CHECKSUM = "0" * 64
"""Nothing on the way reads the file, so nothing would notice."""


@contextmanager
def big_file() -> Iterator[ReleaseFile]:
    """Publish a release with a file of 1 GB, which takes up no room on the disk, and take all of it back."""
    storage = release_files_storage()
    name = storage.save(NAME, ContentFile(b""))
    os.truncate(storage.path(name), BYTES)
    release = Release(product_version=_version(), version="99.0.0", released_on=timezone.now().date())
    release.published_at = timezone.now() - timedelta(days=1)
    file = ReleaseFile(release=release, platform=Platform.ANY, name="bench.zip", size=BYTES, sha256=NO_CHECKSUM)
    file.file.name = name
    release.save(using=DATABASE)
    file.save(using=DATABASE)
    try:
        yield file
    finally:
        release.downloads.using(DATABASE).delete()
        file.delete(using=DATABASE)
        release.delete(using=DATABASE)
        storage.delete(name)


def _version() -> ProductVersion:
    """Return the product version with the most licenses."""
    rows = ProductVersion.objects.using(DATABASE).annotate(licenses=Count("license"))
    return rows.order_by("licenses").reverse()[0]


def downloads(server: Server, file: ReleaseFile, number: int) -> list[Visit]:
    """Return the visits by which `number` different customers download the file, each by a license of their own."""
    rows = License.objects.using(DATABASE).filter(
        product_version=file.release.product_version_id,
        license_model=LicenseModel.PERMANENT,
        customer__isnull=False,
        revoked_at=None,
        deleted_at=None,
    )
    by_customer = {license.customer_id: license for license in rows.select_related("customer__user")[: 20 * number]}
    chosen = [license for license in by_customer.values() if license.customer][:number]
    return [
        sign_in(license.customer.user.email, server, DATABASE).to(f"/releases/{file.pk}/download/{license.pk}/")
        for license in chosen
        if license.customer
    ]


def fetching(visit: Visit, speed: int) -> Running:
    """Start downloading in a process of its own, at `speed` bytes in a second; 0: as fast as it comes."""
    return subprocess.Popen(
        [sys.executable, "-m", "bench.fetching", visit.portal_url + visit.path, str(speed)],
        cwd=HERE,
        env={**os.environ, "FETCHING_COOKIE": visit.cookie},
        stdout=subprocess.PIPE,
    )


@contextmanager
def meanwhile(visits: Sequence[Visit], speed: int) -> Iterator[None]:
    """Let all `visits` be downloading, and break them off in the end."""
    with ExitStack() as running:
        for visit in visits:
            process = running.enter_context(fetching(visit, speed))
            running.callback(process.kill)
        yield
