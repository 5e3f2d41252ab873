"""Uploading files of releases in Django's admin: measured by the server, and nothing remains of what went wrong."""

import errno
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import Settings

from accounts.models import AuditEvent, User
from licenses.file_storage import path_of
from licenses.models import Platform, Product, Release, ReleaseFile
from tests.admin.pages import address, client_of, told
from tests.cast import make_contact, make_organization, make_product, make_staff
from tests.licenses.files import CONTENT, SHA256, everything_kept, make_draft, make_file, publish

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page


@pytest.fixture
def product(db: None) -> Product:
    return make_product("Spectra")


@pytest.fixture
def release(product: Product) -> Release:
    return make_draft(product)


def upload_page(release: Release) -> str:
    return f"{address(ReleaseFile, 'add')}?release={release.pk}"


def chosen(name: str = "spectra-4.1.5.zip", content: bytes = CONTENT) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def test_file_is_uploaded_and_measured_by_the_server(everything: Client, superuser: User, release: Release) -> None:
    page = everything.post(upload_page(release), {"platform": "linux", "file": chosen()}, follow=True)

    assert page.redirect_chain[-1][0] == address(Release, "change", release.pk)
    assert "Uploaded spectra-4.1.5.zip" in told(page)
    file = release.files.get()
    assert (file.size, file.sha256, file.uploaded_by) == (len(CONTENT), SHA256, superuser)
    assert Path(file.file.path).read_bytes() == CONTENT
    assert Path(file.file.path).stat().st_mode & 0o777 == 0o600
    event = AuditEvent.objects.get(action="release_file.added")
    assert event.target_id == release.pk
    assert event.details == {
        "platform": "linux",
        "file": "spectra-4.1.5.zip",
        "size": len(CONTENT),
        "sha256": SHA256,
    }


def test_script_that_shows_progress_is_told_where_to_go_on(everything: Client, release: Release) -> None:
    answer = everything.post(
        upload_page(release), {"platform": "linux", "file": chosen()}, headers={"x-requested-with": "XMLHttpRequest"}
    )
    assert answer.json() == {"url": address(Release, "change", release.pk)}


@pytest.mark.parametrize(
    ("name", "kept"), [("../../up.zip", "up.zip"), ("光谱仪.zip", "光谱仪.zip"), ("a\u202eb.zip", "ab.zip")]
)
def test_name_is_cleaned_and_says_nothing_about_where_the_file_lies(
    everything: Client, release: Release, name: str, kept: str
) -> None:
    upload = chosen()
    upload._name = name  # the name as a client may send it
    everything.post(upload_page(release), {"platform": "any", "file": upload})
    file = release.files.get()
    assert file.name == kept
    assert path_of(file).startswith("releases/")
    assert "zip" not in path_of(file)


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (chosen(content=b""), "The file is empty."),
        (chosen("spectra.html"), "has to end in one of"),
        (chosen("spectra"), "has to end in one of"),
        ("", "This field is required."),
    ],
)
def test_what_cannot_be_a_file_is_refused_and_nothing_remains(
    everything: Client, release: Release, upload: object, sentence: str
) -> None:
    before = everything_kept()
    page = everything.post(upload_page(release), {"platform": "any", "file": upload})
    assert sentence in told(page)
    assert not ReleaseFile.objects.exists()
    assert everything_kept() == before


def test_another_platform_than_there_are_is_refused(everything: Client, release: Release) -> None:
    page = everything.post(upload_page(release), {"platform": "toaster", "file": chosen()})
    assert "Select a valid choice" in told(page)


def test_file_is_replaced_only_when_that_is_ticked_and_the_old_one_goes(
    everything: Client, release: Release, django_capture_on_commit_callbacks: object
) -> None:
    before = make_file(release, content=b"as it was before")
    fields = {"platform": "any", "file": chosen("spectra-new.zip")}
    assert "Tick that the new one replaces it." in told(everything.post(upload_page(release), fields))
    assert Path(before.file.path).exists()

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
        everything.post(upload_page(release), {**fields, "file": chosen("spectra-new.zip"), "replaces": "on"})

    file = release.files.get()
    assert (file.name, file.sha256) == ("spectra-new.zip", SHA256)
    assert not Path(before.file.path).exists()
    assert AuditEvent.objects.filter(action="release_file.replaced").count() == 1


def test_file_of_a_published_release_is_neither_replaced_nor_removed(everything: Client, release: Release) -> None:
    file = make_file(release)
    publish(file)
    fields = {"platform": "any", "file": chosen("other.zip"), "replaces": "on"}
    assert "people have the checksum" in told(everything.post(upload_page(release), fields))
    assert everything.post(address(ReleaseFile, "delete", file.pk), {"post": "yes"}).status_code == 403
    assert release.files.get().name == "spectra-4.1.5.zip"

    everything.post(upload_page(release), {"platform": "linux", "file": chosen("linux.zip")})
    assert release.files.count() == 2


def test_file_of_a_draft_is_removed(
    everything: Client, release: Release, django_capture_on_commit_callbacks: object
) -> None:
    file = make_file(release)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
        everything.post(address(ReleaseFile, "delete", file.pk), {"post": "yes"})
    assert not release.files.exists()
    assert not Path(file.file.path).exists()
    assert AuditEvent.objects.get(action="release_file.removed").details["file"] == "spectra-4.1.5.zip"


