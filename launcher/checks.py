"""The tests: once on PostgreSQL, and without the browser once more on SQLite, on every core of the machine."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from launcher.folder import HERE, alone_in, say
from launcher.packages import install
from launcher.processes import die_with_parent

NO_TESTS_COLLECTED = 5
ON_EVERY_CORE = ("--numprocesses=logical", "--dist=loadfile")
RACES = "tests/races"
OF_PROVIDERS = ("GOOGLE_", "FACEBOOK_", "AZURE_")
OF_AN_INSTALLATION = ("PORTAL_", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", *OF_PROVIDERS)


def run_tests(folder: Path, arguments: Sequence[str]) -> int:
    """Run the tests with pytest's `arguments` on both databases; return the exit status.

    Without arguments all of them run, on every core; the races then run by themselves, because
    they measure how long people wait.
    """
    with alone_in(folder):
        python = install(folder, "dev")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OF_AN_INSTALLATION)}
    pytest = [str(python), "-m", "pytest"]
    with_server = [] if environment.get("TEST_DATABASE_URL") else [str(python), "-m", "tests.support.postgres"]
    on_sqlite = {**environment, "TEST_DATABASE_URL": ""}
    runs = [[*ON_EVERY_CORE, *arguments]] if arguments else [[*ON_EVERY_CORE, f"--ignore={RACES}"], [RACES]]
    outcomes = {
        "PostgreSQL": [_run([*with_server, *pytest, *each], environment) for each in runs],
        "SQLite": [_run([*pytest, "--without-browser", *each], on_sqlite) for each in runs],
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
    say("", f"═══ The {'races' if command[-1] == RACES else 'tests'} on {where} ═══")
    return subprocess.run(command, cwd=HERE, env=environment, check=False, preexec_fn=die_with_parent).returncode
