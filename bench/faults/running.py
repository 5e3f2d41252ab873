"""`python -m bench faults`: what has to be there before anything is broken, and the table in the end."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.faults.backing_up import restore_data_sets
from bench.faults.migrating import migrate_data_sets
from bench.faults.portal import without_installation
from bench.faults.row import HEAD
from bench.faults.server import new_cluster
from bench.races import USUAL_ROUNDS, Raced, run_tests
from bench.table import markdown
from launcher.folder import HERE, make_secrets, say
from launcher.processes import die_with_parent
from tests.support.postgres import free_port

ON_A_PORTAL = ("R2", "R3", "R4", "R8")
ON_SQLITE = ("R2", "R8")
DOUBLED = ("tests/races/test_doubled_forms.py", "tests/races/test_doubled_changes.py")
OF_MIGRATIONS = ("tests/platform/test_migrations.py",)
BY_TESTS = {"R5": DOUBLED, "R7": OF_MIGRATIONS}
ON_DATA = {"R6": restore_data_sets, "R7": migrate_data_sets}
FAULTS = ("R2", "R3", "R4", "R5", "R6", "R7", "R8")
SECONDS = 2400
MISSES = "**misses**"


def run_faults(
    names: Iterable[str], engines: Iterable[str], *, is_short: bool, mail_down: float = 0
) -> tuple[bool, str]:
    """Play the faults named; return whether every bar holds, and the table."""
    rows: list[list[str]] = []
    wanted = [name for name in FAULTS if name in names]
    for engine in engines:
        on_portal = [name for name in wanted if name in (ON_A_PORTAL if engine == "postgresql" else ON_SQLITE)]
        if on_portal:
            say(f"Breaking a portal on {engine}: {', '.join(on_portal)} …")
            rows += break_portal(engine, on_portal, is_short=is_short, mail_down=mail_down)
        for name in [name for name in wanted if name in BY_TESTS]:
            rows += [_row_of(name, engine, each) for each in run_tests(engine, USUAL_ROUNDS, BY_TESTS[name])]
    for name in [name for name in wanted if name in ON_DATA]:
        rows += [list(row.cells) for row in ON_DATA[name]()]
    return bool(rows) and all(row[-1] != MISSES for row in rows), markdown(HEAD, rows)


def break_portal(engine: str, names: list[str], *, is_short: bool, mail_down: float = 0) -> list[list[str]]:
    """Play the faults on a portal that is started for them; return the rows of the table."""
    options = [f"--mail-down={mail_down}", *(["--short"] if is_short else [])]
    with _prepared(engine) as environment:
        done = subprocess.run(
            [sys.executable, "manage.py", "break_portal", *names, *options],
            cwd=HERE,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=SECONDS + 60 * mail_down,
            preexec_fn=die_with_parent,
        )
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    rows = [[row[0], f"{row[1]} ({engine})", *row[2:]] for row in rows]
    if done.returncode:
        rows.append([names[-1], f"({engine})", "", f"ended with status {done.returncode}", "", MISSES])
    return rows


@contextmanager
def _prepared(engine: str) -> Iterator[dict[str, str]]:
    """Give the environment of a portal that is not there yet, in a folder that goes in the end."""
    with tempfile.TemporaryDirectory(prefix="portal-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        data, mail_port = folder / "data", free_port()
        data.mkdir()
        make_secrets(data)
        environment = {
            **without_installation(),
            "DJANGO_SETTINGS_MODULE": "bench.faults.settings",
            "PORTAL_DATA_DIR": str(data),
            "PORTAL_URL": f"http://127.0.0.1:{free_port()}",
            "DATABASE_URL": f"sqlite:///{data / 'portal.sqlite3'}",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "PORTAL_MAIL_FROM": "License Portal <portal@vendor.example>",
            "BENCH_MAIL_PORT": str(mail_port),
        }
        if engine == "postgresql":
            cluster = new_cluster(folder / "postgres")
            environment |= {
                "DATABASE_URL": cluster.url,
                "BENCH_CLUSTER": str(cluster.folder),
                "BENCH_CLUSTER_PORT": str(cluster.port),
            }
        yield environment


def _row_of(figure: str, engine: str, test: Raced) -> list[str]:
    """Return the row about a fault that is a test."""
    facts = test.facts
    seen = f"{facts['answers']} answers, {facts['server_errors']} server errors" if "answers" in facts else test.outcome
    verdict = "holds" if test.has_held else MISSES
    return [figure, f"{test.sentence} ({engine})", "see tests/", seen, "as it says", verdict]
