"""Files of releases for the tests: uploaded by the story, and what arrives of them."""

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts.audit import SYSTEM
from licenses.file_storage import received
from licenses.models import License, Platform, Product, Release, ReleaseFile
from licenses.release_files import add_file
from tests.releases import make_release

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

CONTENT = b"Spectra 4.1.5, as it was built. " * 100
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def make_draft(product: Product, version: str = "4.1.5") -> Release:
    """Make a release that nobody but staff knows of."""
    return make_release(product, version, released_on=date(2025, 6, 1), is_draft=True)


def make_file(
    release: Release, *, name: str = "spectra-4.1.5.zip", content: bytes = CONTENT, platform: Platform = Platform.ANY
) -> ReleaseFile:
    """Upload a file for `release`."""
    return add_file(release.pk, SYSTEM, platform=platform, name=name, received=received(ContentFile(content)))


def make_published_file(product: Product, version: str = "4.1.5", *, name: str = "spectra-4.1.5.zip") -> ReleaseFile:
    """Make a published release with one file."""
    file = make_file(make_draft(product, version), name=name)
    publish(file)
    return file


def publish(file: ReleaseFile) -> None:
    """Publish the release of `file`, yesterday."""
    Release.objects.filter(pk=file.release_id).update(published_at=timezone.now() - timedelta(days=1))
    file.release.refresh_from_db()


def download_path(file: ReleaseFile, license: License) -> str:
    """Return where `file` is downloaded by `license`."""
    return reverse("licenses:download", args=[file.pk, license.pk])


def body(answer: "Page") -> bytes:
    """Return what came, streamed or not; a streamed answer ends with it."""
    return bytes(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def everything_kept() -> set[Path]:
    """Return every file that is stored for releases, or that is being received."""
    folders = [Path(settings.PORTAL_DATA_DIR) / name for name in ("files", "uploads")]
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}
