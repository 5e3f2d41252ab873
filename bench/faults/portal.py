"""The portal under fault: `portal.py` as anybody starts it, with its web server and its worker below it."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from launcher.folder import HERE, Refusal
from launcher.processes import die_with_parent

START_SECONDS = 600
STOP_SECONDS = 40


class Portal:
    """A portal.py that runs."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, folder: Path, log: Path) -> None:
        self.url = url
        self.folder = folder
        self._process = process
        self._log = log

    @property
    def log(self) -> str:
        """What it and everything below it has written so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def is_running(self) -> bool:
        """Whether the one process that was started has never ended."""
        return self._process.poll() is None

    def web_server(self) -> int:
        """Return the process id of gunicorn's master."""
        found = [pid for pid, parent, command in _processes() if parent == self._process.pid and "gunicorn" in command]
        if not found:
            raise LookupError("the web server does not run")
        return min(found)

    def web_processes(self) -> list[int]:
        """Return the ids of the processes that answer requests."""
        master = self.web_server()
        return [pid for pid, parent, _command in _processes() if parent == master]

    def answers(self) -> bool:
        """Tell whether it answers, whatever its database does."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False


def _processes() -> list[tuple[int, int, str]]:
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], check=True, capture_output=True, text=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [(int(pid), int(parent), *command) for pid, parent, *command in rows if command]  # type: ignore[misc]  # one or none


def is_alive(pid: int) -> bool:
    """Tell whether a process does anything any more; one that was killed may wait for its parent to notice."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True)
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


@contextmanager
def running_portal(folder: Path, url: str, environment: Mapping[str, str]) -> Iterator[Portal]:
    """Start a portal of one's own, empty, and stop it."""
    if not (folder / "venv").exists():
        (folder / "venv").symlink_to(sys.prefix)
    log = folder / "portal.log"
    port = str(urlsplit(url).port)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "portal.py"), "--port", port, "--no-demo"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509  (the threads come later)
        )
    portal = Portal(process, url, folder, log)
    try:
        wait_until(lambda: portal.answers() or not portal.is_running, START_SECONDS)
        if not portal.is_running:
            raise Refusal(f"The portal did not start:\n{portal.log}")
        yield portal
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], object], seconds: float) -> None:
    """Wait until it is so; raise TimeoutError when it is not after `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain")
        time.sleep(0.02)


def without_installation(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment without what an installation on this machine has set."""
    prefixes = ("PORTAL_", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_", "TEST_DATABASE_URL", "PYTEST")
    return {name: value for name, value in environment.items() if not name.startswith(prefixes)}
