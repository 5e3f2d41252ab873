"""Section 2: what must always be true of releases, their files and downloads, the database itself holds."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db.models import Model
from django.utils import timezone

from licenses.models import Download, Platform, Release, ReleaseFile
from tests.cast import Cast, make_cast
from tests.releases import make_download
from tests.test_constraints import change, delete, what_was_accepted

NOW = timezone.now()


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast, of whom Mira downloaded the only release."""
    cast = make_cast()
    make_download(cast.license, cast.release_file, cast.mira)
    return cast


def release(cast: Cast, **values: object) -> object:
    facts = {"product_version": cast.license.product_version, "version": "4.1.6", "released_on": date(2026, 3, 2)}
    return Release.objects.bulk_create([Release(**(facts | values))])


def file(cast: Cast, **values: object) -> object:
    facts = {"platform": Platform.WINDOWS, "file": "releases/other", "name": "a.zip", "size": 1, "sha256": "0" * 64}
    return ReleaseFile.objects.bulk_create([ReleaseFile(release=cast.release_file.release, **(facts | values))])


def the(model: type[Model]) -> Model:
    return model._default_manager.get()


REFUSED: dict[str, Callable[[Cast], object]] = {
    "version twice": lambda cast: release(cast, version="4.1.5"),
    "version twice, written otherwise": lambda cast: release(cast, version="4.1.5.0"),
    "release without a version": lambda cast: release(cast, version=""),
    "release of no version": lambda cast: release(cast, version="newest"),
    "release out of any calendar": lambda cast: release(cast, released_on=date(9999, 1, 1)),
    "withdrawn without a reason": lambda cast: change(the(Release), withdrawn_at=NOW),
    "reason without being withdrawn": lambda cast: change(the(Release), withdrawn_reason="Broken."),
    "withdrawn and never published": lambda cast: release(cast, withdrawn_at=NOW, withdrawn_reason="Broken."),
    "announced and never published": lambda cast: release(cast, announced_at=NOW),
    "platform twice": lambda cast: file(cast, platform=Platform.LINUX),
    "unknown platform": lambda cast: file(cast, platform="amiga"),
    "empty file": lambda cast: file(cast, size=0),
    "negative size": lambda cast: file(cast, size=-1),
    "checksum that is none": lambda cast: file(cast, sha256="G" * 64),
    "checksum in capitals": lambda cast: file(cast, sha256="A" * 64),
    "checksum with a line break": lambda cast: file(cast, sha256="0" * 63 + "\n"),
    "file without a name": lambda cast: file(cast, name=""),
    "file name with a folder": lambda cast: file(cast, name="../a.zip"),
    "file name with a folder of Windows": lambda cast: file(cast, name="..\\a.zip"),
    "file that lies nowhere": lambda cast: file(cast, file=""),
    "two rows for one stored file": lambda cast: file(cast, file=ReleaseFile.objects.get().file.name),
    "download twice": lambda cast: Download.objects.bulk_create(
        [
            Download(
                license=cast.license,
                release=Release.objects.get(),
                platform=Platform.LINUX,
                user=cast.mira.user,
            )
        ]
    ),
    "download that was last before it was first": lambda cast: change(the(Download), last_at=NOW - timedelta(days=9)),
}

ACCEPTED: dict[str, Callable[[Cast], object]] = {
    "release": release,
    "pre-release": lambda cast: release(cast, version="4.1.5-rc.1"),
    "file for another platform": file,
    "withdrawn for a reason": lambda cast: change(the(Release), withdrawn_at=NOW, withdrawn_reason="Broken."),
}

HISTORY: dict[str, Callable[[Cast], object]] = {
    "product version of a release": lambda cast: delete(cast.license.product_version),
    "release with files": lambda cast: delete(the(Release)),
    "license that was downloaded by": lambda cast: delete(cast.license),
    "person who downloaded": lambda cast: delete(cast.mira.user),
}


def test_database_refuses_what_must_never_be(cast: Cast) -> None:
    assert what_was_accepted(cast, REFUSED) == set()


def test_database_accepts_what_may_be(cast: Cast) -> None:
    assert what_was_accepted(cast, ACCEPTED) == set(ACCEPTED)


def test_database_keeps_what_history_hangs_on(cast: Cast) -> None:
    assert what_was_accepted(cast, HISTORY) == set()
