"""R7 on the data sets of the measurements: a copy goes some migrations back and forth again."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench.building import Bench, environment_of, prepared
from bench.cluster import PREFIX, Database
from bench.faults.row import Row
from launcher.folder import HERE, data_folder, say
from launcher.processes import die_with_parent

STEPS = 3
COPY = f"{PREFIX}copy"
BAR = "forwards and backwards without loss"


def migrate_data_sets() -> Iterator[Row]:
    """Migrate a copy of each data set; nothing where none was built yet."""
    if not (data_folder() / "bench" / "postgres" / "cluster").exists():
        say("R7 on the reference data is left out: build it with python -m bench data")
        return
    with prepared() as bench:
        for name, database in (("small", bench.small), ("reference", bench.reference)):
            yield _there_and_back(bench, name, database)


def _there_and_back(bench: Bench, name: str, database: Database) -> Row:
    say(f"Copying and migrating the data set “{name}” …")
    with _copy_of(database) as url:
        done = subprocess.run(
            [sys.executable, "manage.py", "there_and_back", f"--steps={STEPS}"],
            cwd=HERE,
            env=environment_of(bench.folder, database) | {"DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=die_with_parent,
        )
    seen = done.stdout.strip() or done.stderr.strip().splitlines()[-1]
    return Row("R7", f"migrations on the data set {name}", "a copy goes back and forth", seen, BAR, not done.returncode)


@contextmanager
def _copy_of(database: Database) -> Iterator[str]:
    """Give the address of a copy, which goes in the end; nobody else may be connected to the original."""
    address = urlsplit(database.url)
    names = {"copy": sql.Identifier(COPY), "original": sql.Identifier(address.path.removeprefix("/"))}
    with psycopg.connect(address._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {copy} WITH (FORCE)").format(**names))
        server.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {original}").format(**names))
        try:
            yield address._replace(path=f"/{COPY}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {copy} WITH (FORCE)").format(**names))
