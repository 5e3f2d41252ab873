"""Starting the real portal.py, as a person at a terminal would."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launcher.checks import OF_PROVIDERS
from launcher.processes import die_with_parent
from tests.support.postgres import free_port

PORTAL_PY = Path(__file__).resolve().parent.parent.parent / "portal.py"
OF_THE_TESTS = ("PORTAL_", "DATABASE_URL", "EMAIL_URL", "CACHE_URL", "TEST", "DJANGO_", "PYTEST", *OF_PROVIDERS)
SECONDS = 180


def environment(folder: Path, changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of somebody who has set nothing but where the portal keeps its things."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_TESTS)}
    return {**inherited, "PORTAL_DATA_DIR": str(folder), **(changes or {})}


def launch(folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run portal.py to its end."""
    finished = subprocess.run(
        [sys.executable, str(PORTAL_PY), *arguments],
        env=environment(folder, changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert "Traceback" not in finished.stdout + finished.stderr
    return finished


def refusal(folder: Path, *arguments: str, **changes: str) -> str:
    """Return the one line with which portal.py refuses."""
    finished = launch(folder, "--port", str(free_port()), *arguments, **changes)
    assert finished.returncode == 1, finished.stdout
    assert len(finished.stderr.splitlines()) == 1, finished.stderr
    return finished.stderr.strip()


class Launched:
    """A portal.py that is running, and what it has printed so far."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self.lines.extend(line.rstrip() for line in output)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, words: str) -> None:
        """Wait until it has printed `words`."""
        wait_until(lambda: words in self.text or self.process.poll() is not None)
        assert words in self.text, self.text

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def children(self) -> dict[int, str]:
        """Return the command lines of all processes below it, by process id."""
        table = [line.split(None, 2) for line in _ps().splitlines()]
        family, commands = {self.process.pid}, {int(pid): command for pid, _, command in table}
        for _ in range(3):
            family |= {int(pid) for pid, parent, _ in table if int(parent) in family}
        return {pid: commands[pid] for pid in family - {self.process.pid}}

    def child(self, words: str) -> int:
        """Return the process id of the first process below it with `words` in its command line."""
        found = [pid for pid, command in self.children().items() if words in command]
        assert found, f"{words} is not running"
        return min(found)


@contextmanager
def launched(folder: Path, *arguments: str, **changes: str) -> Iterator[Launched]:
    """Start portal.py on a free port; end it if the test has not."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(PORTAL_PY), "--port", str(port), *arguments],
        env=environment(folder, changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with_parent,
    )
    portal = Launched(process, port)
    try:
        yield portal
    finally:
        if process.poll() is None:
            portal.end()
        portal.reader.join(SECONDS)
        assert "Traceback" not in portal.text, portal.text


def wait_until(is_so: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait until it is so; fail when it never is."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Tell whether a process is there and not merely waiting to be buried."""
    return any(line.split()[0] == str(pid) and "<defunct>" not in line for line in _ps().splitlines())


def _ps() -> str:
    return subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
