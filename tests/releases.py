"""Releases that tests play with, published by default, and their files."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from licenses.models import Download, License, Platform, Product, ProductVersion, Release, ReleaseFile
from licenses.versions import parse
from organizations.models import Customer

RELEASED_ON = date(2026, 3, 2)


def make_release(
    product: Product,
    version: str = "4.1.5",
    *,
    released_on: date = RELEASED_ON,
    notes: str = "",
    is_draft: bool = False,
    published_at: datetime | None = None,
    withdrawn: str = "",
    mails: bool = False,
) -> Release:
    """Make a release of `product`, and the product version where it is missing; `withdrawn` is the reason."""
    read = parse(version)
    assert read is not None
    major, minor = read.numbers[:2]
    milestone, _is_new = ProductVersion.objects.get_or_create(
        product=product, major=major, minor=minor, defaults={"released_on": released_on}
    )
    now = timezone.now()
    return Release.objects.create(
        product_version=milestone,
        version=version,
        released_on=released_on,
        notes=notes,
        published_at=None if is_draft else published_at or now - timedelta(days=1),
        withdrawn_at=now if withdrawn else None,
        withdrawn_reason=withdrawn,
        mail_when_published=mails,
    )


def make_release_file(
    release: Release, platform: Platform = Platform.LINUX, *, name: str = "", content: bytes = b"program"
) -> ReleaseFile:
    """Make a file of `release` that lies in the storage."""
    row = ReleaseFile(release=release, platform=platform, size=len(content), name=name or f"{release.version}.tar.gz")
    row.sha256 = hashlib.sha256(content).hexdigest()
    row.file.save(uuid4().hex, ContentFile(content), save=False)
    row.save(force_insert=True)
    return row


def make_download(license: License, file: ReleaseFile, customer: Customer) -> Download:
    """Let the customer have downloaded the file by the license."""
    return Download.objects.create(license=license, release=file.release, platform=file.platform, user=customer.user)
