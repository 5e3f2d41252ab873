"""Locked packages are compared with known vulnerabilities, or it is said that nobody did (S11)."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from requirements import advisories
from requirements.advisories import Package, accepted, locked, main


class Source(BaseHTTPRequestHandler):
    """Knows of one vulnerability, in Django; at /nonsense it answers something else."""

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        results = [{"vulns": [{"id": "TEST-1"}]} if each["package"]["name"] == "django" else {} for each in queries]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"results": results} if self.path == "/v1/querybatch" else []).encode())

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def source() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Source)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_everything_that_is_locked_is_looked_at() -> None:
    packages = locked()
    assert {"PyPI", "npm"} == {package.ecosystem for package in packages}
    assert {"django", "gunicorn", "cryptography", "ruff", "jose"} <= {package.name for package in packages}
    assert all(package.version[0].isdigit() for package in packages)


def test_without_a_source_packages_are_listed_and_it_is_said_that_nobody_compared_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ADVISORIES", raising=False)
    assert main() == 0
    told = capsys.readouterr().out
    django = next(package for package in locked() if package.name == "django")
    assert f"  PyPI django {django.version}\n" in told
    assert "NOT AUDITED" in told


def test_known_vulnerability_fails(
    source: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ADVISORIES", f"{source}/v1/querybatch")
    assert main() == 1
    assert "TEST-1, NOT accepted" in capsys.readouterr().out


def test_vulnerability_that_is_accepted_with_a_reason_passes(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    reasons = accepted("# a comment\n\nTEST-1 django: the portal does not use that part; until 2027-01\n")
    django = [Package("PyPI", "django", "5.2.19"), Package("PyPI", "pillow", "1.0")]
    assert advisories.compare(f"{source}/v1/querybatch", django, reasons) == 0
    assert "accepted: the portal does not use that part" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["/nonsense", ""])
def test_source_that_is_set_and_does_not_answer_fails(
    source: str, path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ADVISORIES", f"{source}{path}" if path else "http://127.0.0.1:9/")
    assert main() == 1
    assert "NOT AUDITED" in capsys.readouterr().out


def test_accepting_without_a_reason_is_refused() -> None:
    accepted(advisories._text("accepted.txt"))
    with pytest.raises(ValueError, match="is no"):
        accepted("TEST-1 django:")
