"""A PostgreSQL database copied table by table, all as of one moment, and put back in one transaction.

It needs no program beside the portal, of whatever version, and no password but the one in DATABASE_URL.
"""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from qlmportal.backups.manifest import BackupError, Copied, Migration, StoredFile
from qlmportal.backups.tables import MIGRATIONS, STORED_FILES, WITHOUT_ROWS
from qlmportal.backups.without_indexes import without_indexes

FOLDER, SUFFIX = "tables", ".copy.gz"
COMPRESSION = 3
PIECE_BYTES = 1_048_576
LOCK_SECONDS = 10

_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::text::regnamespace"
_COLUMNS = (
    "SELECT attname, attidentity <> '' FROM pg_attribute "
    "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)


def version() -> str:
    """Return the version of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def copy_out(folder: Path) -> Copied:
    """Copy every table as it is at one moment; who writes meanwhile is not held up.

    Sessions and what is only cached are left out: a copy should let nobody in.
    """
    (folder / FOLDER).mkdir()
    with transaction.atomic(), connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables = [table for table in _tables(cursor) if table not in WITHOUT_ROWS]
        rows = {table: _write(cursor, table, folder / FOLDER / f"{table}{SUFFIX}") for table in tables}
        cursor.execute(MIGRATIONS)
        migrations: Sequence[Migration] = cursor.fetchall()
        cursor.execute(STORED_FILES)
        return Copied(rows, migrations, [StoredFile(*row) for row in cursor.fetchall()])


def _tables(cursor: CursorWrapper) -> list[str]:
    cursor.execute(_TABLES)
    return sorted(name for (name,) in cursor.fetchall())


def _columns(cursor: CursorWrapper, table: str) -> dict[str, bool]:
    """Return the columns that hold values of their own, and whether the database numbers them."""
    cursor.execute(_COLUMNS, [_quoted(table)])
    return dict(cursor.fetchall())


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _write(cursor: CursorWrapper, table: str, file: Path) -> int:
    """Write the rows of a table, one in each line, below the names of its columns; return how many."""
    columns, number = list(_columns(cursor, table)), 0
    with gzip.open(file, "wb", compresslevel=COMPRESSION) as out:
        out.write("\t".join(columns).encode() + b"\n")
        with cursor.copy(f"COPY {_quoted(table)} ({', '.join(map(_quoted, columns))}) TO STDOUT") as copy:
            for piece in copy:
                out.write(piece)
                number += bytes(piece).count(b"\n")
    return number


def copy_in(folder: Path, rows: Mapping[str, int], migrations: Sequence[Migration], afterwards: Iterable[str]) -> None:
    """Put the copied tables in the place of all that are there, and run the statements `afterwards`.

    The tables are made by the migrations that the copy had. All of it is one transaction.
    """
    with transaction.atomic(), connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        _drop_tables(cursor)
        executor = MigrationExecutor(connection)
        executor.migrate(_last_of_each_app(executor, migrations))
        call_command("createcachetable")
        if missing := set(rows) - set(_tables(cursor)):
            raise BackupError(f"The migrations make no table {sorted(missing)[0]}. Nothing was changed.")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing that migrating has done waits to be checked
        with without_indexes(cursor, [_quoted(table) for table in rows]):
            for table, number in rows.items():
                if _read(cursor, table, folder / FOLDER / f"{table}{SUFFIX}") != number:
                    raise BackupError(f"The rows of {table} are not those that were written. Nothing was changed.")
        for statement in afterwards:
            cursor.execute(statement)


def _drop_tables(cursor: CursorWrapper) -> None:
    """Remove the portal's tables; refuse where there are others."""
    tables = _tables(cursor)
    ours = {*connection.introspection.django_table_names(), "django_migrations", *WITHOUT_ROWS}
    if others := sorted(set(tables) - ours):
        raise BackupError(
            f"The database has tables that this version does not know, such as {others[0]}. Use an empty database."
        )
    if tables:
        cursor.execute(f"DROP TABLE {', '.join(map(_quoted, tables))} CASCADE")


def _last_of_each_app(executor: MigrationExecutor, migrations: Sequence[Migration]) -> list[Migration]:
    """Return those of the migrations on which none of the same app among them builds."""
    known, graph = set(migrations), executor.loader.graph
    return [
        each
        for each in migrations
        if each in graph.nodes
        and not any(child.key in known and child.key[0] == each[0] for child in graph.node_map[each].children)
    ]


def _read(cursor: CursorWrapper, table: str, file: Path) -> int:
    """Load the rows of a table, and let the database number on from there; return how many."""
    with gzip.open(file, "rb") as rows:
        columns = rows.readline().decode().rstrip("\n").split("\t")
        cursor.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608  # what migrations have put into it
        with cursor.copy(f"COPY {_quoted(table)} ({', '.join(map(_quoted, columns))}) FROM STDIN") as copy:
            while piece := rows.read(PIECE_BYTES):
                copy.write(piece)
    number: int = cursor.rowcount
    for column in (name for name, is_numbered in _columns(cursor, table).items() if is_numbered):
        names = [_quoted(table), column]
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, %s), greatest(max({_quoted(column)}), 1), "  # noqa: S608  # ours
            f"max({_quoted(column)}) IS NOT NULL) FROM {_quoted(table)}",
            names,
        )
    return number