# What goes wrong


def test_nothing_remains_when_storing_fails(
    everything: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = everything_kept()
    monkeypatch.setattr(FileSystemStorage, "_save", full)
    page = everything.post(upload_page(release), {"platform": "any", "file": chosen()})
    assert "could not be stored, and nothing was kept of it: No space left on device" in told(page)
    assert not ReleaseFile.objects.exists()
    assert everything_kept() == before


def test_nothing_remains_when_writing_the_row_fails(
    everything: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("the row")

    before = everything_kept()
    monkeypatch.setattr("licenses.release_files.record", refuse)
    everything.raise_request_exception = False
    assert everything.post(upload_page(release), {"platform": "any", "file": chosen()}).status_code == 500
    assert not ReleaseFile.objects.exists()
    assert everything_kept() == before


def test_nothing_remains_when_there_is_no_room_to_receive(
    everything: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = everything_kept()
    monkeypatch.setattr("licenses.receiving.os.fsync", full)
    page = everything.post(upload_page(release), {"platform": "any", "file": chosen()})
    assert "perhaps there is no room left" in told(page)
    assert everything_kept() == before


def test_staff_are_told_when_nothing_can_be_kept_from_the_beginning(
    everything: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("licenses.receiving.tempfile.NamedTemporaryFile", full)
    page = everything.post(upload_page(release), {"platform": "any", "file": chosen()})
    assert page.status_code == 200
    assert "perhaps there is no room left" in told(page)


def test_upload_that_breaks_off_leaves_nothing(everything: Client, release: Release) -> None:
    before = everything_kept()
    half = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nhalf of it'
    answer = everything.generic(
        "POST",
        upload_page(release),
        **{"wsgi.input": BytesIO(half), "CONTENT_LENGTH": "100000", "CONTENT_TYPE": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 400
    assert everything_kept() == before


# Whose files are received


@override_settings(PORTAL_MAX_RELEASE_FILE=1000)
def test_what_is_too_big_is_refused_before_it_is_received(everything: Client, release: Release) -> None:
    page = everything.post(upload_page(release), {"platform": "any", "file": chosen(content=b"x" * 200_000)})
    assert page.status_code == 413
    page = everything.post(upload_page(release), {"platform": "any", "file": chosen(content=b"x" * 50_000)})
    assert "The file is too big." in told(page)
    assert not ReleaseFile.objects.exists()


def test_staff_upload_more_than_any_other_form_takes(everything: Client, release: Release) -> None:
    big = chosen(content=b"x" * 21_000_000)
    everything.post(upload_page(release), {"platform": "any", "file": big})
    assert release.files.get().size == 21_000_000


class Unread:
    """A body that says when somebody reads it."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("somebody has read the body")

    readline = read

    def close(self) -> None:
        pass


def send_unread(client: Client, release: Release) -> "Page":
    return client.generic(
        "POST",
        upload_page(release),
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": "3000000000", "CONTENT_TYPE": "multipart/form-data; boundary=x"},
    )


@pytest.mark.parametrize(("who", "status"), [("nobody", 302), ("contact", 404), ("looks", 403)])
def test_of_nobody_else_a_byte_is_read(release: Release, who: str, status: int) -> None:
    clients = {
        "nobody": Client(),
        "contact": client_of(make_contact(make_organization("Acme")).user),
        "looks": client_of(make_staff("Vic View", "view")),
    }
    assert send_unread(clients[who], release).status_code == status


@pytest.mark.parametrize(("lacks", "leads_to"), [("password", "account_change_password"), ("second step", "mfa_index")])
def test_of_staff_who_have_to_do_something_first_neither(
    superuser: User, release: Release, settings: Settings, lacks: str, leads_to: str
) -> None:
    settings.PORTAL_SECOND_STEP_FOR = frozenset({"staff"} if lacks == "second step" else ())
    User.objects.filter(pk=superuser.pk).update(must_change_password=lacks == "password")
    answer = send_unread(client_of(superuser), release)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse(leads_to))


def test_form_without_the_token_is_refused(superuser: User, release: Release) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser)
    assert client.post(upload_page(release), {"platform": "any", "file": chosen()}).status_code == 403
    assert not ReleaseFile.objects.exists()


def test_without_a_release_the_page_says_where_to_begin(everything: Client, release: Release) -> None:
    for query in ("", "?release=nonsense", "?release=00000000-0000-0000-0000-000000000000"):
        page = everything.get(address(ReleaseFile, "add") + query)
        assert "A file belongs to a release." in page.content.decode()
        everything.post(address(ReleaseFile, "add") + query, {"platform": "any", "file": chosen()})
    assert not ReleaseFile.objects.exists()


def test_release_page_leads_to_uploading_and_lists_files(everything: Client, release: Release) -> None:
    make_file(release, platform=Platform.MACOS)
    page = everything.get(address(Release, "change", release.pk)).content.decode()
    assert upload_page(release) in page
    assert SHA256 in page
    assert "macOS" in everything.get(upload_page(release)).content.decode()
