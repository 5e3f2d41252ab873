"""What keeps a file from arriving: it is missing or damaged, or the portal sends enough files already."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from accounts.models import AuditEvent
from launcher.service import GUNICORN
from licenses import streams
from licenses.models import License, Product
from licenses.ranges import Span
from licenses.streams import MOST_AT_ONCE, PLACES, open_part
from organizations.models import Customer
from tests.licenses.files import CONTENT, SHA256, body, download_path, make_published_file
from tests.licenses.pages import links, words


def test_missing_file_is_told_plainly_and_noted_for_those_who_run_the_portal(
    browser_of_anna: Client, license: License, product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    file = make_published_file(product)
    Path(file.file.path).unlink()
    answer = browser_of_anna.get(download_path(file, license))

    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "spectra-4.1.5.zip cannot be delivered at the moment" in words(answer)
    assert any(link.startswith("mailto:support@vendor.example") for link in links(answer))
    [line] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert line.name == "portal.files"
    assert str(file.pk) in line.getMessage()
    assert not AuditEvent.objects.filter(action="release.downloaded").exists()


def test_damaged_file_is_not_delivered(browser_of_anna: Client, license: License, product: Product) -> None:
    file = make_published_file(product)
    Path(file.file.path).write_bytes(CONTENT[:-1])
    assert browser_of_anna.get(download_path(file, license)).status_code == 503


def test_file_that_cannot_be_read_gives_its_place_back(
    browser_of_anna: Client, license: License, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = download_path(make_published_file(product), license)

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError("no")

    with monkeypatch.context() as patch:
        patch.setattr("licenses.streams.Path.open", forbidden)
        for _ in range(MOST_AT_ONCE + 1):
            assert "cannot be delivered" in words(browser_of_anna.get(path))
    assert body(browser_of_anna.get(path)) == CONTENT


def test_second_download_of_the_same_person_waits_until_the_first_has_arrived(
    browser_of_anna: Client, license: License, product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    path = download_path(make_published_file(product), license)
    first = browser_of_anna.get(path)

    second = browser_of_anna.get(path)
    assert second.status_code == 503
    assert "Wait until one has arrived" in words(second)
    [line] = caplog.records
    assert (line.levelname, line.getMessage()) == ("WARNING", f"Service Unavailable: {path}")

    assert body(first) == CONTENT
    assert body(browser_of_anna.get(path)) == CONTENT


def test_others_wait_when_every_place_is_taken(
    browser_of_anna: Client, anna: Customer, license: License, product: Product
) -> None:
    path = download_path(make_published_file(product), license)
    taken = [PLACES.take(uuid4()) for _ in range(MOST_AT_ONCE)]
    assert PLACES.take(uuid4()) is None
    assert browser_of_anna.get(path).status_code == 503
    for give_back in taken:
        assert give_back
        give_back()
    assert body(browser_of_anna.get(path)) == CONTENT


def test_place_of_an_answer_that_nobody_sends_is_given_back(tmp_path: Path) -> None:
    path, person = tmp_path / "file", uuid4()
    path.write_bytes(CONTENT)
    give_back = PLACES.take(person)
    assert give_back
    part = open_part(path, Span(0, 10), give_back)
    assert PLACES.take(person) is None
    del part
    again = PLACES.take(person)
    assert again
    again()


def test_part_is_read_to_its_end_and_no_further(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    part = open_part(path, Span(5, 10), lambda: None)
    assert part.read(4) + part.read(400) + part.read(400) == CONTENT[5:15]
    part.close()


def test_half_of_the_threads_stay_for_pages() -> None:
    assert f"--threads={2 * streams.MOST_AT_ONCE}" in GUNICORN


# Where nginx delivers


@override_settings(PORTAL_FILES_ACCEL="/portal-files/")
def test_nginx_is_told_which_file_to_deliver_once_the_portal_has_allowed_it(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_published_file(product, name="光谱仪.zip")
    answer = browser_of_anna.get(download_path(file, license), headers={"range": "bytes=5-"})
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer["X-Accel-Redirect"] == f"/portal-files/{file.file.name}"
    assert answer["Content-Disposition"].endswith("%E5%85%89%E8%B0%B1%E4%BB%AA.zip")
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["ETag"] == f'"{SHA256}"'
    assert AuditEvent.objects.filter(action="release.downloaded").count() == 1


@override_settings(PORTAL_FILES_ACCEL="/portal-files/")
def test_nginx_is_not_asked_for_what_is_missing_or_not_included(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    missing, newer = make_published_file(product), make_published_file(product, "4.2.0")
    Path(missing.file.path).unlink()
    for file, status in ((missing, 503), (newer, 409)):
        answer = browser_of_anna.get(download_path(file, license))
        assert answer.status_code == status
        assert "X-Accel-Redirect" not in answer


@override_settings(PORTAL_FILES_ACCEL="/portal-files/")
def test_what_is_no_download_is_answered_by_the_portal_and_not_written_down(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_published_file(product)
    for header, status in ({"if-none-match": f'"{SHA256}"'}, 304), ({"range": "bytes=999999-"}, 416):
        answer = browser_of_anna.get(download_path(file, license), headers=header)
        assert answer.status_code == status
        assert "X-Accel-Redirect" not in answer
    assert not AuditEvent.objects.filter(action="release.downloaded").exists()
