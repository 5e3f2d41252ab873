"""Downloads and uploads as they really are: curl, gunicorn's processes, connections that break off or stand still."""

import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import AuditEvent
from licenses.models import License, Product, Release, ReleaseFile
from qlmportal.wsgi import PortalHandler
from tests.cast import make_customer, make_license, make_person, make_product
from tests.licenses.files import download_path, everything_kept, make_draft, make_file, publish
from tests.support.portal_server import PortalServer
from tests.support.visitor import Visitor

CURL = shutil.which("curl")
BIG = 30_000_000
PIECE = 65_536


@pytest.fixture
def big(portal_server: PortalServer) -> tuple[ReleaseFile, License]:
    """A file that no buffer on the way holds, and Anna's license for it."""
    product = make_product("Spectra")
    license = license_of_anybody(product)
    file = make_file(make_draft(product), content=os.urandom(BIG))
    publish(file)
    return file, license


def license_of_anybody(product: Product) -> License:
    return make_license(customer=make_customer(), product=product)


def visitor_of(license: License, portal: PortalServer) -> Visitor:
    assert license.customer
    return portal.visitor(license.customer.user)


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


@contextmanager
def begun(visitor: Visitor, path: str) -> Iterator[http.client.HTTPResponse]:
    """Begin a download and read nothing of it."""
    connection = http.client.HTTPConnection(urlsplit(visitor.url).netloc, timeout=20)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
    try:
        connection.request("GET", path, headers={"Cookie": cookie_of(visitor)})
        yield connection.getresponse()
    finally:
        connection.close()


@pytest.mark.skipif(CURL is None, reason="curl is not on this machine")
def test_download_that_broke_off_is_resumed_by_curl_and_the_checksum_fits(
    portal_server: PortalServer, big: tuple[ReleaseFile, License], tmp_path: Path
) -> None:
    file, license = big
    anna = visitor_of(license, portal_server)
    url, target = portal_server.url + download_path(file, license), tmp_path / file.name
    with begun(anna, download_path(file, license)) as half:
        target.write_bytes(half.read(BIG // 2))
    command = [str(CURL), "--silent", "--show-error", "--fail", "-C", "-", "--cookie", cookie_of(anna)]

    done = subprocess.run([*command, "--output", str(target), url], check=False, capture_output=True, timeout=60)

    assert done.returncode == 0, done.stderr
    assert hashlib.sha256(target.read_bytes()).hexdigest() == file.sha256
    assert AuditEvent.objects.filter(action="release.downloaded").count() == 1


def test_pages_answer_while_as_many_download_slowly_as_can(
    portal_server: PortalServer, big: tuple[ReleaseFile, License]
) -> None:
    file, own = big
    licenses = [own, *(license_of_anybody(own.product) for _ in range(11))]
    visitors = [visitor_of(license, portal_server) for license in licenses]
    with ExitStack() as slow:
        statuses = [
            slow.enter_context(begun(visitor, download_path(file, license))).status
            for visitor, license in zip(visitors, licenses, strict=True)
        ]
        assert set(statuses) == {200, 503}
        assert statuses.count(200) <= 4
        for visitor in visitors[:4] * 3:
            assert visitor.get("/licenses/").status == 200
    _until(lambda: visitors[0].get(download_path(file, licenses[0]), {"Range": "bytes=0-0"}).status == 206)
    assert "ERROR" not in portal_server.log


def _until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


@pytest.mark.parametrize(("handler", "holds_one"), [(PortalHandler, False), (WSGIHandler, True)])
def test_download_on_its_way_holds_no_connection_to_the_database(
    transactional_db: None, client: Client, handler: type[WSGIHandler], holds_one: bool
) -> None:
    """Django's own handler is the control: it holds one until the last byte is sent."""
    license = license_of_anybody(make_product("Spectra"))
    assert license.customer
    client.force_login(license.customer.user)
    file = make_file(make_draft(license.product))
    publish(file)
    cookies = {"Cookie": client.cookies.output(attrs=[], header="", sep=";")}
    environ = RequestFactory().get(download_path(file, license), headers=cookies).environ

    def is_held_while_sent() -> bool:
        with closing(handler()(environ, lambda *_: None)) as answer:
            assert answer.status_code == 200
            return connection.connection is not None

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(is_held_while_sent).result() is holds_one


def test_who_takes_nothing_any_more_loses_the_place(start_portal: Callable[..., PortalServer]) -> None:
    portal = start_portal("tests.licenses.impatient_settings")
    license = license_of_anybody(make_product("Spectra"))
    file = make_file(make_draft(license.product), content=os.urandom(BIG))
    publish(file)
    anna = visitor_of(license, portal)
    with ExitStack() as standing_still:
        for _ in range(12):
            standing_still.enter_context(begun(anna, download_path(file, license)))
        time.sleep(3)
        for _ in range(8):
            assert anna.get(download_path(file, license), {"Range": "bytes=0-9"}).status == 206
    assert "Traceback" not in portal.log


def test_upload_that_breaks_off_leaves_nothing(portal_server: PortalServer) -> None:
    release = make_draft(make_product("Spectra"))
    stella = portal_server.visitor(make_person("Stella Berg", is_staff=True, is_superuser=True))
    before = everything_kept()
    with socket.create_connection((urlsplit(stella.url).hostname, urlsplit(stella.url).port)) as connection:
        connection.sendall(_head_of_upload(stella, release, BIG) + b"x" * (BIG // 10))
        _until(lambda: everything_kept() != before)
    _until(lambda: everything_kept() == before)
    assert not ReleaseFile.objects.exists()


def _head_of_upload(visitor: Visitor, release: Release, length: int) -> bytes:
    path = f"{reverse('admin:licenses_releasefile_add')}?release={release.pk}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(visitor.url).netloc}\r\nCookie: {cookie_of(visitor)}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
    )
    token = visitor.cookies[settings.CSRF_COOKIE_NAME]
    fields = {"csrfmiddlewaretoken": token, "platform": "any"}
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="spectra.zip"\r\n\r\n'
    return (head + body + file).encode()
