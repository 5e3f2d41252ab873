"""A PostgreSQL server that can be stopped, crashed and frozen; it exists for nothing else."""

import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.postgres import free_port, make_cluster, ordinary_user, serving


@dataclass(frozen=True)
class Cluster:
    """A folder of a server's data, and the address at which the server will answer."""

    folder: Path
    port: int
    url: str


def new_cluster(folder: Path) -> Cluster:
    """Make a cluster inside a new `folder`."""
    folder.mkdir()
    password, port = secrets.token_urlsafe(16), free_port()
    made = make_cluster(folder, ordinary_user(folder), password)
    return Cluster(made, port, f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres")


class DatabaseServer:
    """The server of one cluster, on a port that stays the same."""

    def __init__(self, cluster: Path, port: int) -> None:
        self._cluster = cluster
        self._port = port
        self._user = ordinary_user(cluster.parent)
        self._running = ExitStack()

    def start(self) -> None:
        """Start it, and return once it answers; after a crash it recovers first."""
        self._running.enter_context(serving(self._cluster, self._user, self._port))

    def stop(self) -> None:
        """Stop it as an administrator does: connections are ended, everything is written down."""
        self._running.close()

    def crash(self) -> None:
        """Kill all its processes at once, as when the power fails."""
        self._signal(signal.SIGKILL)
        self._running.close()

    def freeze(self) -> None:
        """Let none of its processes do anything; the machine still takes what is sent to it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _processes(self) -> list[int]:
        """Return the ids of the server's processes, the first one first."""
        file = self._cluster / "postmaster.pid"
        if not file.exists():
            return []
        first = int(file.read_text().splitlines()[0])
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True)
        pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
        return [first, *(pid for pid, parent in pairs if parent == first)]


@contextmanager
def running_cluster(cluster: Path, port: int) -> Iterator[DatabaseServer]:
    """Give the server of `cluster`, running, and stop it in whatever state it is."""
    server = DatabaseServer(cluster, port)
    server.start()
    try:
        yield server
    finally:
        server.thaw()
        server.stop()
