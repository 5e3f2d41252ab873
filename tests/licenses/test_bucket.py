"""Files of releases in a bucket: stored, delivered by an address that works for a minute, missed when it is away."""

import hashlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client, override_settings

from accounts.audit import SYSTEM
from accounts.models import AuditEvent
from licenses.errors import LicenseError
from licenses.file_storage import new_name, put_in_place, received, sum_of
from licenses.models import License, Platform, Product, ReleaseFile
from licenses.models.releases import release_files_storage
from licenses.release_files import add_file
from licenses.stored_files import altered_files
from qlmportal.environment import make_environment
from qlmportal.files import release_files
from tests.licenses.files import CONTENT, SHA256, download_path, make_draft, make_file, make_published_file
from tests.licenses.pages import words
from tests.support.bucket import BUCKET, KEYS, REGION, running_bucket

UNUSED = Path("/nowhere")


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    with running_bucket() as url:
        yield url


def in_bucket(endpoint: str) -> dict[str, object]:
    """Return the setting STORAGES with a bucket as PORTAL_FILES names it."""
    variables = {
        "PORTAL_FILES": f"s3://{BUCKET}/of-the-portal?endpoint={endpoint}&region={REGION}",
        "PORTAL_FILES_KEY_ID": KEYS["aws_access_key_id"],
        "PORTAL_FILES_SECRET": KEYS["aws_secret_access_key"],
    }
    return {"release_files": release_files(make_environment(variables), UNUSED)}


@pytest.fixture
def bucket(bucket_url: str, settings: object) -> Iterator[None]:
    with override_settings(STORAGES={**settings.STORAGES, **in_bucket(bucket_url)}):
        yield


@pytest.fixture
def unreachable(settings: object) -> Iterator[None]:
    with override_settings(STORAGES={**settings.STORAGES, **in_bucket("http://127.0.0.1:9")}):
        yield


def fetch(address: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, str]:
    """Ask the bucket for a file, as a browser does that was led there: without a cookie."""
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers or {})) as answer:
        return answer.status, answer.read(), answer.headers["Content-Disposition"]


def test_download_leads_to_the_bucket_for_a_minute_and_the_checksum_fits(
    bucket: None, browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_published_file(product, name="光谱仪.zip")

    answer = browser_of_anna.get(download_path(file, license))

    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store"
    assert parse_qs(urlsplit(answer["Location"]).query)["X-Amz-Expires"] == ["60"]
    status, content, disposition = fetch(answer["Location"])
    assert (status, hashlib.sha256(content).hexdigest()) == (200, SHA256)
    assert disposition == "attachment; filename=\"___.zip\"; filename*=UTF-8''%E5%85%89%E8%B0%B1%E4%BB%AA.zip"
    assert AuditEvent.objects.filter(action="release.downloaded").count() == 1


def test_bucket_delivers_parts(bucket: None, browser_of_anna: Client, license: License, product: Product) -> None:
    file = make_published_file(product)
    address = browser_of_anna.get(download_path(file, license))["Location"]
    assert fetch(address, {"Range": "bytes=1000-"})[:2] == (206, CONTENT[1000:])


def test_without_its_signature_an_address_opens_nothing(
    bucket: None, browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_published_file(product)
    address = browser_of_anna.get(download_path(file, license))["Location"]
    assert "X-Amz-Signature=" in address
    assert "the-secret" not in address


def test_file_in_the_bucket_is_replaced_and_removed(
    bucket: None, product: Product, django_capture_on_commit_callbacks: object
) -> None:
    storage, release = release_files_storage(), make_draft(product)
    before = make_file(release)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
        after = add_file(
            release.pk,
            SYSTEM,
            platform=Platform.ANY,
            name="new.zip",
            received=received(ContentFile(b"new")),
            replaces=True,
        )
    assert not storage.exists(before.file.name)
    assert storage.size(after.file.name) == 3
    assert [f"releases/{name}" for name in storage.listdir("releases")[1]].count(after.file.name) == 1


def test_file_in_the_bucket_is_read_again_and_takes_the_place_of_another(bucket: None, product: Product) -> None:
    storage, file = release_files_storage(), make_published_file(product)
    assert sum_of(file.file.name) == SHA256
    storage.delete(file.file.name)
    waiting = storage.save(new_name(), ContentFile(b"altered"))
    put_in_place(waiting, file.file.name, storage)
    assert sum_of(file.file.name) == hashlib.sha256(b"altered").hexdigest()
    assert altered_files() == [file]
    assert not storage.exists(waiting)


def test_file_that_the_bucket_lost_is_told_plainly(
    bucket: None, browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_published_file(product)
    release_files_storage().delete(file.file.name)
    answer = browser_of_anna.get(download_path(file, license))
    assert answer.status_code == 503
    assert "cannot be delivered at the moment" in words(answer)


def test_bucket_that_does_not_answer_is_told_plainly_and_keeps_nobody_waiting(
    bucket: None, browser_of_anna: Client, license: License, product: Product, settings: object
) -> None:
    file = make_published_file(product)
    with override_settings(STORAGES={**settings.STORAGES, **in_bucket("http://127.0.0.1:9")}):
        answer = browser_of_anna.get(download_path(file, license))
        assert answer.status_code == 503
        assert answer["Retry-After"] == "60"
    assert not AuditEvent.objects.filter(action="release.downloaded").exists()


def test_upload_to_a_bucket_that_does_not_answer_is_refused_with_a_sentence(
    unreachable: None, product: Product
) -> None:
    release = make_draft(product)
    with pytest.raises(LicenseError, match="could not be stored, and nothing was kept of it: the bucket answers"):
        make_file(release)
    assert not ReleaseFile.objects.exists()
