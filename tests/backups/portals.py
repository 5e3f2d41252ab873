"""Portals that are backed up and restored: what is in them, and another one on a machine that has nothing yet."""

import os
import secrets
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from django.core.management import call_command
from psycopg import sql

from accounts.letters import Letter
from accounts.mail import Lane, ask_for, queue
from accounts.password_links import REQUEST
from launcher.processes import Finished, run
from qlmportal.backups.tables import WITHOUT_ROWS
from tests.cast import Cast, make_cast
from tests.licenses.files import make_published_file

LETTER = Letter("Your license", "Hello.\n", "<p>Hello.</p>")
CHANGED_BY_RESTORING = frozenset({"post_office_email"})
"""Restoring itself changes something there: mails that wait are put on hold."""

Rows = dict[str, list[tuple[object, ...]]]


def make_busy_portal() -> Cast:
    """Make people with licenses, a file of a release, and mails that wait."""
    cast = make_cast()
    for version in ("4.1.77", "4.1.78", "4.1.79"):
        make_published_file(cast.license.product_version.product, version, name="spectra.zip")
    queue(LETTER, "paula.brandt@people.example")
    queue(LETTER, "greta.novak@people.example", Lane.BULK)
    ask_for(REQUEST, "paula.brandt@people.example")
    return cast


def back_up(folder: Path) -> str:
    """Make a backup by the command, and return what it said."""
    return said("backup", folder)


def said(command: str, *arguments: object, **options: bool | Path) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=out, **options)
    return out.getvalue()


class AnotherPortal:
    """The same code with a database and a data folder of its own."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url = database_url
        self.folder = folder

    def manage(self, *arguments: object, **changes: str) -> Finished:
        """Run a command there, with the same secrets unless `changes` of the environment say otherwise."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "qlmportal.settings",
            "DATABASE_URL": self.database_url,
            "PORTAL_DATA_DIR": str(self.folder),
            **changes,
        }
        return run([sys.executable, "manage.py", *map(str, arguments)], environment)

    def files(self) -> dict[str, bytes]:
        """Return the files of releases that it has."""
        return files_below(self.folder / "files")


@contextmanager
def another_portal(folder: Path) -> Iterator[AnotherPortal]:
    """Give a portal whose database has no tables yet, on the server of the tests if there is one."""
    folder.mkdir()
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield AnotherPortal(f"sqlite:///{folder / 'portal.sqlite3'}", folder)
        return
    name = sql.Identifier(database := f"restored_{secrets.token_hex(8)}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield AnotherPortal(urlsplit(server)._replace(path=f"/{database}").geturl(), folder)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the content of all files below a folder, by their names."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def rows_of(database_url: str) -> Rows:
    """Return every row of every table of which a backup keeps rows, as the database itself tells them."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(unquote(urlsplit(database_url).path[1:]))) as file:
            found = file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            return _sorted({name: file.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in found.fetchall()})
    with psycopg.connect(database_url) as server:
        names = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = {name: sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)) for (name,) in names}
        return _sorted({name: server.execute(query).fetchall() for name, query in tables.items()})


def rules_of(database_url: str) -> list[str]:
    """Return every index and every constraint that the database knows."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(unquote(urlsplit(database_url).path[1:]))) as file:
            return sorted(str(row) for row in file.execute("SELECT name, sql FROM sqlite_master").fetchall())
    with psycopg.connect(database_url) as server:
        indexes = server.execute("SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'").fetchall()
        constraints = server.execute(
            "SELECT conrelid::regclass::text, conname, contype, condeferred, convalidated "
            "FROM pg_constraint WHERE conrelid <> 0"
        ).fetchall()
        return sorted(str(row) for row in (*indexes, *constraints))


def _sorted(rows: Mapping[str, list[tuple[object, ...]]]) -> Rows:
    return {name: sorted(each, key=str) for name, each in rows.items() if name not in WITHOUT_ROWS}
