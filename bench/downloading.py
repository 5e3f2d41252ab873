"""Downloading an export: when its first byte comes, how fast the rows come, and what the server's memory does."""

import http.client
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event, Thread
from urllib.parse import urlsplit

from bench.asking import ANSWER_SECONDS, Visit
from bench.serving import Server

CHUNK_BYTES = 65_536
LOOK_SECONDS = 0.1
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Download:
    """How a download went."""

    first_byte_seconds: float
    seconds: float
    rows: int

    @property
    def rows_per_second(self) -> float:
        """How many rows came in a second, the wait for the first included."""
        return self.rows / self.seconds


def download(visit: Visit) -> Download:
    """Download as a browser does, compressed, and count the lines behind the first."""
    unpacked, lines = zlib.decompressobj(_GZIP), 0
    with closing(http.client.HTTPConnection(urlsplit(visit.portal_url).netloc, timeout=ANSWER_SECONDS)) as connection:
        began = time.perf_counter()
        connection.request("GET", visit.path, headers={"Cookie": visit.cookie, "Accept-Encoding": "gzip"})
        response = connection.getresponse()
        if response.status != HTTPStatus.OK:
            raise RuntimeError(f"{visit.path} answers {response.status} instead of 200.")
        chunk = response.read1(CHUNK_BYTES)
        first_byte_seconds = time.perf_counter() - began
        while chunk:
            lines += unpacked.decompress(chunk).count(b"\n")
            chunk = response.read1(CHUNK_BYTES)
        return Download(first_byte_seconds, time.perf_counter() - began, lines - 1)


@dataclass
class Memory:
    """The resident memory of a server's processes, watched from the beginning on."""

    before: dict[int, int]
    most: dict[int, int] = field(default_factory=dict)

    def look(self, now: dict[int, int]) -> None:
        """Keep what each process has at the most."""
        self.most = {process: max(kilobytes, self.most.get(process, 0)) for process, kilobytes in now.items()}

    @property
    def grown_megabytes(self) -> float:
        """By how much the process that grew most has grown."""
        return max(most - self.before.get(process, most) for process, most in self.most.items()) / 1024


@contextmanager
def watching(server: Server) -> Iterator[Memory]:
    """Watch the memory of `server` meanwhile."""
    memory, has_ended = Memory(server.resident_kilobytes()), Event()

    def watch() -> None:
        while not has_ended.wait(LOOK_SECONDS):
            memory.look(server.resident_kilobytes())

    thread = Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        has_ended.set()
        thread.join()
        memory.look(server.resident_kilobytes())
