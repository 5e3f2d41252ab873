"""Requests that no browser sends, byte by byte to a real server: it answers 4xx, and goes on answering."""

import json
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from licenses.models import License
from tests.cast import make_contact, make_license, make_organization
from tests.support.portal_server import PortalServer
from tests.support.visitor import ANY_TOKEN, Visitor

PATIENCE_SECONDS = 10
MULTIPART = "Content-Type: multipart/form-data; boundary=x"
TOKEN_PART = f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{ANY_TOKEN}\r\n'.encode()
ID_PART = b'--x\r\nContent-Disposition: form-data; name="computer_id"'

ODD_LINES = {
    "no request at all": b"\r\n\r\n",
    "nonsense": b"nonsense\r\n\r\n",
    "bytes that are no text": bytes(range(128, 256)) + b"\r\n\r\n",
    "a path that is no UTF-8": b"GET /licenses/\xff\xfe/ HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    "a query that is no UTF-8": b"GET /accounts/login/?next=\xff HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    "a percent sign alone": b"GET /licenses/%% HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    "an endless address": b"GET /licenses/?after=" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    "an endless header": b"GET / HTTP/1.1\r\nHost: %(host)s\r\nCookie: a=" + b"x" * 100_000 + b"\r\n\r\n",
    "thousands of headers": b"GET / HTTP/1.1\r\nHost: %(host)s\r\n" + b"A: b\r\n" * 5_000 + b"\r\n",
    "a method of its own": b"BREW /licenses/ HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    "a method in lower case": b"get /licenses/ HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    "another host": b"GET /licenses/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "no host": b"GET /licenses/ HTTP/1.1\r\n\r\n",
    "an address with a host": b"GET http://evil.example/licenses/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: %(host)s\r\nAccept: a\x00b\r\n\r\n",
    "two lengths": b"POST /theme/ HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a negative length": b"POST /theme/ HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: -1\r\n\r\n",
    "a length of words": b"POST /theme/ HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: many\r\n\r\n",
    "two ways of ending": (
        b"POST /theme/ HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a chunk without a size": (
        b"POST /theme/ HTTP/1.1\r\nHost: %(host)s\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"
    ),
    "another protocol": b"GET / HTTP/9.9\r\nHost: %(host)s\r\n\r\n",
}


def send(portal: PortalServer, request: bytes) -> bytes:
    """Send bytes, say that there are no more, and return what the server answers until it hangs up."""
    address = urlsplit(portal.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def status_of(answer: bytes) -> int:
    """Return the status of an answer; 0 when the server only hung up."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def test_requests_that_are_none_get_4xx_or_nothing_and_the_server_goes_on(portal_server: PortalServer) -> None:
    host = urlsplit(portal_server.url).netloc.encode()
    for name, raw in ODD_LINES.items():
        answer = send(portal_server, raw.replace(b"%(host)s", host).replace(b"%%", b"%"))
        assert status_of(answer) < 500, name
        assert status_of(answer) != 200, name
        assert b"Traceback" not in answer, name
    assert portal_server.visitor().get("/healthz").status == 200
    assert "Traceback" not in portal_server.log


BROKEN_FORMS: dict[str, tuple[str, bytes]] = {
    "JSON": ("Content-Type: application/json", json.dumps({"computer_id": "ID-1"}).encode()),
    "XML": ("Content-Type: application/xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"),
    "plain text": ("Content-Type: text/plain", b"computer_id=ID-1"),
    "no kind": ("X-Nothing: x", b"computer_id=ID-1"),
    "a kind that is none": ("Content-Type: nonsense;;;=", b"computer_id=ID-1"),
    "parts without a boundary": ("Content-Type: multipart/form-data", b"--x\r\n\r\n--x--"),
    "parts that never end": (
        MULTIPART,
        TOKEN_PART + b'--x\r\nContent-Disposition: form-data; name="computer_id"',
    ),
    "parts of another boundary": (MULTIPART, b'--y\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--y--\r\n'),
    "a part without a head": (MULTIPART, TOKEN_PART + b"--x\r\n\r\nnothing\r\n--x--\r\n"),
    "a part without a name": (
        MULTIPART,
        TOKEN_PART + b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--\r\n",
    ),
    "a part in bad base64": (
        MULTIPART,
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n',
    ),
    "a file in place of a field": (
        MULTIPART,
        TOKEN_PART + ID_PART + b'; filename="../../x"\r\n\r\nID-1\r\n--x--\r\n',
    ),
    "a thousand files": (
        MULTIPART,
        TOKEN_PART
        + b'--x\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nb\r\n' * 1_000
        + b"--x--\r\n",
    ),
    "thousands of fields": ("Content-Type: application/x-www-form-urlencoded", b"a=1&" * 3_000),
    "no field at all": ("Content-Type: application/x-www-form-urlencoded", f"csrfmiddlewaretoken={ANY_TOKEN}".encode()),
    "only separators": ("Content-Type: application/x-www-form-urlencoded", b"&&&;;===&&&" * 100),
}


def test_forms_that_are_none_activate_nothing_and_get_a_page(start_portal: Callable[[], PortalServer]) -> None:
    contact = make_contact(make_organization("Acme"), "Ben")
    license = make_license(customer=contact)
    portal = start_portal()
    visitor = portal.visitor(contact.user)
    for name, (kind, body) in BROKEN_FORMS.items():
        answer = send(portal, as_request(portal, visitor, license, kind, body))
        assert status_of(answer) in {200, 400, 403, 413}, name
        assert b"<h1" in answer, name
        assert b"Traceback" not in answer, name
    assert not License.objects.get().activations_in_use
    assert "Traceback" not in portal.log


CUT_SHORT: dict[str, tuple[str, bytes]] = {
    "the usual kind": (
        "Content-Type: application/x-www-form-urlencoded",
        f"csrfmiddlewaretoken={ANY_TOKEN}&computer_id=ID-1".encode(),
    ),
    "parts": (MULTIPART, TOKEN_PART + ID_PART + b"\r\n\r\nID-1"),
}


@pytest.mark.parametrize("encoding", CUT_SHORT)
def test_form_that_breaks_off_on_the_way_activates_nothing(
    encoding: str, start_portal: Callable[[], PortalServer]
) -> None:
    contact = make_contact(make_organization("Acme"), "Ben")
    license = make_license(customer=contact)
    portal = start_portal()
    kind, body = CUT_SHORT[encoding]
    answer = send(portal, as_request(portal, portal.visitor(contact.user), license, kind, body, missing=4))
    assert status_of(answer) == 400
    assert not License.objects.get().activations_in_use


def as_request(
    portal: PortalServer, visitor: Visitor, license: License, kind: str, body: bytes, missing: int = 0
) -> bytes:
    """Return a form for activating `license` as it goes over the wire; `missing` bytes are announced and never come."""
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    head = [
        f"POST {license.get_absolute_url()}activate/ HTTP/1.1",
        f"Host: {urlsplit(portal.url).netloc}",
        f"Cookie: {cookies}",
        f"Content-Length: {len(body) + missing}",
        "Connection: close",
        kind,
    ]
    assert settings.SESSION_COOKIE_NAME in cookies
    return "\r\n".join([*head, "", ""]).encode() + body


@pytest.mark.parametrize(
    "path",
    ["/.well-known/license-keys/..%2f..%2fetc%2fpasswd.pem", "/static/..%2f..%2fmanage.py", "/static/../manage.py"],
)
def test_no_path_leads_out_of_the_portal(portal_server: PortalServer, path: str) -> None:
    answer = portal_server.visitor().get(path)
    assert answer.status in {400, 404}
    assert "import" not in answer.text
