"""What the portal asks of its database connections."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.support.portal_server import database_url

REPOSITORY = Path(__file__).resolve().parents[2]
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
SHOW = (
    "from django.db import connection as c; k = c.cursor(); "
    f"print(*(k.execute(f'SHOW {{name}}').fetchone()[0] for name in {LIMITS}))"
)


def one(sql: str) -> str:
    """Return the one value that `sql` selects."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchone()[0])


def printed_by(code: str) -> str:
    """Run `code` in a process of its own, on the tests' database."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "qlmportal.settings"}
    environment.pop("PGOPTIONS", None)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_sqlite_checks_relations_and_lets_readers_read_while_one_writes(transactional_db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    assert one("PRAGMA foreign_keys") == "1"
    assert one("PRAGMA journal_mode") == "wal"
    assert one("PRAGMA busy_timeout") == "20000"


def test_web_server_does_not_wait_long_for_postgresql_and_commands_may(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL")
    assert printed_by(f"from qlmportal.wsgi import application; {SHOW}") == "30s 10s 1min"
    assert printed_by(f"import django; django.setup(); {SHOW}") == "0 0 0"
