"""The data sets, built once and found again: a second run with the same code takes no time."""

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cluster import Database, running_cluster
from bench.reference.sizes import REFERENCE, SMALL, Size
from launcher.folder import HERE, Refusal, alone_in, data_folder, make_secrets, say
from launcher.processes import run

WHAT_MAKES_THE_DATA = ("bench/reference", "bench/loading.py", "*/migrations")
OF_AN_INSTALLATION = ("PORTAL_", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_")


@dataclass(frozen=True)
class Bench:
    """Everything ready: the folder, and the databases of both sizes with their data."""

    folder: Path
    reference: Database
    small: Database

    @property
    def environment(self) -> dict[str, str]:
        """What commands and servers run with, on the reference data set."""
        return environment_of(self.folder, self.reference) | {"BENCH_SMALL_DATABASE_URL": self.small.url}


@contextmanager
def prepared() -> Iterator[Bench]:
    """Give the databases, built if need be, on a server that runs meanwhile."""
    folder = data_folder() / "bench"
    folder.mkdir(exist_ok=True)
    with alone_in(folder):
        make_secrets(folder)
        with running_cluster(folder / "postgres") as server_url:
            found = {size: Database(server_url, size.name) for size in (REFERENCE, SMALL)}
            for size, database in found.items():
                _build(folder, size, database)
            yield Bench(folder, found[REFERENCE], found[SMALL])


def _build(folder: Path, size: Size, database: Database) -> None:
    stamp = f"{size} {_digest()}"
    if database.holds(stamp):
        return
    say(f"Building the data set “{size.name}”: {size.licenses:,} licenses, {size.activations:,} activations …")
    database.make_anew()
    environment = environment_of(folder, database)
    for command in (["migrate", "--no-input"], ["createcachetable"], ["load_data", size.name]):
        manage(environment, *command)
    database.mark(stamp)


def environment_of(folder: Path, database: Database) -> dict[str, str]:
    """Return the environment in which the portal works on `database`; nothing of an installation comes in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_AN_INSTALLATION)}
    return {
        **kept,
        "DATABASE_URL": database.url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PORTAL_DATA_DIR": str(folder),
    }


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run a management command; refuse with what it wrote when it fails."""
    done = run([sys.executable, "manage.py", *arguments], environment)
    if done.returncode:
        raise Refusal(f"manage.py {' '.join(arguments)} failed:\n{done.stderr.strip()}")


def _digest() -> str:
    """Return what changes with the code that makes the data."""
    folders = [found for pattern in WHAT_MAKES_THE_DATA for found in HERE.glob(pattern)]
    files = sorted({file for folder in folders for file in (folder, *folder.rglob("*.py")) if file.suffix == ".py"})
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
