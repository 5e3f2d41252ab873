"""A web server that is asked to stop answers what it has taken, and refuses everything else at once."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from launcher.processes import Running, start, stop
from launcher.service import GUNICORN, HOST
from tests.support.portal_server import collect_static_files, database_url
from tests.support.postgres import free_port

SECONDS = 30
BODY = b"login=anna&password=wrong"


@pytest.fixture
def server(transactional_db: None) -> Iterator[tuple[Running, int]]:
    """The web server as portal.py starts it, and its port."""
    port = free_port()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "qlmportal.settings", "DATABASE_URL": database_url()}
    collect_static_files(environment)
    process = start([sys.executable, "-m", *GUNICORN, "--bind", f"{HOST}:{port}"], environment)
    try:
        wait(lambda: answers(port))
        yield process, port
    finally:
        stop([process])


def wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answers(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException), closing(http.client.HTTPConnection(HOST, port, timeout=5)) as it:
        it.request("GET", "/healthz")
        return it.getresponse().status == 200
    return False


def is_refused(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def half_a_request(port: int) -> http.client.HTTPConnection:
    """Send a form up to the middle of its body, so that a thread is waiting for the rest."""
    connection = http.client.HTTPConnection(HOST, port, timeout=SECONDS)
    connection.putrequest("POST", "/accounts/login/")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", str(len(BODY)))
    connection.endheaders(BODY[:10])
    return connection


def test_what_was_begun_is_answered_and_nothing_else_is_taken(server: tuple[Running, int]) -> None:
    process, port = server
    with closing(half_a_request(port)) as connection:
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGTERM)
        wait(lambda: is_refused(port))
        assert process.poll() is None
        connection.send(BODY[10:])
        assert connection.getresponse().status == 403  # it brings no form token
    assert process.wait(SECONDS) == 0


def test_reload_keeps_the_port_open(server: tuple[Running, int]) -> None:
    process, port = server
    os.kill(process.pid, signal.SIGHUP)
    until = time.monotonic() + 3
    while time.monotonic() < until:
        assert not is_refused(port)
        time.sleep(0.05)
    wait(lambda: answers(port))
