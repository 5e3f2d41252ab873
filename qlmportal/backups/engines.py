"""Which of the two databases is copied, and how."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from django.db import connection

from qlmportal.backups import postgresql_copy, sqlite_copy
from qlmportal.backups.manifest import Copied, Migration


class Engine(Protocol):
    """What each database can do."""

    def version(self) -> str:
        """Return the version of the database's program."""

    def copy_out(self, folder: Path) -> Copied:
        """Copy the database into the folder, as it is at one moment."""

    def copy_in(
        self, folder: Path, rows: Mapping[str, int], migrations: Sequence[Migration], afterwards: Iterable[str]
    ) -> None:
        """Put the copy in the place of the database, whole or not at all; then run the statements, too."""


def engine() -> Engine:
    """Return what copies the database of this portal."""
    return postgresql_copy if connection.vendor == "postgresql" else sqlite_copy
