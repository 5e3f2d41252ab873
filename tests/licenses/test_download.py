"""Downloading a file of a release: what arrives, in which parts, and who gets nothing, with the reason."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import AuditEvent
from licenses.models import Download, License, Product, Release
from organizations.models import Customer
from tests.cast import make_contact, make_customer, make_license, make_organization, make_product
from tests.licenses.files import (
    CONTENT,
    SHA256,
    body,
    download_path,
    make_draft,
    make_file,
    make_published_file,
    publish,
)
from tests.licenses.moments import Clock
from tests.licenses.pages import words

SIZE = len(CONTENT)


def test_whole_file_arrives_and_its_checksum_fits(browser_of_anna: Client, license: License, product: Product) -> None:
    file = make_published_file(product)

    answer = browser_of_anna.get(download_path(file, license), headers={"accept-encoding": "gzip"})

    assert answer.status_code == 200
    assert hashlib.sha256(body(answer)).hexdigest() == file.sha256 == SHA256
    assert answer["Content-Length"] == str(SIZE)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="spectra-4.1.5.zip"'
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["ETag"] == f'"{SHA256}"'
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in answer


def test_name_of_any_language_arrives(browser_of_anna: Client, license: License, product: Product) -> None:
    file = make_published_file(product, name="光谱仪.zip")
    answer = browser_of_anna.get(download_path(file, license))
    assert answer["Content-Disposition"].endswith("filename*=UTF-8''%E5%85%89%E8%B0%B1%E4%BB%AA.zip")
    assert body(answer) == CONTENT


def test_download_that_broke_off_goes_on_where_it_was(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    path = download_path(make_published_file(product), license)

    answer = browser_of_anna.get(path, headers={"range": "bytes=1000-", "if-range": f'"{SHA256}"'})

    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes 1000-{SIZE - 1}/{SIZE}"
    assert answer["Content-Length"] == str(SIZE - 1000)
    assert body(answer) == CONTENT[1000:]


def test_part_of_another_file_is_answered_with_the_whole(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    path = download_path(make_published_file(product), license)
    answer = browser_of_anna.get(path, headers={"range": "bytes=1000-", "if-range": '"before"'})
    assert answer.status_code == 200
    assert body(answer) == CONTENT


def test_part_in_the_middle_ends_where_it_should(browser_of_anna: Client, license: License, product: Product) -> None:
    path = download_path(make_published_file(product), license)
    answer = browser_of_anna.get(path, headers={"range": "bytes=10-19"})
    assert body(answer) == CONTENT[10:20]


def test_part_behind_the_end_is_refused_with_the_size(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    path = download_path(make_published_file(product), license)
    answer = browser_of_anna.get(path, headers={"range": f"bytes={SIZE}-"})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{SIZE}"
    assert f"only {SIZE} bytes" in answer.content.decode()
    assert not Download.objects.exists()


@pytest.mark.parametrize("header", ["if-none-match", "if-modified-since"])
def test_file_that_is_there_already_is_not_sent_again(
    browser_of_anna: Client, license: License, product: Product, header: str
) -> None:
    path = download_path(make_published_file(product), license)
    first = browser_of_anna.head(path)
    known = {"if-none-match": first["ETag"], "if-modified-since": first["Last-Modified"]}[header]
    answer = browser_of_anna.get(path, headers={header: known})
    assert answer.status_code == 304
    assert answer["ETag"] == f'"{SHA256}"'
    assert answer["Cache-Control"] == "private, no-cache"
    assert not AuditEvent.objects.filter(action="release.downloaded").exists()


def test_asking_for_the_head_alone_tells_the_size_and_is_no_download(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    path = download_path(make_published_file(product), license)
    answer = browser_of_anna.head(path, headers={"range": "bytes=1-2"})
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(SIZE), b"")
    assert not AuditEvent.objects.filter(action="release.downloaded").exists()


# Who downloads what


def test_release_that_is_not_covered_stays_here_with_the_sentence(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_published_file(product, "4.2.0")

    answer = browser_of_anna.get(download_path(file, license))

    assert answer.status_code == 409
    assert "this license includes no updates beyond 4.1" in words(answer)
    assert not Download.objects.exists()


def test_revoked_license_downloads_nothing(browser_of_anna: Client, license: License, product: Product) -> None:
    file = make_published_file(product)
    License.objects.filter(pk=license.pk).update(revoked_at=license.created_at, revoked_reason="Unpaid")
    answer = browser_of_anna.get(download_path(file, license))
    assert answer.status_code == 409
    assert "This license was revoked" in words(answer)


def test_draft_and_file_of_another_product_do_not_exist(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    draft, other = make_file(make_draft(product)), make_published_file(make_product("Caliper"))
    answers = [browser_of_anna.get(download_path(file, license)) for file in (draft, other)]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_withdrawn_release_exists_only_for_who_downloaded_it_and_says_why(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_published_file(product)
    path = download_path(file, license)
    moments = {"withdrawn_at": license.created_at, "withdrawn_reason": "It loses settings."}
    body(browser_of_anna.get(path))
    Release.objects.filter(pk=file.release_id).update(**moments)

    answer = browser_of_anna.get(path)
    assert answer.status_code == 409
    assert "It loses settings." in words(answer)

    Download.objects.all().delete()
    assert browser_of_anna.get(path).status_code == 404


def test_file_is_not_to_be_had_by_a_license_of_somebody_else(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_published_file(product)
    other = make_license(customer=make_customer("Sol Herrera"), product=product)
    assert browser_of_anna.get(download_path(file, other)).status_code == 404


# What is written down


def downloads_told() -> int:
    return AuditEvent.objects.filter(action="release.downloaded").count()


def test_each_download_is_written_down_once_however_many_parts_it_comes_in(
    browser_of_anna: Client, anna: Customer, license: License, product: Product, clock: Clock
) -> None:
    path = download_path(make_published_file(product), license)
    for part in ("bytes=0-99", "bytes=100-199", "bytes=200-"):
        body(browser_of_anna.get(path, headers={"range": part}))
        clock.pass_by(timedelta(minutes=4))
    assert downloads_told() == 1

    clock.pass_by(timedelta(minutes=15))
    body(browser_of_anna.get(path))
    assert downloads_told() == 2
    row = Download.objects.get()
    assert row.user == anna.user
    assert row.last_at - row.first_at == timedelta(minutes=27)


def test_event_says_what_was_downloaded_and_concerns_whom_the_license_does(client: Client, product: Product) -> None:
    acme = make_organization("Acme")
    contact = make_contact(acme, "Paula Brandt")
    license = make_license(organization=acme, product=product)
    client.force_login(contact.user)

    body(client.get(download_path(make_published_file(product), license)))

    event = AuditEvent.objects.get(action="release.downloaded")
    assert (event.target_id, event.organization_id, event.actor_id) == (license.pk, acme.pk, contact.user.pk)
    assert event.details == {"version": "4.1.5", "platform": "any", "file": "spectra-4.1.5.zip", "sha256": SHA256}
    page = client.get(license.get_absolute_url())
    assert "downloaded spectra-4.1.5.zip" in words(page)


def test_release_published_again_is_downloaded_as_before(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    file = make_file(make_draft(product))
    assert browser_of_anna.get(download_path(file, license)).status_code == 404
    publish(file)
    assert body(browser_of_anna.get(download_path(file, license))) == CONTENT
