"""portal.py beside a real PostgreSQL server, the one of the tests."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.launcher.launching import launched, refusal

SERVER = os.environ.get("TEST_DATABASE_URL", "")
pytestmark = pytest.mark.skipif(not SERVER, reason="SQLite has no server; the run on PostgreSQL tests it")


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a new database."""
    name = f"launcher_{secrets.token_hex(8)}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_portal_is_prepared_and_served(folder: Path, empty_database: str) -> None:
    with launched(folder, "--no-demo", DATABASE_URL=empty_database) as first:
        first.wait_for("python3 portal.py add-staff ADDRESS")
    with launched(folder, "--no-demo", DATABASE_URL=empty_database) as second:
        second.wait_for("python3 portal.py add-staff ADDRESS")
        assert "Preparing" not in second.text
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT count(*) FROM django_migrations").fetchone() != (0,)


def test_refused_password_is_explained_without_it(folder: Path) -> None:
    address = urlsplit(SERVER)
    wrong = address._replace(netloc=address.netloc.replace(f":{address.password}@", ":open-sesame@"))
    answer = refusal(folder, DATABASE_URL=wrong.geturl())
    assert "password authentication failed" in answer
    assert "sesame" not in answer


def test_missing_database_is_named(folder: Path) -> None:
    answer = refusal(folder, DATABASE_URL=urlsplit(SERVER)._replace(path="/nowhere").geturl())
    assert 'database "nowhere" does not exist' in answer
