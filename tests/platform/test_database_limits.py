"""How long the portal waits for its database, seen at work: nobody waits for ever, and then all is well again."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from licenses.models import License
from organizations.models import UserGroup
from qlmportal.database import WEB_SERVER_TIMEOUTS
from tests.cast import make_contact, make_group, make_license, make_organization
from tests.support.portal_server import PortalServer, database_url, running_portal

REPOSITORY = Path(__file__).resolve().parents[2]
SHORT = {"statement_timeout": "300ms", "lock_timeout": "200ms", "idle_in_transaction_session_timeout": "100ms"}
SOON = 10
TRIED = """
import os, time
from qlmportal.wsgi import application
from django.db import Error, connection, transaction
began = time.monotonic()
try:
    {try_this}
except Error as error:
    print(type(error).__name__, error)
connection.close()
print("seconds", time.monotonic() - began)
"""

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")


def limits(values: dict[str, str]) -> str:
    """Return what the web server asks of PostgreSQL, with other values for the same limits."""
    found = WEB_SERVER_TIMEOUTS
    for name, value in values.items():
        found, number = re.subn(rf"\b{name}=\S+", f"{name}={value}", found)
        assert number == 1, name
    return found


def said_by(try_this: str, **environment: str) -> tuple[str, float]:
    """Return what the web server's process says when it tries that, and how long it took."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TRIED.format(try_this=try_this)],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "qlmportal.settings",
            **environment,
        },
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    words, _seconds, seconds = done.stdout.strip().rpartition("seconds ")
    return words, float(seconds)


@on_postgresql
def test_question_that_takes_too_long_is_given_up(transactional_db: None) -> None:
    words, _seconds = said_by("connection.cursor().execute('SELECT pg_sleep(60)')", PGOPTIONS=limits(SHORT))
    assert "canceling statement due to statement timeout" in words


@on_postgresql
def test_transaction_that_does_nothing_is_ended(transactional_db: None) -> None:
    again = "connection.cursor().execute('SELECT 1')"
    idle = f"with transaction.atomic(): {again}; time.sleep(1); {again}"
    words, _seconds = said_by(idle, PGOPTIONS=limits(SHORT))
    assert "Error" in words


def test_server_that_accepts_and_says_nothing_is_given_up_after_seconds(transactional_db: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://portal:secret@127.0.0.1:{silent.getsockname()[1]}/portal"
        words, seconds = said_by("connection.cursor()", DATABASE_URL=address)
    assert "Error" in words
    assert seconds < SOON


@pytest.fixture
def impatient_portal(transactional_db: None) -> Iterator[PortalServer]:
    with running_portal(changes={"PGOPTIONS": limits(SHORT)}) as portal:
        yield portal


@on_postgresql
def test_who_waits_for_a_row_too_long_is_told_to_come_back_and_then_it_works(impatient_portal: PortalServer) -> None:
    contact = make_contact(make_organization("Acme"))
    license = make_license(organization=contact.organization)
    visitor, page = impatient_portal.visitor(contact.user), f"/licenses/{license.pk}/activate/"
    with transaction.atomic():
        License.objects.select_for_update().get(pk=license.pk)
        refused = visitor.post(page, {"computer_id": "ID-1"})
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert not license.activations.exists()
    assert visitor.post(page, {"computer_id": "ID-1"}).status == 302
    assert license.activations.count() == 1


@contextmanager
def somebody_writes(seconds: float) -> Iterator[None]:
    """Let another connection hold SQLite's one place to write for so long, from before the block on."""
    has_begun = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            has_begun.set()
            time.sleep(seconds)
            other.execute("ROLLBACK")

    thread = threading.Thread(target=write)
    thread.start()
    has_begun.wait()
    try:
        yield
    finally:
        thread.join()


@on_sqlite
def test_who_writes_to_sqlite_waits_until_the_other_one_is_done(transactional_db: None) -> None:
    group = make_group(name="North")
    with somebody_writes(0.3):
        began = time.monotonic()
        UserGroup.objects.filter(pk=group.pk).update(name="South")
        waited = time.monotonic() - began
    group.refresh_from_db()
    assert group.name == "South"
    assert waited > 0.05


@on_sqlite
def test_who_waits_for_sqlite_too_long_gives_up(transactional_db: None) -> None:
    make_group(name="North")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    try:
        with somebody_writes(0.6), pytest.raises(OperationalError, match="locked"):
            UserGroup.objects.update(name="South")
    finally:
        connection.close()
    assert UserGroup.objects.get().name == "North"
