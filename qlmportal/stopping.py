"""How the web server stops: it takes nothing new from that moment, and answers what it has taken.

gunicorn's threads do the second, but the port stays open until the last of them is done. Meanwhile a
proxy in front would go on handing requests over that nobody takes; while a long upload ends, for
minutes. The settings of gunicorn name this module: `--config=python:qlmportal.stopping`.
"""

import errno
import mmap
import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Protocol

_is_stopping = mmap.mmap(-1, 1)
"""One byte that gunicorn's first process shares with those that answer. They are asked to end in other cases, too,
such as a reload; then the port stays open."""


class Queue(Protocol):
    """What the thread that takes connections does besides, in its turn."""

    def defer(self, callback: Callable[["ThreadWorker"], None], worker: "ThreadWorker") -> None:
        """Let that thread call `callback` soon; a signal handler may call this."""


class ThreadWorker(Protocol):
    """gunicorn's process with threads, as far as it is used here."""

    sockets: list[socket.socket]
    method_queue: Queue
    accept: Callable[[socket.socket], None]

    def set_accept_enabled(self, enabled: bool) -> None:
        """Look for new connections, or not."""

    def handle_exit(self, number: int, frame: FrameType | None) -> None:
        """Begin to stop: answer what was taken, then end."""


class Arbiter(Protocol):
    """gunicorn's first process; the port may be systemd's, which keeps it."""

    systemd: bool
    stop: Callable[[bool], None]


def when_ready(arbiter: Arbiter) -> None:
    """Let the processes that answer know when all of the server stops; gunicorn calls this in its first process."""
    stop_all = arbiter.stop

    def stop(graceful: bool = True) -> None:
        _is_stopping[0] = not arbiter.systemd
        stop_all(graceful)

    arbiter.stop = stop


def post_worker_init(worker: ThreadWorker) -> None:
    """Prepare a process that answers for its end; gunicorn calls this when it has begun."""
    take = worker.accept

    def accept(listener: socket.socket) -> None:
        """Take a connection, unless the other process has closed the port, which both share."""
        try:
            take(listener)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            worker.set_accept_enabled(False)

    def stop(number: int, frame: FrameType | None) -> None:
        if _is_stopping[0]:
            worker.method_queue.defer(close_port, worker)
        worker.handle_exit(number, frame)

    worker.accept = accept
    signal.signal(signal.SIGTERM, stop)


def close_port(worker: ThreadWorker) -> None:
    """Take the connections that wait already, then let the system refuse all others, for every process of the port."""
    for listener in worker.sockets:
        while _is_open(listener) and select.select([listener], [], [], 0)[0]:
            worker.accept(listener)
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _is_open(listener: socket.socket) -> bool:
    """Return whether connections are taken; a socket that another process has shut always seems to have one."""
    return bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
