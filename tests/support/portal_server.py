"""Real server processes for tests: what is true of threads in one process need not be true of these."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from accounts.models import User
from launcher.processes import run, start, stop
from launcher.service import GUNICORN, HOST
from tests.support.postgres import free_port
from tests.support.secrecy import look_through
from tests.support.visitor import Visitor

START_SECONDS = 30


class PortalServer:
    """A portal served by gunicorn, as `portal.py` serves it, on the test's own database."""

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self._log = log

    def visitor(self, person: User | None = None) -> Visitor:
        """Return somebody who visits this portal, signed in if `person` is given."""
        visitor = Visitor(self.url)
        if person is not None:
            visitor.sign_in(person)
        return visitor

    @property
    def log(self) -> str:
        """What the server has written so far."""
        return self._log.read_text(encoding="utf-8")


@contextmanager
def running_portal(
    settings_module: str = "qlmportal.settings", changes: Mapping[str, str] | None = None
) -> Iterator[PortalServer]:
    """Start a portal on a free port, with `changes` of its environment, give it, and stop all that was started."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": settings_module,
        "PORTAL_URL": url,
        **(changes or {}),
    }
    collect_static_files(environment)
    log = Path(settings.PORTAL_DATA_DIR) / f"server-{port}.log"
    command = [sys.executable, "-m", *GUNICORN, "--bind", f"{HOST}:{port}", "--log-file", str(log), "--capture-output"]
    process = start(command, environment)
    portal = PortalServer(url, log)
    try:
        wait_until_it_answers(portal)
        yield portal
    finally:
        stop([process])
    look_through(portal.log)


def database_url() -> str:
    """Return the address of the database that the tests use at this moment."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(database['NAME']))}"
    user, password = quote(database["USER"], safe=""), quote(database["PASSWORD"], safe="")
    return f"postgresql://{user}:{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def collect_static_files(environment: dict[str, str]) -> None:
    """Make the static files of a real installation, once for all servers."""
    if not Path(settings.STATIC_ROOT).exists():
        done = run([sys.executable, "manage.py", "collectstatic", "--no-input"], environment)
        assert done.returncode == 0, done.stderr


def wait_until_it_answers(portal: PortalServer) -> None:
    """Wait for the server's first answer."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            portal.visitor().get("/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"The server does not answer:\n{portal.log}")
