"""One web process of the portal on a port of its own, that is stopped and started as systemd does."""

import http.client
import os
import sys
from collections.abc import Mapping
from contextlib import suppress

from bench.faults.portal import wait_until
from launcher.processes import Running, start, stop
from launcher.service import GUNICORN, HOST
from tests.support.postgres import free_port

GRACEFUL = "--graceful-timeout=300"
"""As in deploy/portal-web@.service."""
READY_SECONDS = 60.0


class WebProcess:
    """It works on this portal's database and files, with `changes` of the environment."""

    def __init__(self, changes: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "qlmportal.settings",
            "PORTAL_URL": self.url,
            "PORTAL_SECOND_STEP_FOR": "",
            **changes,
        }
        self._process: Running | None = None

    def start(self) -> None:
        """Start it, and return once it is ready."""
        command = [sys.executable, "-m", *GUNICORN, "--bind", f"{HOST}:{self.port}", GRACEFUL]
        self._process = start(command, self._environment)
        wait_until(self._is_ready, READY_SECONDS)

    def stop(self) -> None:
        """Ask it to end, and wait until it has answered what it had taken."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process is not None:
            stop([self._process])

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        return False
