"""Files of a backup on their way into the storage: first beside those that are there, then in their places."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.core.files.storage import Storage

from licenses.file_storage import discard, new_name, put_in_place, sum_of
from licenses.models.releases import release_files_storage
from qlmportal.backups.manifest import FILES, BackupError, Part


class FilesComing:
    """Stored files that wait under names of their own until the database is the one that they belong to."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: dict[str, str] = {}

    def store(self, name: str, file: Path) -> None:
        """Store what is to be called `name`; raise OSError when it cannot be stored."""
        with file.open("rb") as content:
            self._waiting[name] = self._storage.save(new_name(), File(content))

    def put_in_place(self) -> None:
        """Let each file take the place that the database knows it by.

        Raises BackupError when one cannot; the database is restored then, and restoring once more brings the rest.
        """
        for name in list(self._waiting):
            try:
                put_in_place(self._waiting[name], name, self._storage)
            except OSError as failure:
                raise BackupError(
                    f"The database is restored, but not the file {name}: {failure}. Restore once more, with --replace."
                ) from None
            del self._waiting[name]

    def give_up(self) -> None:
        """Remove what still waits."""
        for waiting in self._waiting.values():
            discard(waiting, self._storage)


@contextmanager
def files_coming(parts: Iterable[Part], folder: Path) -> Iterator[FilesComing]:
    """Store the files of the backup in `folder` that are missing or have other bytes, beside those that are there.

    What did not take its place when the block ends is removed. Raises OSError when one cannot be stored.
    """
    storage = release_files_storage()
    coming = FilesComing(storage)
    try:
        for part in parts:
            name = part.name.removeprefix(f"{FILES}/")
            if name != part.name and not (storage.exists(name) and _is_same(name, part, storage)):
                coming.store(name, folder / part.name)
        yield coming
    finally:
        coming.give_up()


def _is_same(name: str, part: Part, storage: Storage) -> bool:
    return storage.size(name) == part.size and sum_of(name, storage) == part.sha256
