"""Draft, fill, publish and withdraw the releases of the demo, by the portal's own stories."""

import hashlib
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from accounts.audit import Actor, record
from licenses import releasing
from licenses.demo.moments import moment, soon_after
from licenses.demo.people import STELLA
from licenses.demo.products import BENCH, LEDGER, SPECTRA
from licenses.demo.registry import Registry
from licenses.demo.release_notes import RELEASES, ReleasePlan
from licenses.file_storage import received
from licenses.models import Platform, Product, Release
from licenses.release_files import add_file
from licenses.versions import parse

SMALL, LARGE = 24_000, 1_200_000
"""How many bytes the files have; those of the newest releases are large enough to break a download off."""

_FILES = {
    SPECTRA: (
        (Platform.WINDOWS, "SpectraDesk-{}-setup.exe"),
        (Platform.MACOS, "SpectraDesk-{}.dmg"),
        (Platform.LINUX, "spectra-desk-{}-x86_64.tar.xz"),
    ),
    BENCH: ((Platform.WINDOWS, "BenchPilot-{}.msi"), (Platform.LINUX, "bench-pilot-{}-x86_64.AppImage")),
    LEDGER: (
        (Platform.DEBIAN, "calibration-ledger_{}_amd64.deb"),
        (Platform.RED_HAT, "calibration-ledger-{}.x86_64.rpm"),
    ),
}


def make_releases(registry: Registry) -> None:
    """Make the releases of every product."""
    vendor = Actor.vendor(registry.users[STELLA])
    for slug, plans in RELEASES.items():
        out = [plan for plan in plans if plan.ago >= 0 and not plan.is_draft]
        newest = min(out, key=lambda plan: plan.ago)
        for plan in plans:
            _make(registry, registry.products[slug], plan, vendor, size=LARGE if plan is newest else SMALL)


def _make(registry: Registry, product: Product, plan: ReleasePlan, vendor: Actor, *, size: int) -> None:
    """Draft a release the day before it comes out, and let it come out."""
    seed = f"{product.slug} {plan.version}"
    out_at = moment(registry.now, plan.ago, seed)
    drafted_at = min(out_at - timedelta(days=1), registry.now - timedelta(hours=3))
    release = _draft(product, plan, vendor, out_at=out_at, drafted_at=drafted_at)
    if plan.is_draft:
        return
    for platform, name in _FILES[product.slug]:
        content = _content(f"{seed} {platform}", size)
        file_name = name.format(plan.version)
        arrived = received(ContentFile(content))
        add_file(
            release.pk,
            vendor,
            platform=platform,
            name=file_name,
            received=arrived,
            now=soon_after(drafted_at, file_name),
        )
    releasing.publish(release.pk, vendor, at=out_at, now=min(out_at, registry.now - timedelta(hours=1)))
    if plan.withdrawn:
        ago, reason = plan.withdrawn
        releasing.withdraw(release.pk, vendor, reason=reason, now=moment(registry.now, ago, seed))


def _draft(product: Product, plan: ReleasePlan, vendor: Actor, *, out_at: datetime, drafted_at: datetime) -> Release:
    version = parse(plan.version)
    if version is None:
        raise ValueError(plan.version)
    major, minor = version.numbers[:2]
    release = Release(
        product_version=product.versions.get(major=major, minor=minor),
        version=plan.version,
        released_on=out_at.date(),
        notes=plan.notes,
        mail_when_published=plan.mails,
    )
    release.full_clean(exclude=["version_order"])
    release.save(force_insert=True)
    record(vendor, "release.created", release, now=drafted_at)
    return release


def _content(seed: str, size: int) -> bytes:
    """Return bytes that look like a program that was packed, the same for the same seed."""
    return hashlib.shake_256(seed.encode()).digest(size)
