"""Where files of releases lie: a folder (`folder_storage.py`) or a bucket (`bucket_storage.py`).

Whatever fails there, fails with OSError, so that callers need not know which of the two it is.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.core.files import File
from django.core.files.storage import Storage

from accounts.ids import uuid7
from licenses.models import ReleaseFile
from licenses.models.releases import release_files_storage

FOLDER = "releases"
CHUNK_BYTES = 1_048_576


@runtime_checkable
class SigningStorage(Protocol):
    """A storage whose files have addresses that work for a while."""

    def signed_url(self, name: str, attachment: str, method: str) -> str:
        """Return an address under which `method` gets the file, with that Content-Disposition."""


@runtime_checkable
class MovingStorage(Protocol):
    """A storage whose files can be read in pieces and take each other's place."""

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """Give the content of a file in pieces of at most `most` bytes."""

    def move(self, name: str, to: str) -> None:
        """Let the file `name` take the place of the file `to`, at one moment."""


@dataclass(frozen=True)
class Received:
    """A file that somebody handed over: its content, with size and SHA-256 as this machine has found them."""

    content: "File[bytes]"
    size: int
    sha256: str


def received(content: "File[bytes]") -> Received:
    """Return `content` with its size and SHA-256, read piece by piece."""
    digest, size = hashlib.sha256(), 0
    for part in content.chunks(CHUNK_BYTES):
        digest.update(part)
        size += len(part)
    content.seek(0)
    return Received(content, size, digest.hexdigest())


def sum_of(name: str, storage: Storage | None = None) -> str:
    """Return the SHA-256 of a stored file as it can be read now; raise OSError when it cannot."""
    digest = hashlib.sha256()
    for piece in _moving(storage or release_files_storage()).pieces(name, CHUNK_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def put_in_place(name: str, of: str, storage: Storage) -> None:
    """Let the stored file `name` take the place of the file `of`, whether that is there or not; raises OSError."""
    _moving(storage).move(name, of)


def _moving(storage: Storage) -> MovingStorage:
    if not isinstance(storage, MovingStorage):
        raise TypeError(f"Files of releases lie in a folder or in a bucket, not in a {type(storage).__name__}")
    return storage


def new_name() -> str:
    """Return a name under which nothing is stored yet; that it is an id says when the file was stored."""
    return f"{FOLDER}/{uuid7().hex}"


@contextmanager
def stored(content: "File[bytes]") -> Iterator[str]:
    """Store `content`, and give the name under which it lies; if what follows fails, nothing remains of it.

    A process that is killed meanwhile leaves a file that no row names; `manage.py release_files`
    finds and removes those. Raises OSError when it cannot be stored.
    """
    storage, name = release_files_storage(), new_name()
    try:
        storage.save(name, content)
        yield name
    except BaseException:
        discard(name, storage)
        raise


def discard(name: str, storage: Storage | None = None) -> None:
    """Remove a stored file that no row names any more; where that fails, the command finds it later."""
    with suppress(OSError):
        (storage or release_files_storage()).delete(name)


def path_of(file: ReleaseFile) -> str:
    """Return the name under which a file is stored."""
    return str(file.file.name)


def check_stored(file: ReleaseFile) -> None:
    """Raise OSError unless the file is there, whole: FileNotFoundError when it is missing."""
    size = release_files_storage().size(path_of(file))
    if size != file.size:
        raise OSError(f"{size} bytes instead of {file.size}")
