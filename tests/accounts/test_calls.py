"""Calls to providers end in time, whatever a provider does. The providers here are sockets that misbehave."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from requests import Response

from accounts.providers import calls
from accounts.providers.faults import Fault, faults_only

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Misbehaving = Callable[[socket.socket], object]


@contextmanager
def provider(misbehave: Misbehaving) -> Iterator[str]:
    """Run a provider that takes a request and then does as it likes."""

    def take(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65_536)
            misbehave(connection)

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=take, args=[listening.accept()[0]], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        listening.shutdown(socket.SHUT_RDWR)


def call(url: str) -> Response:
    with faults_only(), calls.session() as calling:
        return calling.get(url)


def fault_of(misbehave: Misbehaving) -> str:
    """Return what a call to such a provider ends in."""
    with provider(misbehave) as url, pytest.raises(Fault) as fault:
        call(url)
    return fault.value.kind


def answer(*parts: bytes, every_seconds: float = 0) -> Misbehaving:
    """Return a provider that sends these parts."""

    def misbehave(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(every_seconds)

    return misbehave


def hang(connection: socket.socket) -> None:
    connection.recv(1)


def drip(head: bytes) -> Misbehaving:
    return answer(head, *[b"x"] * 200, every_seconds=0.05)


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LONGEST_SECONDS", 0.4)


@pytest.fixture(autouse=True)
def all_free_again() -> Iterator[None]:
    """Wait until every call has let go of its place."""
    yield
    for _place in range(calls.MOST_AT_ONCE):
        assert calls._slots.acquire(timeout=5)
    calls._slots.release(calls.MOST_AT_ONCE)


def test_answer_comes_whole() -> None:
    with provider(answer(OK + b"Content-Length: 11\r\n\r\n", b'{"a": "\xc3\xa4"}')) as url:
        assert call(url).json() == {"a": "ä"}
    with provider(answer(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n", b"2\r\n2]\r\n0\r\n\r\n")) as url:
        assert call(url).json() == [1, 2]


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    "misbehave",
    [
        hang,
        drip(b""),
        drip(b"HTTP/1.1 200 OK\r\nX-Long: "),
        drip(OK + b"\r\n"),
        drip(OK + b"Content-Length: 200\r\n\r\n"),
        answer(OK, *[b"X: y\r\n"] * 90, every_seconds=0.05),
        answer(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 200, every_seconds=0.05),
    ],
)
def test_provider_that_hangs_or_drips_is_given_up_in_time(misbehave: Misbehaving) -> None:
    began = time.monotonic()
    assert fault_of(misbehave) == "slow"
    assert time.monotonic() - began < 2


def test_provider_that_says_nothing_is_given_up_before_the_longest_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "CONNECT_SECONDS", 0.2)
    assert fault_of(hang) == "slow"


@pytest.mark.parametrize(
    ("kind", "misbehave"),
    [
        ("unreachable", answer()),
        ("unreachable", answer(b"nonsense\r\n\r\n")),
        ("unreachable", answer(OK + b"Content-Length: 100\r\n\r\n", b"{}")),
        ("unreachable", answer(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
        ("nonsense", answer(OK + b"\r\n" + b" " * (calls.MOST_BYTES + 1))),
        ("nonsense", answer(OK + b"Content-Encoding: gzip\r\n\r\n" + b"\x1f\x8b")),
        ("refused", answer(b"HTTP/1.1 500 No\r\n\r\n")),
        ("refused", answer(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n{}")),
        ("refused", answer(b"HTTP/1.1 308 Moved\r\nLocation: /\r\n\r\n{}")),
        ("refused", answer(b"HTTP/1.1 304 Not Modified\r\n\r\n")),
    ],
)
def test_answer_that_is_broken_too_large_or_leads_elsewhere_is_a_fault(kind: str, misbehave: Misbehaving) -> None:
    assert fault_of(misbehave) == kind


def test_nobody_there_is_a_fault() -> None:
    with pytest.raises(Fault, match="unreachable"):
        call("http://127.0.0.1:9/")
    with pytest.raises(Fault, match="unreachable"):
        call("http://nobody.invalid/")


def test_certificate_has_to_be_right() -> None:
    with provider(hang) as url, pytest.raises(Fault):
        call(url.replace("http:", "https:"))


@pytest.mark.usefixtures("_impatient")
def test_at_most_two_are_asked_at_once_and_the_third_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LONGEST_SECONDS", 1.5)
    kinds: list[str] = []

    def ask(url: str) -> None:
        with pytest.raises(Fault) as fault:
            call(url)
        kinds.append(fault.value.kind)

    with provider(hang) as url:
        hanging = [threading.Thread(target=ask, args=[url]) for _ in range(calls.MOST_TO_ONE)]
        for thread in hanging:
            thread.start()
        time.sleep(0.2)
        ask(url)
        assert kinds == ["busy"]  # before the others were given up
        for thread in hanging:
            thread.join()
    assert kinds == ["busy", "slow", "slow"]


@pytest.mark.usefixtures("_impatient")
def test_provider_that_hangs_leaves_a_way_to_another_one() -> None:
    def ask(url: str) -> None:
        with pytest.raises(Fault, match="slow"):
            call(url)

    with provider(hang) as hanging, provider(answer(OK + b"\r\n[]")) as healthy:
        waiting = [threading.Thread(target=ask, args=[hanging]) for _ in range(calls.MOST_TO_ONE)]
        for thread in waiting:
            thread.start()
        time.sleep(0.1)
        assert call(healthy).json() == []
        for thread in waiting:
            thread.join()


@pytest.mark.usefixtures("_impatient")
def test_after_hanging_calls_the_next_is_made() -> None:
    for _turn in range(4):
        assert fault_of(drip(OK)) == "slow"
    with provider(answer(OK + b"\r\n[]")) as url:
        assert call(url).json() == []


def test_control_without_cutting_a_thread_stays_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LONGEST_SECONDS", 0.2)
    monkeypatch.setattr(calls.Wires, "cut", lambda _wires: None)
    with provider(answer(OK, *[b"X: y\r\n"] * 20, every_seconds=0.05)) as url:
        for _turn in range(calls.MOST_TO_ONE):
            with pytest.raises(Fault, match="slow"):
                call(url)
        with pytest.raises(Fault, match="busy"):
            call(url)
