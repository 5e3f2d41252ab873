"""The tests: once on PostgreSQL, and those that ask the database once more on SQLite, on every core of the machine."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from launcher.folder import HERE, alone_in, say
from launcher.packages import install
from launcher.processes import die_with_parent

NO_TESTS_COLLECTED = 5
ON_EVERY_CORE = ("--numprocesses=logical", "--dist=loadfile", "--no-loadscope-reorder")
"""A file's tests run in one process, and those of a folder one after the other, as they share what is dear to make."""
BY_THEMSELVES = ("tests/races", "tests/faults")
ONCE_MORE = ("--without-browser", "--with-database")
"""What asks no database is the same on both, and what a browser makes of a page, too."""
OF_PROVIDERS = ("GOOGLE_", "FACEBOOK_", "AZURE_")
OF_AN_INSTALLATION = ("PORTAL_", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", *OF_PROVIDERS)


def run_tests(folder: Path, arguments: Sequence[str]) -> int:
    """Run the tests with pytest's `arguments` on both databases; return the exit status.

    Without arguments all of them run, on every core; races and faults then run by themselves, because
    they measure how long people wait.
    """
    with alone_in(folder):
        python = install(folder, "dev")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OF_AN_INSTALLATION)}
    pytest = [str(python), "-m", "pytest"]
    with_server = [] if environment.get("TEST_DATABASE_URL") else [str(python), "-m", "tests.support.postgres"]
    on_sqlite = {**environment, "TEST_DATABASE_URL": ""}
    together = [*ON_EVERY_CORE, *(f"--ignore={each}" for each in BY_THEMSELVES)]
    runs = [[*ON_EVERY_CORE, *arguments]] if arguments else [together, [*BY_THEMSELVES]]
    outcomes = {
        "PostgreSQL": [_run([*with_server, *pytest, *each], environment) for each in runs],
        "SQLite": [_run([*pytest, *ONCE_MORE, *each], on_sqlite) for each in runs],
    }
    return _tell(outcomes, can_find_none=bool(arguments))


def _tell(outcomes: dict[str, list[int]], *, can_find_none: bool) -> int:
    """Say how the runs on each database ended, and return the exit status; one of two may have found no tests."""
    found = [code for codes in outcomes.values() for code in codes]
    if can_find_none and set(found) != {NO_TESTS_COLLECTED}:
        outcomes = {name: [code for code in codes if code != NO_TESTS_COLLECTED] for name, codes in outcomes.items()}
    failed = {name: [code for code in codes if code] for name, codes in outcomes.items()}
    say("", *(f"On {name}: {f'FAILED {codes}' if codes else 'passed'}" for name, codes in failed.items()))
    return 1 if any(failed.values()) else 0


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    where = "SQLite" if "--without-browser" in command else "PostgreSQL"
    what = "races and faults" if command[-1] in BY_THEMSELVES else "tests"
    say("", f"═══ The {what} on {where} ═══")
    return subprocess.run(command, cwd=HERE, env=environment, check=False, preexec_fn=die_with_parent).returncode
