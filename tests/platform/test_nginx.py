"""`deploy/nginx.conf` in a real nginx, with a web process behind it that is played."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.faults.nginx import program, running_nginx
from bench.faults.portal import wait_until
from tests.support.postgres import free_port

HSTS = "max-age=31536000; includeSubDomains; preload"
TOKEN = "a-token-that-lets-somebody-in"
FILE = "releases/4711"
LINKS = {
    f"/accounts/first-password/MDE/{TOKEN}/": "/accounts/first-password/***",
    f"/accounts//first%2Dpassword/MDE/{TOKEN}/": "/accounts/first-password/***",
    f"/accounts/address/{TOKEN}/": "/accounts/address/***",
    f"/accounts/not-me/{TOKEN}/": "/accounts/not-me/***",
    f"/invitations/{TOKEN}/": "/invitations/***",
    f"/group/invitations/{TOKEN}/": "/group/invitations/***",
    f"/no-more-mails/{TOKEN}/": "/no-more-mails/***",
    f"/license-files/{TOKEN}/": "/license-files/***",
    f"/accounts/google/login/callback/?code={TOKEN}": "/accounts/google/login/callback/",
    "/licenses/?q=4711": "/licenses/",
}

pytestmark = pytest.mark.skipif(program() is None, reason="nginx is not on this machine")


class _Portal(BaseHTTPRequestHandler):
    """Answers as the portal does; a download is handed to nginx."""

    def do_GET(self) -> None:
        self.send_response(200)
        for name in ("Strict-Transport-Security", "Content-Security-Policy", "Cross-Origin-Resource-Policy"):
            self.send_header(name, HSTS if name.startswith("Strict") else "the portal's")
        for name in ("Referrer-Policy", "X-Frame-Options", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
            self.send_header(name, "the portal's")
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.path.startswith("/releases/"):
            self.send_header("X-Accel-Redirect", f"/portal-files/{FILE}")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (so it is called there)
        """Say nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("nginx")
    (made / "data" / "files" / "releases").mkdir(parents=True)
    (made / "data" / "files" / FILE).write_text("a file")
    (made / "data" / "static").mkdir()
    (made / "data" / "static" / "page.4711.css").write_text("p { color: red }")
    return made


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """Give the port of nginx; of the two web processes one is away."""
    own = free_port()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Portal) as portal:
        threading.Thread(target=portal.serve_forever, daemon=True).start()
        with running_nginx(folder, own, [portal.server_port, free_port()], folder / "data" / "files"):
            yield own
        portal.shutdown()


@pytest.fixture(scope="module")
def lonely_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Give the port of an nginx behind which nobody answers."""
    own, folder = free_port(), tmp_path_factory.mktemp("lonely")
    with running_nginx(folder, own, [free_port(), free_port()], folder / "files"):
        yield own


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()


def logged(folder: Path) -> str:
    return "".join(file.read_text() for file in [*(folder / "nginx-logs").iterdir(), folder / "nginx.log"])


def told(folder: Path, port: int, path: str, **headers: str) -> str:
    """Ask, and return what the log says of it; nginx writes that when the answer is out already."""
    log = folder / "nginx-logs" / "portal.log"
    lines = log.read_text().count("\n")
    ask(port, path, **headers)
    wait_until(lambda: log.read_text().count("\n") > lines, 10)
    return log.read_text().splitlines()[-1]


@pytest.mark.parametrize("link", LINKS)
def test_log_tells_of_a_request_without_what_is_secret_in_its_address(folder: Path, port: int, link: str) -> None:
    line = told(folder, port, link, Referer=f"https://portal.example.com{link}")
    assert f'"GET {LINKS[link]}" 200' in line
    assert TOKEN not in line
    assert "4711" not in line


def test_log_tells_of_downloads_by_the_address_that_was_asked(folder: Path, port: int) -> None:
    assert '"GET /releases/one/download/" 200' in told(folder, port, "/releases/one/download/")


def test_download_has_the_headers_that_the_portal_gave_it(port: int) -> None:
    answer, text = ask(port, "/releases/one/download/")
    assert text == "a file"
    assert answer.headers.get_all("Strict-Transport-Security") == [HSTS]
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    for name in ("Content-Security-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy", "X-Frame-Options"):
        assert answer.headers.get_all(name) == ["the portal's"], name


def test_page_of_the_portal_has_each_header_once(port: int) -> None:
    answer, _text = ask(port, "/licenses/")
    assert answer.headers.get_all("Strict-Transport-Security") == [HSTS]
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]


def test_static_file_comes_from_nginx_for_good(lonely_port: int, port: int) -> None:
    answer, text = ask(port, "/static/page.4711.css")
    assert text == "p { color: red }"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ask(lonely_port, "/static/page.4711.css")[0].status == 503


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_page_says_so_while_no_process_answers(lonely_port: int, method: str) -> None:
    answer, text = ask(lonely_port, f"/invitations/{TOKEN}/", method)
    assert answer.status == 503
    assert "not available right now" in text
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_page_says_that_too_much_was_sent_before_it_is_sent(port: int) -> None:
    answer, text = ask(port, "/activate/", "POST", **{"Content-Length": "30000000"})
    assert answer.status == 413
    assert "nothing was changed" in text
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ask(port, "/too_large.html")[0].status == 404


def test_errors_are_not_told_with_the_address(lonely_port: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder, path = next(tmp_path_factory.getbasetemp().glob("lonely*")), f"/invitations/{TOKEN}/"
    assert "/invitations/***" in told(folder, lonely_port, path, Referer=f"https://portal.example.com{path}")
    assert TOKEN not in logged(folder)


def test_folder_of_files_has_no_address_of_its_own(port: int) -> None:
    assert ask(port, f"/portal-files/{FILE}")[0].status == 404
    assert ask(port, "/unavailable.html")[0].status == 404
