"""Calls to providers: short, small and few at a time, so that one that hangs or babbles hinders nobody else."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from io import BytesIO
from socket import SHUT_RDWR, socket
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from accounts.providers.faults import Fault

CONNECT_SECONDS = 3.0
LONGEST_SECONDS = 6.0
WAIT_SECONDS = 0.3
MOST_BYTES = 256 * 1024
CHUNK_BYTES = 16 * 1024
MOST_AT_ONCE, MOST_TO_ONE = 3, 2
"""For each web process, of whose four threads one is left for everybody else whatever providers do.

One provider never has all of them, so that one that hangs leaves a way to the others.
"""

_slots = BoundedSemaphore(MOST_AT_ONCE)
_slots_to: defaultdict[str, BoundedSemaphore] = defaultdict(lambda: BoundedSemaphore(MOST_TO_ONE))
_threads = ThreadPoolExecutor(MOST_AT_ONCE, "provider-call")


def _take_slot(provider: str) -> Callable[[], None]:
    """Take one of the calls that may be made at once, to this provider and in all; return what gives it back."""
    to_it = _slots_to[provider]
    if not to_it.acquire(timeout=WAIT_SECONDS):
        raise Fault("busy")
    if not _slots.acquire(timeout=WAIT_SECONDS):
        to_it.release()
        raise Fault("busy")

    def give_back() -> None:
        _slots.release()
        to_it.release()

    return give_back


def session() -> Session:
    """Return what calls a provider once; a Fault says that it was too busy, slow, large, or led elsewhere."""
    calling = Session()
    calling.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        calling.mount(scheme, BriefAdapter())
    return calling


class Wires:
    """The connections of a call, which another thread may cut."""

    def __init__(self) -> None:
        self._sockets: list[socket] = []
        self._are_cut = False

    def add(self, wire: socket) -> None:
        """Remember a connection; cut it at once when it comes too late."""
        self._sockets.append(wire)
        if self._are_cut:
            self.cut()

    def cut(self) -> None:
        """End every connection, so that a thread that reads from one reads no further."""
        self._are_cut = True
        for wire in self._sockets:
            with suppress(OSError):
                socket.shutdown(wire, SHUT_RDWR)


class WiredConnection(HTTPConnection):
    """A connection that can be cut."""

    def __init__(self, wires: Wires, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as the pool calls it
        self.wires = wires

    def connect(self) -> None:
        """Connect, and remember the connection."""
        super().connect()
        self.wires.add(self.sock)


class WiredTLSConnection(HTTPSConnection):
    """The same through TLS."""

    def __init__(self, wires: Wires, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as the pool calls it
        self.wires = wires

    def connect(self) -> None:
        """Connect, and remember the connection."""
        super().connect()
        self.wires.add(self.sock)


class BriefAdapter(HTTPAdapter):
    """Asks in a thread of its own and gives up in time: looking up a name, or bytes that drip, know no timeout."""

    def __init__(self) -> None:
        super().__init__()
        self.wires = Wires()

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> ConnectionPool:
        """Return connections that can be cut."""
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if isinstance(pool, HTTPConnectionPool):
            wired = WiredTLSConnection if isinstance(pool, HTTPSConnectionPool) else WiredConnection
            pool.ConnectionCls = partial(wired, self.wires)  # type: ignore[assignment]  # it is only called
        return pool

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: object = None,
        proxies: object = None,
    ) -> Response:
        """Return the answer, read to its end; the caller's own idea of a timeout does not count."""
        give_back = _take_slot(urlsplit(request.url or "").netloc)
        answering = _threads.submit(self._answer, request, verify, proxies)
        answering.add_done_callback(lambda _answered: give_back())
        try:
            return answering.result(LONGEST_SECONDS)
        except TimeoutError:
            self.wires.cut()
            raise Fault("slow") from None

    def _answer(self, request: PreparedRequest, verify: bool | str, proxies: object) -> Response:
        response = super().send(request, True, CONNECT_SECONDS, verify, None, proxies)  # type: ignore[arg-type]  # as they came
        with response:
            if not HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES:
                raise Fault("refused")
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise Fault("nonsense")
            body = b"".join(_parts_of(response))
        response.raw = BytesIO(body)
        response.encoding = "utf-8"
        return response


def _parts_of(response: Response) -> Iterator[bytes]:
    """Yield the answer's bytes as they came, to the end that it announced."""
    length = 0
    try:
        while part := response.raw.read(CHUNK_BYTES, decode_content=False):
            length += len(part)
            if length > MOST_BYTES:
                raise Fault("nonsense")
            yield part
    except (HTTPError, OSError):
        raise Fault("unreachable") from None
