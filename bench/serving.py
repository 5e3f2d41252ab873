"""The portal as it runs: gunicorn with two processes of four threads, on this machine alone."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from launcher.folder import Refusal
from launcher.processes import start, stop
from launcher.service import ANSWER_SECONDS, GUNICORN, HOST
from tests.support.postgres import free_port


@dataclass(frozen=True)
class Server:
    """A portal that answers."""

    url: str
    process_id: int

    def resident_kilobytes(self) -> dict[int, int]:
        """Return the resident memory of each process that answers requests, by its id."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], check=True, capture_output=True, text=True)
        rows = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
        return {pid: kilobytes for pid, parent, kilobytes in rows if parent == self.process_id}


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[Server]:
    """Run a portal in `environment`, and stop it."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", *GUNICORN, "--bind", f"{HOST}:{port}"]
    process = start(command, {**environment, "PORTAL_URL": url})
    try:
        _wait_for(port)
        yield Server(url, process.pid)
    finally:
        stop([process])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise Refusal(f"The portal does not answer after {ANSWER_SECONDS} s.")
