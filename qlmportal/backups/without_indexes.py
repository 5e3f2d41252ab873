"""Filling tables of PostgreSQL faster: indexes and foreign keys are taken off, and made anew over all rows at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.utils import CursorWrapper

_FOREIGN_KEYS = (
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY conrelid, conname"
)
_INDEXES = (
    "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) "
    "FROM pg_index WHERE indrelid = ANY(%s::regclass[]) "
    "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY indexrelid"
)


@contextmanager
def without_indexes(cursor: CursorWrapper, tables: list[str]) -> Iterator[None]:
    """Take indexes and foreign keys off the tables, whose names are quoted; make them anew afterwards.

    That checks all rows, and takes less time than doing so row by row. What holds a primary key or
    another constraint stays. To be used within a transaction, so that it is all or nothing.
    """
    cursor.execute(_FOREIGN_KEYS, [tables])
    foreign_keys = cursor.fetchall()
    cursor.execute(_INDEXES, [tables])
    indexes = cursor.fetchall()
    for table, name, _definition in foreign_keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in foreign_keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
