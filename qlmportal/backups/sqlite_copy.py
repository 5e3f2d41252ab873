"""A SQLite database copied while it is used, and put back in one transaction."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from django.db import connection

from qlmportal.backups.manifest import BackupError, Copied, Migration, StoredFile
from qlmportal.backups.tables import MIGRATIONS, STORED_FILES, WITHOUT_ROWS

NAME = "database.sqlite3"


def version() -> str:
    """Return the version of SQLite."""
    return sqlite3.sqlite_version


def copy_out(folder: Path) -> Copied:
    """Copy the database as it is at one moment; who writes meanwhile is not held up.

    Sessions and what is only cached are left out: a copy should let nobody in.
    """
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / NAME, isolation_level=None)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("PRAGMA secure_delete = ON")
        tables = _tables(copy)
        for table in WITHOUT_ROWS & set(tables):
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608  # a name of ours
        migrations: Sequence[Migration] = copy.execute(MIGRATIONS).fetchall()
        stored = [StoredFile(*row) for row in copy.execute(STORED_FILES)]
        rows = {table: _count(copy, table) for table in tables if table not in WITHOUT_ROWS}
        return Copied(rows, migrations, stored)


def copy_in(folder: Path, rows: Mapping[str, int], _migrations: Sequence[Migration], afterwards: Iterable[str]) -> None:
    """Put the copy in the place of the whole database, after the statements `afterwards` were run in it.

    It is made ready beside the database, so that whatever fails changes nothing; then SQLite itself
    takes it over in one transaction.
    """
    place = Path(str(connection.settings_dict["NAME"])).parent
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=place) as name:
        ready = Path(name) / NAME
        shutil.copyfile(folder / NAME, ready)
        with closing(sqlite3.connect(ready, isolation_level=None)) as copy:
            _check_copy(copy, rows)
            connection.ensure_connection()
            with connection.wrap_database_errors:
                for statement in afterwards:
                    copy.execute(statement)
                copy.backup(connection.connection)


def _check_copy(copy: sqlite3.Connection, rows: Mapping[str, int]) -> None:
    """Raise BackupError unless the copy is whole, with as many rows as were written."""
    copy.execute("PRAGMA ignore_check_constraints = ON")  # they use functions that only Django brings
    if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)] or rows.keys() - set(_tables(copy)):
        raise BackupError("The database in the backup is not whole. Nothing was changed.")
    for table, number in rows.items():
        if _count(copy, table) != number:
            raise BackupError(f"The rows of {table} are not those that were written. Nothing was changed.")


def _tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in found)


def _count(database: sqlite3.Connection, table: str) -> int:
    number: int = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608  # as above
    return number
