"""The running portal: the web server, the worker, and the launcher as their parent."""

import contextlib
import http.client
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launcher.folder import Refusal, say
from launcher.preparation import NOT_FOR_OTHERS, Portal
from launcher.processes import Command, on_ending_signals, start, stop

HOST = "127.0.0.1"
LOOK_SECONDS = 0.1
ANSWER_SECONDS = 30
FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 60
KILLED = frozenset({signal.SIGKILL, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT})
GUNICORN = [
    "gunicorn",
    "qlmportal.wsgi:application",
    "--worker-class=gthread",
    "--workers=2",
    "--threads=4",
    "--no-control-socket",
    "--config=python:qlmportal.stopping",
    "--log-level=warning",
]


@dataclass(frozen=True)
class Service:
    """A program that answers on a port as long as the portal runs."""

    name: str
    command: Command
    port: int


def check_port(port: int) -> None:
    """Refuse when the portal cannot listen on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Refusal(f"Port {port} is reserved for root. Choose one from 1024 up with --port.") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise Refusal(
                f"Port {port} is taken by another program. Stop it, or choose another port: "
                f"python3 portal.py --port {other}"
            ) from None


class Kept:
    """A process that is started again when it ends: after a second, and ever more slowly if it keeps ending."""

    def __init__(self, name: str, command: Command, portal: Portal) -> None:
        self.name = name
        self._command = command
        self._environment = portal.environment
        self._pause = FIRST_PAUSE_SECONDS
        self._start()

    def _start(self) -> None:
        self.process = start(self._command, self._environment, NOT_FOR_OTHERS)
        self._started_at = time.monotonic()
        self._start_again_at: float | None = None

    @property
    def has_ended(self) -> bool:
        """Tell whether the process is not there any more, whatever may follow."""
        return self.process.poll() is not None

    @property
    def was_killed(self) -> bool:
        """Tell whether it did not end by itself, but was killed, as by a system that ran out of memory."""
        return self.has_ended and -self.process.returncode in KILLED

    def start_again_if_ended(self) -> None:
        """Look after the process once; waits for nothing. What a killed process left behind is ended first."""
        now = time.monotonic()
        if not self.has_ended:
            return
        if self._start_again_at is None:
            has_lasted = now - self._started_at > LONGEST_PAUSE_SECONDS
            self._pause = FIRST_PAUSE_SECONDS if has_lasted else self._pause
            self._start_again_at = now + self._pause
            how = _how_it_ended(self.process.returncode)
            say(f"The {self.name} has ended ({how}); it starts again in {self._pause} s.")
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        elif now >= self._start_again_at:
            stop([self.process])
            self._start()


def _how_it_ended(code: int) -> str:
    return f"status {code}" if code >= 0 else f"signal {-code}"


def serve(portal: Portal, port: int, announce: Callable[[], None], beside: Sequence[Service] = ()) -> None:
    """Run web server, worker and what is `beside` until Ctrl-C, SIGTERM or the end of a server; then stop all.

    `announce` is called once every server answers; from then on a server that was killed is started
    again, as the worker always is. One that ends by itself has a reason, and ends the portal.
    """
    received: list[int] = []
    on_ending_signals(lambda number, _frame: received.append(number))
    web = Service("web server", [portal.python, "-m", *GUNICORN, "--bind", f"{HOST}:{port}"], port)
    services = [web, *beside]
    running = [Kept(each.name, each.command, portal) for each in services]
    worker = Kept("worker", [portal.python, "manage.py", "worker"], portal)
    waiting_since: float | None = time.monotonic()
    try:
        while not received and not _ended(running, is_starting=waiting_since is not None):
            if waiting_since is not None and all(_answers(each.port) for each in services):
                waiting_since = None
                announce()
            elif waiting_since is not None and time.monotonic() - waiting_since > ANSWER_SECONDS:
                silent = next(each for each in services if not _answers(each.port))
                raise Refusal(f"The {silent.name} does not answer on port {silent.port} after {ANSWER_SECONDS} s.")
            for each in [worker, *([] if waiting_since is not None else running)]:
                each.start_again_if_ended()
            time.sleep(LOOK_SECONDS)
    finally:
        ended = _ended(running, is_starting=waiting_since is not None)
        stop([each.process for each in (*running, worker)])
    if not received:
        raise Refusal(f"The {ended[0]} has ended by itself. Its last words are above.")
    say("The portal has stopped.")


def _ended(processes: Sequence[Kept], *, is_starting: bool) -> list[str]:
    """Return the names of those that have ended and are not started again."""
    return [each.name for each in processes if each.has_ended and (is_starting or not each.was_killed)]


def _answers(port: int) -> bool:
    """Tell whether somebody speaks HTTP on `port`; any answer will do."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    return False
