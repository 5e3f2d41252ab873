"""Indexes by which PostgreSQL finds parts of words: for any three letters in a row, the rows in which they stand.

They come from its extension pg_trgm. SQLite has none: it reads the rows, and finds the same.
Like triggers they are no part of the models; migrations make them, on PostgreSQL alone.
"""

from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

EXTENSION = "pg_trgm"


class MakeTrigrams(Operation):
    """Migration operation: have the extension, unless somebody made it before.

    Raise CommandError, which says who can make it, where this role may not. It stays when the
    migration is taken back, since perhaps it is not ours.
    """

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the extension if need be."""
        connection = schema_editor.connection
        if connection.vendor != "postgresql" or _is_there(connection):
            return
        try:
            with transaction.atomic(using=connection.alias):
                schema_editor.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}", params=None)
        except DatabaseError as error:
            raise CommandError(refusal(connection.settings_dict["NAME"], error)) from None

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Leave the extension."""

    def describe(self) -> str:
        """Say what the operation does, for `migrate`."""
        return f"Have the extension {EXTENSION} of PostgreSQL"


def _is_there(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = %s)", [EXTENSION])
        return bool(cursor.fetchone()[0])


def refusal(database: str, error: Exception) -> str:
    """Return what to do where PostgreSQL does not let this role create the extension."""
    return (
        f"PostgreSQL did not create its extension {EXTENSION}, by which parts of words are found: {error!s:.300}\n"
        f"Have the owner of the database {database}, or an administrator of the server, do this in it once, and "
        f"migrate again: CREATE EXTENSION {EXTENSION}; It is part of PostgreSQL, on some systems in a package named "
        "postgresql-contrib."
    )


class TrigramIndex(Operation):
    """Migration operation: index the parts of words in a `column` of `table`, of its rows that fit `where`."""

    reversible = True

    def __init__(self, table: str, column: str, name: str, where: str = "") -> None:
        self.table = table
        self.column = column
        self.name = name
        self.where = where

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models as they are: SQLite has them, too."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the index."""
        if schema_editor.connection.vendor == "postgresql":
            using = f"{self.table} USING gin ({self.column} gin_trgm_ops)"
            condition = f" WHERE {self.where}" if self.where else ""
            schema_editor.execute(f"CREATE INDEX {self.name} ON {using}{condition}", params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the index."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {self.name}", params=None)

    def describe(self) -> str:
        """Say what the operation does, for `migrate`."""
        return f"Index the parts of words in {self.table}.{self.column}"
