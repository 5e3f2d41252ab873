"""R6 on the data sets of the measurements: a backup is restored into an empty database, and every value compared."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench.building import Bench, environment_of, manage, prepared
from bench.cluster import PREFIX, Database
from bench.faults.row import Row
from launcher.folder import HERE, Refusal, data_folder, say
from launcher.processes import die_with_parent

RESTORED = f"{PREFIX}restored"
BAR = "the same values; memory grows with neither rows nor files"
MOST_MEGABYTES = 300
"""What such a command may need; Django and the models take a third of it before anything is read."""


@dataclass(frozen=True)
class Run:
    """How long a command took (seconds), and how much memory it had at most (megabytes)."""

    seconds: float
    megabytes: float

    def __str__(self) -> str:
        """Say so."""
        return f"{self.seconds:.1f} s and {self.megabytes:.0f} MB of memory"


def restore_data_sets() -> Iterator[Row]:
    """Back up the large data set on PostgreSQL and the small one on SQLite; nothing where none was built."""
    if not (data_folder() / "bench" / "postgres" / "cluster").exists():
        say("R6 on the reference data is left out: build it with python -m bench data")
        return
    with prepared() as bench, tempfile.TemporaryDirectory(prefix="backups-", dir=bench.folder) as name:
        folder = Path(name)
        with _empty_database(bench.reference) as url:
            yield _there_and_back("reference (postgresql)", bench, (bench.reference.url, url), folder / "reference")
        urls = [f"sqlite:///{folder / file}" for file in ("small.sqlite3", "restored.sqlite3")]
        _fill_from_small(bench, urls[0])
        yield _there_and_back("small (sqlite)", bench, (urls[0], urls[1]), folder / "small")


def _there_and_back(name: str, bench: Bench, urls: tuple[str, str], backup: Path) -> Row:
    say(f"Backing up and restoring the data set “{name}” …")
    environment = environment_of(bench.folder, bench.reference)
    there, back = ({**environment, "DATABASE_URL": url} for url in urls)
    made = _measured(there, "backup", str(backup))
    restored = _measured(back, "restore", str(backup))
    before, after = _contents(there), _contents(back, "--restored")
    others = [column for column in before if before[column] != after.get(column)]
    size = sum(file.stat().st_size for file in backup.rglob("*") if file.is_file()) / 1e6
    rows = sum(json.loads((backup / "manifest.json").read_text())["rows"].values())
    return Row(
        "R6",
        f"backup and restore of the data set {name}",
        f"{rows:,} rows",
        f"backup of {size:.0f} MB in {made}, restored in {restored}; "
        + (f"other values in {', '.join(others)}" if others else f"the same values in {len(before)} columns"),
        BAR,
        not others and max(made.megabytes, restored.megabytes) <= MOST_MEGABYTES,
    )


def _measured(environment: Mapping[str, str], *arguments: str) -> Run:
    """Run a management command to its end; refuse with what it wrote when it fails."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=HERE,
            env=dict(environment),
            stdout=said,
            stderr=said,
            preexec_fn=die_with_parent,  # noqa: PLW1509  (there are no threads)
        )
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise Refusal(f"manage.py {' '.join(arguments)} failed:\n{said.read()}")
    in_a_kilobyte = 1 if sys.platform == "darwin" else 1024
    return Run(time.monotonic() - began, used.ru_maxrss * in_a_kilobyte / 1e6)


def _contents(environment: Mapping[str, str], *options: str) -> dict[str, str]:
    """Return a digest of each column of which a backup keeps rows."""
    done = subprocess.run(
        [sys.executable, "manage.py", "contents", *options],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=die_with_parent,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _fill_from_small(bench: Bench, url: str) -> None:
    """Make a SQLite database with the rows of the small data set."""
    environment = environment_of(bench.folder, bench.reference) | {
        "DATABASE_URL": url,
        "BENCH_SMALL_DATABASE_URL": bench.small.url,
    }
    for command in ("migrate", "createcachetable", "copy_small"):
        manage(environment, command)


@contextmanager
def _empty_database(beside: Database) -> Iterator[str]:
    """Give the address of a database without tables on the same server, which goes in the end."""
    address, name = urlsplit(beside.url), sql.Identifier(RESTORED)
    with psycopg.connect(address._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0").format(name))
        try:
            yield address._replace(path=f"/{RESTORED}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
