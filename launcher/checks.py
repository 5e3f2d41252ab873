"""The tests: once on PostgreSQL, and without the browser once more on SQLite, on every core of the machine."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from launcher.folder import HERE, alone_in, say
from launcher.packages import install
from launcher.processes import die_with_parent

NO_TESTS_COLLECTED = 5
OF_AN_INSTALLATION = ("PORTAL_", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")


def run_tests(folder: Path, arguments: Sequence[str]) -> int:
    """Run the tests with pytest's `arguments` on both databases; return the exit status."""
    with alone_in(folder):
        python = install(folder, "dev")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OF_AN_INSTALLATION)}
    pytest = [str(python), "-m", "pytest", "--numprocesses=logical", "--dist=loadfile"]
    with_server = [] if environment.get("TEST_DATABASE_URL") else [str(python), "-m", "tests.support.postgres"]
    outcomes = {
        "PostgreSQL": _run([*with_server, *pytest, *arguments], environment),
        "SQLite": _run([*pytest, "--without-browser", *arguments], {**environment, "TEST_DATABASE_URL": ""}),
    }
    if arguments and set(outcomes.values()) != {NO_TESTS_COLLECTED}:
        outcomes = {name: 0 if code == NO_TESTS_COLLECTED else code for name, code in outcomes.items()}
    say("", *(f"On {name}: {'passed' if code == 0 else f'FAILED ({code})'}" for name, code in outcomes.items()))
    return 1 if any(outcomes.values()) else 0


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    where = "SQLite" if "--without-browser" in command else "PostgreSQL"
    say("", f"═══ The tests on {where} ═══")
    return subprocess.run(command, cwd=HERE, env=environment, check=False, preexec_fn=die_with_parent).returncode
