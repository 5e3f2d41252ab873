"""Files that the portal sends by itself: few at once, and nobody who stopped listening keeps a place.

Each download occupies one of the four threads of a web process until its last byte is taken, so
that downloads get half of them at most. Where nginx or a bucket delivers instead, none of this
is used (README, *Files of releases*).
"""

import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.http import FileResponse

from licenses.ranges import Span

MOST_AT_ONCE = 2
"""How many downloads a web process sends at the same time."""
MOST_FOR_ONE = 1
"""How many of them go to the same person: a second one waits until the first has arrived."""
STALLED_SECONDS = 30
"""After how long a connection that takes nothing any more is closed."""
BLOCK_BYTES = 262_144


class Places:
    """The places of one process for downloads at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: list[UUID] = []

    def take(self, person: UUID) -> Callable[[], None] | None:
        """Take a place for `person` and return how to give it back; None when there is none."""
        with self._lock:
            if len(self._taken) >= MOST_AT_ONCE or self._taken.count(person) >= MOST_FOR_ONE:
                return None
            self._taken.append(person)
        return lambda: self._give_back(person)

    def _give_back(self, person: UUID) -> None:
        with self._lock:
            self._taken.remove(person)


PLACES = Places()


class FilePart:
    """A part of a file as the server reads it; its place is given back once it is closed, or forgotten."""

    def __init__(self, file: BinaryIO, span: Span, give_back: Callable[[], None]) -> None:
        file.seek(span.first)
        self._file = file
        self._left = span.length
        self.close = weakref.finalize(self, _end, file, give_back)

    def read(self, size: int) -> bytes:
        """Return the next bytes, `size` at most; none at the end of the part."""
        found = self._file.read(min(size, self._left))
        self._left -= len(found)
        return found

    def fileno(self) -> int:
        """Return the open file, which the system itself sends without showing it to the portal."""
        return self._file.fileno()


def _end(file: BinaryIO, give_back: Callable[[], None]) -> None:
    file.close()
    give_back()


class PartResponse(FileResponse):
    """A part of a file on its way to somebody; headers are the caller's."""

    block_size = BLOCK_BYTES

    def set_headers(self, filelike: object) -> None:
        """Leave the headers as they are."""


def open_part(path: Path, span: Span, give_back: Callable[[], None]) -> FilePart:
    """Open a part of the file at `path`; raise OSError, having given the place back, when it cannot be read."""
    try:
        return FilePart(path.open("rb", buffering=0), span, give_back)
    except OSError:
        give_back()
        raise
