"""Section 8 of the product rules: what cannot be text is a plain 400, whoever sends it, and nothing is half done."""

from collections.abc import Mapping
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from pytest_django import Settings

from accounts.models import User
from qlmportal.wsgi import PortalHandler, PortalRequest
from tests.platform.page import Page
from tests.support.portal_server import PortalServer

SIGN_IN = "/accounts/login/"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "path",
    [
        "/licenses/%00/",
        "/%00",
        "/licenses/%ff%fe/",
        "/licenses/%EF%BF%BD/",
        "/licenses/%25ff/",
        "/licenses/?q=%00",
        "/licenses/?q=a%ffb",
        "/licenses/?%ff=1",
        "/licenses/?q=%EF%BF%BD",
        "/licenses/?q=%00&next=x",
        "/accounts/login/?next=/%ff",
    ],
)
def test_address_that_cannot_be_text_is_refused(client: Client, db: None, path: str) -> None:
    assert_refused(client.get(path))


def test_bytes_in_the_query_are_read_as_utf8_or_refused(client: Client, db: None) -> None:
    assert client.get(SIGN_IN, QUERY_STRING="q=é".encode().decode("latin-1")).status_code == 200
    assert_refused(client.get(SIGN_IN, QUERY_STRING="q=\xe9"))


@pytest.mark.parametrize(
    "body",
    [
        b"login=%00",
        b"login=a%00b&password=x",
        b"login=%ff",
        b"login=%EF%BF%BD",
        b"%00=1",
        b"login=\xc3\xa9",
        b"login=\xff",
        b"next=%00&login=a@b.example",
    ],
)
def test_form_that_cannot_be_text_is_refused(client: Client, db: None, body: bytes) -> None:
    assert_refused(client.generic("POST", SIGN_IN, body, content_type=FORM))


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "idna", "nonsense", "utf-7"])
@pytest.mark.parametrize("kind", [FORM, MULTIPART_CONTENT])
def test_form_in_another_character_set_is_refused(client: Client, db: None, charset: str, kind: str) -> None:
    assert_refused(client.generic("POST", SIGN_IN, b"login=a", content_type=f"{kind}; charset={charset}"))
    assert_refused(client.get(f"{SIGN_IN}?q=a", headers={"Content-Type": f"{kind}; charset={charset}"}))


@pytest.mark.parametrize("kind", ["text/plain; charset=rot13", f"{FORM}; charset=zlib", "a/b; charset*=nonsense''c"])
def test_request_in_a_character_set_that_is_none_is_refused(rf: RequestFactory, db: None, kind: str) -> None:
    environ = {**rf.get("/", {"q": "a"}).environ, "CONTENT_TYPE": kind}
    answer = PortalHandler().get_response(PortalRequest(environ))
    assert isinstance(answer, HttpResponse)
    assert_refused(answer)


def part(head: str, content: bytes = b"x") -> bytes:
    """Return a multipart body of one part."""
    return b"\r\n".join([f"--{BOUNDARY}".encode(), head.encode(), b"", content, f"--{BOUNDARY}--".encode(), b""])


@pytest.mark.parametrize(
    "body",
    [
        part('Content-Disposition: form-data; name="login"', b"\x00"),
        part('Content-Disposition: form-data; name="login"', b"\xff\xfe"),
        part('Content-Disposition: form-data; name="login"', "\ufffd".encode()),
        part('Content-Disposition: form-data; name="log\x00in"'),
        part('Content-Disposition: form-data; name="file"; filename="a\x00.txt"'),
        part('Content-Disposition: form-data; name="file"; filename="a\ufffd.txt"'),
        part('Content-Disposition: form-data; name="file"; filename="a"\r\nContent-Transfer-Encoding: base64', b"x"),
    ],
)
def test_part_that_cannot_be_text_is_refused(client: Client, db: None, body: bytes) -> None:
    assert_refused(client.generic("POST", SIGN_IN, body, content_type=MULTIPART_CONTENT))


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'b' * 300}"]
)
def test_form_without_a_sound_boundary_is_refused(client: Client, db: None, kind: str) -> None:
    assert_refused(client.generic("POST", SIGN_IN, b"login=a", content_type=kind))


def test_contents_of_an_uploaded_file_are_exempt(client: Client, db: None) -> None:
    upload = SimpleUploadedFile("request.json", b"\x00\xff\xfe\xef\xbf\xbd")
    assert client.post(SIGN_IN, {"login": "a@b.example", "password": "x", "file": upload}).status_code == 200


