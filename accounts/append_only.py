"""Triggers by which the database itself refuses to change or remove rows of a table.

Used for the audit trail. A migration that alters such a table makes the triggers anew,
because SQLite drops them silently when it rebuilds a table.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

REFUSAL = "rows of this table are never changed or removed"


def _create_statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table}: {REFUSAL}'; END $$",
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {REFUSAL}'); END"
        for verb in ("update", "delete")
    ] + [
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608  # the migration names the table
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {REFUSAL}'); END"
    ]


def _drop_statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
            f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
            f"DROP FUNCTION IF EXISTS {table}_refuse()",
        ]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete", "replace")]


def missing_triggers(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """Return the names of the triggers of `table` that are missing, switched off, or do something else."""
    expected = _expected(connection.vendor, table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_AT_WORK, [table])
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        found = {name: tuple(how) for name, *how in cursor.fetchall()}
    return [name for name, how in expected.items() if found.get(name) != how]


_AT_WORK = """
SELECT t.tgname, t.tgtype, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL
"""
_BEFORE_EACH_UPDATE_OR_DELETE, _BEFORE_TRUNCATE = 1 + 2 + 8 + 16, 2 + 32
"""`pg_trigger.tgtype`, one bit each: for each row, before, delete, update; before, truncate."""


def _expected(vendor: str, table: str) -> dict[str, tuple[object, ...]]:
    """Return the triggers of `table` by name, as the database keeps them."""
    if vendor == "postgresql":
        body = _create_statements(vendor, table)[0].split("$$")[1]
        return {
            f"{table}_append_only": (_BEFORE_EACH_UPDATE_OR_DELETE, body),
            f"{table}_no_truncate": (_BEFORE_TRUNCATE, body),
        }
    return {statement.split()[2]: (statement,) for statement in _create_statements(vendor, table)}


class MakeAppendOnly(Operation):
    """Migration operation: put the triggers on `table`, in place of any that are there."""

    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the triggers if they are there and create them."""
        vendor = schema_editor.connection.vendor
        for statement in _drop_statements(vendor, self.table) + _create_statements(vendor, self.table):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the triggers."""
        for statement in _drop_statements(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Say what the operation does, for `migrate`."""
        return f"Refuse to change or remove rows of {self.table}"


@contextmanager
def without_triggers(connection: BaseDatabaseWrapper, table: str) -> Iterator[None]:
    """Take the triggers of `table` down for the duration of the block; for emptying test databases."""
    with connection.cursor() as cursor:
        for statement in _drop_statements(connection.vendor, table):
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in _create_statements(connection.vendor, table):
                cursor.execute(statement)
