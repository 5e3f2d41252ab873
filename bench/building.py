"""The data sets, built once and found again: a second run with the same code takes no time.

What makes the rows decides whether a data set is current. Migrations that were added since it was
built are applied to it; one that was changed, or is gone, has it built anew. What happened to the
rows (`bench.history`) is written where it lacks or would be written otherwise now.
"""

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cluster import Database, running_cluster
from bench.reference.sizes import REFERENCE, SMALL, Size
from launcher.folder import HERE, Refusal, alone_in, data_folder, make_secrets, say
from launcher.processes import run

WHAT_MAKES_THE_DATA = ("bench/reference", "bench/loading.py")
WHAT_MAKES_THE_HISTORY = "bench/history.py"
MIGRATIONS = "*/migrations/0*.py"
MIGRATE, CACHE, ROWS, HISTORY = "migrations", "cache", "rows", "history"
COMMANDS = {
    MIGRATE: ("migrate", "--no-input"),
    CACHE: ("createcachetable",),
    ROWS: ("load_data", "{size}"),
    HISTORY: ("load_history",),
}
"""What a data set is made of, and the commands that make it."""
BUILDING = tuple(COMMANDS)
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
    """Build the data set, or bring it up to date; nothing where it is as it should be."""
    stamp, found = stamp_of(size), database.stamp()
    if found == stamp:
        return
    environment = environment_of(folder, database)
    lacking = what_lacks(found, stamp)
    if lacking is None:
        say(f"Building the data set “{size.name}”: {size.licenses:,} licenses, {size.activations:,} activations …")
        database.make_anew()
    else:
        say(f"Completing the data set “{size.name}”: {', '.join(lacking)} …")
    for command in BUILDING if lacking is None else lacking:
        manage(environment, *(word.format(size=size.name) for word in COMMANDS[command]))
    database.mark(stamp)


def environment_of(folder: Path, database: Database) -> dict[str, str]:
    """Return the environment in which the portal works on `database`; nothing of an installation comes in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_AN_INSTALLATION)}
    return {
        **kept,
        "DATABASE_URL": database.url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_SECOND_STEP_FOR": "",  # the people of the data have none, and are signed in by their sessions
    }


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run a management command; refuse with what it wrote when it fails."""
    done = run([sys.executable, "manage.py", *arguments], environment)
    if done.returncode:
        raise Refusal(f"manage.py {' '.join(arguments)} failed:\n{done.stderr.strip()}")


def stamp_of(size: Size) -> str:
    """Return what a current data set of `size` is marked with: what made it, its history, and its migrations."""
    folders = [HERE / name for name in WHAT_MAKES_THE_DATA]
    files = sorted({file for folder in folders for file in (folder, *folder.rglob("*.py")) if file.suffix == ".py"})
    made_by = _digest(b"".join(file.read_bytes() for file in files))
    history = _digest((HERE / WHAT_MAKES_THE_HISTORY).read_bytes())
    migrations = sorted(HERE.glob(MIGRATIONS))
    names = [f"{file.stem} {_digest(file.read_bytes())}" for file in migrations]
    return "\n".join([f"{size} {made_by}", f"{HISTORY} {history}", *names])


def what_lacks(found: str, stamp: str) -> list[str] | None:
    """Return what a data set marked with `found` needs to be as `stamp` says; None where it has to be built anew."""
    made_by, *others = found.splitlines() or [""]
    now_made_by, *now_others = stamp.splitlines()
    history, migrations = _apart(others)
    now_history, now_migrations = _apart(now_others)
    if made_by != now_made_by or not migrations <= now_migrations:
        return None
    needed = {MIGRATE: migrations != now_migrations, HISTORY: history != now_history}
    return [command for command, is_needed in needed.items() if is_needed]


def _apart(lines: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return the lines that tell of the history, and those that tell of migrations."""
    history = {line for line in lines if line.startswith(f"{HISTORY} ")}
    return history, set(lines) - history


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