@pytest.mark.parametrize("kind", [FORM, MULTIPART_CONTENT])
def test_ten_megabytes_of_text_are_too_much_and_the_page_says_so(client: Client, db: None, kind: str) -> None:
    text = b"a" * 10_000_000
    body = b"login=" + text if kind == FORM else part('Content-Disposition: form-data; name="login"', text)
    answer = client.generic("POST", SIGN_IN, body, content_type=kind)
    assert answer.status_code == 413
    assert "This was too much at once" in answer.content.decode()


def test_file_that_is_too_big_is_refused(client: Client, db: None) -> None:
    body = part('Content-Disposition: form-data; name="file"; filename="a.bin"', b"a" * 20_000_000)
    assert client.generic("POST", SIGN_IN, body, content_type=MULTIPART_CONTENT).status_code == 413


@pytest.mark.parametrize("length", ["", "-1", "many", "9" * 30])
def test_length_that_is_none_does_no_harm(rf: RequestFactory, db: None, length: str) -> None:
    environ = {**rf.post(SIGN_IN, {"login": "a"}).environ, "CONTENT_LENGTH": length, "wsgi.input": BytesIO(b"login=a")}
    assert PortalHandler().get_response(PortalRequest(environ)).status_code < 500


@pytest.mark.parametrize("size", [3_000_000, 25_000_000])
def test_browser_that_sends_too_much_is_shown_the_page(portal_server: PortalServer, size: int) -> None:
    answer = portal_server.visitor().post(SIGN_IN, {"login": "a" * size})
    assert answer.status == 413
    assert "This was too much at once" in answer.text


def test_thousands_of_fields_are_refused(client: Client, db: None) -> None:
    answer = client.generic("POST", SIGN_IN, b"a=1&" * 3000, content_type=FORM)
    assert answer.status_code == 413
    assert "This was too much at once" in answer.content.decode()
    assert_refused(client.get("/licenses/?" + "a=1&" * 3000))


def test_cookie_that_cannot_be_text_is_ignored(client: Client, db: None, settings: Settings) -> None:
    cookie = f'{settings.SESSION_COOKIE_NAME}="abcdefgh\\000ijkl"; {settings.THEME_COOKIE_NAME}=dark'
    answer = client.get(SIGN_IN, headers={"Cookie": cookie})
    assert answer.status_code == 200
    assert 'data-theme="dark"' in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:port", "", "a b"])
def test_host_that_is_not_the_portals_is_refused(client: Client, db: None, host: str) -> None:
    assert_refused(client.get(SIGN_IN, headers={"Host": host}))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND", "TRACE"])
def test_method_that_no_page_knows_gets_a_page_of_its_own(client: Client, db: None, method: str) -> None:
    answer = client.generic(method, "/theme/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "use the buttons of the page" in answer.content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"login": "", "password": ""},
        {"login": "no address", "password": "x"},
        {"login": "a@b.example", "password": "x" * 5000},
        {"login": f"{'a' * 300}@b.example", "password": "x"},
        {"login": "a@b.example", "password": "\u202e\u200b{{ 7|add:7 }}<script>alert(1)</script>"},
        {"login": "{{ settings }}<script>@b.example", "password": "'; DROP TABLE"},
        {"login": "anna@\u202eelpmaxe.emca", "password": "x", "remember": "maybe", "extra": "9" * 400},
    ],
)
def test_sign_in_form_answers_odd_text_with_the_form_again(client: Client, db: None, fields: Mapping[str, str]) -> None:
    answer = client.post(SIGN_IN, fields)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_refusal_says_what_to_do_and_knows_nobody(signed_in: Client, anna: User) -> None:
    page = signed_in.get("/licenses/?q=%00").content.decode()
    assert "Nothing was changed" in page
    assert anna.email not in page


def assert_refused(answer: Page) -> None:
    """Check that the answer is the portal's page for a bad request, with no traces of Python in it."""
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "This request could not be read" in page
    assert "Traceback" not in page


@pytest.mark.parametrize("body", [b"login=%00", b"login=%ff", b"login=\xc3\xa9"])
def test_control_without_the_check_the_same_is_taken(client: Client, db: None, settings: Settings, body: bytes) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "qlmportal.middleware.bad_input"]
    assert client.generic("POST", SIGN_IN, body, content_type=FORM).status_code == 200
    assert client.get(f"{SIGN_IN}?{body.decode('latin-1')}").status_code == 200
