"""PostgreSQL finds parts of words by indexes; where they may not be made, `migrate` says who can."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.state import ProjectState
from django.db.models import Model, Q

from accounts.fields import has_part
from accounts.models import AuditEvent, Mail, User
from accounts.trigrams import MakeTrigrams, TrigramIndex
from licenses.models import Activation, License
from organizations.models import Customer, Organization

only_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no such indexes")

INDEXES: list[tuple[type[Model], str, str]] = [
    (User, "folded_name", "user_name_parts"),
    (User, "email", "user_email_parts"),
    (Customer, "folded_company", "customer_company_parts"),
    (Organization, "folded_name", "organization_name_parts"),
    (License, "folded_licensee", "license_licensee_parts"),
    (License, "folded_order_id", "license_order_parts"),
    (Activation, "folded_computer_name", "activation_computer_name_parts"),
    (AuditEvent, "target_label", "audit_target_parts"),
    (AuditEvent, "actor_name", "audit_actor_parts"),
    (Mail, "to", "mail_recipient_parts"),
]

OTHER_INDEXES = (
    "SELECT indexrelid::regclass::text FROM pg_index "
    "WHERE indrelid = %s::regclass AND indexrelid <> %s::regclass "
    "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
)
"""In an empty table one is as good as another."""


@only_postgresql
@pytest.mark.parametrize(("model", "column", "index"), INDEXES)
def test_parts_of_words_are_found_by_an_index(db: None, model: type[Model], column: str, index: str) -> None:
    found = Q(**{f"{column}__icontains": "indholm"}) if model in {AuditEvent, Mail} else has_part(column, "indholm")
    rows = model._default_manager.filter(found)
    if model is Activation:
        rows = rows.filter(deactivated_at=None)
    with connection.cursor() as cursor:
        cursor.execute(OTHER_INDEXES, [model._meta.db_table, index])
        for (other,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {other}")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
    assert f"Bitmap Index Scan on {index}" in rows.order_by().explain()


@contextmanager
def without_extension(role: str) -> Iterator[None]:
    """Be a `role` with no right but those given to it, where nobody has made the extension; in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute(f"CREATE ROLE {role}")
        if role == "owner_of_all":
            cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" OWNER TO {role}')
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        cursor.execute("RESET ROLE")


def make_extension() -> None:
    with connection.schema_editor() as editor:
        MakeTrigrams().database_forwards("accounts", editor, ProjectState(), ProjectState())


@only_postgresql
def test_who_may_not_make_the_extension_is_told_who_may(db: None) -> None:
    with without_extension("somebody_else"), pytest.raises(CommandError) as refused:
        make_extension()
    said = str(refused.value)
    assert "CREATE EXTENSION pg_trgm;" in said
    assert f"the owner of the database {connection.settings_dict['NAME']}" in said
    assert "permission denied" in said


@only_postgresql
def test_owner_of_the_database_makes_the_extension_and_whoever_finds_it_goes_on(db: None) -> None:
    with without_extension("owner_of_all"):
        make_extension()
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE somebody_else")
        cursor.execute("SET LOCAL ROLE somebody_else")
        make_extension()
        cursor.execute("RESET ROLE")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="what SQLite leaves out")
def test_sqlite_is_asked_for_neither_extension_nor_index(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = connection.schema_editor()
    monkeypatch.setattr(editor, "execute", lambda *_statement: pytest.fail("nothing is to be done"))
    for operation in (MakeTrigrams(), TrigramIndex("accounts_user", "email", name="any")):
        operation.database_forwards("accounts", editor, ProjectState(), ProjectState())
        operation.database_backwards("accounts", editor, ProjectState(), ProjectState())
