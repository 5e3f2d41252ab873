"""What a database holds, as one number for each column: what is lost or changed is found, whatever moved around it."""

import hashlib
from collections.abc import Sequence

from django.db import connection

Contents = dict[tuple[str, str], str]
"""By table and column, a digest of all its values, each with the key of its row."""
NOT_COMPARED = frozenset({"django_migrations", "sqlite_sequence"})
_OF_ALL_ROWS = "SELECT {digests} FROM {table}"
_OF_COLUMN = "count(*)::text || ':' || coalesce(sum(hashtextextended(concat({key}::text, '=', {column}::text), 0)), 0)"


def contents() -> Contents:
    """Return what the database of this process holds."""
    found: Contents = {}
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - NOT_COMPARED)
    for table in tables:
        columns = _columns(table)
        digests = _by_postgresql(table, columns) if connection.vendor == "postgresql" else _by_hand(table, columns)
        found |= {(table, column): digest for column, digest in zip(columns, digests, strict=True)}
    return found


def differences(before: Contents, after: Contents) -> list[str]:
    """Return the columns that both have and that hold something else."""
    return [
        f"{table}.{column}"
        for (table, column), digest in sorted(before.items())
        if after.get((table, column), digest) != digest
    ]


def _columns(table: str) -> list[str]:
    """Return the names of the columns, the table's key first."""
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        key = connection.introspection.get_primary_key_column(cursor, table) or names[0]
    return [key, *sorted(set(names) - {key})]


def _by_postgresql(table: str, columns: Sequence[str]) -> list[str]:
    """Let the server add up hashes, so that a million rows stay where they are."""
    quote = connection.ops.quote_name
    digests = [_OF_COLUMN.format(key=quote(columns[0]), column=quote(column)) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(_OF_ALL_ROWS.format(digests=", ".join(digests), table=quote(table)))
        return [str(digest) for digest in cursor.fetchone()]


def _by_hand(table: str, columns: Sequence[str]) -> list[str]:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(_OF_ALL_ROWS.format(digests=", ".join(map(quote, columns)), table=quote(table)))
        rows = sorted(cursor.fetchall(), key=repr)
    values = [[(row[0], row[position]) for row in rows] for position in range(len(columns))]
    return [hashlib.sha256(repr(each).encode()).hexdigest() for each in values]
