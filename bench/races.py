"""The races of R1 and R1b, which are tests, with many more rounds: `python -m bench races`.

They run as they do in the tests, on real servers of two processes with four threads, and each
writes down what it came to; here it becomes a table.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from bench.table import markdown
from launcher.folder import HERE, say
from launcher.processes import die_with_parent

FOLDER = "tests/races"
ENGINES = ("postgresql", "sqlite")
USUAL_ROUNDS = 10
"""As many as in the tests."""
WRITING = ("-o", "junit_family=xunit1")
"""The kind of report that has a place for what a test writes down."""
FIRST = ("last_one", "last_license", "control")
"""What R1 is about."""
SECONDS, LONGEST_SECONDS = 900, 3_600
"""For how long further races begin on one engine; after LONGEST_SECONDS nothing can be right any more."""
ENDED = (0, 1)
"""What pytest returns that ran to its end, whatever came out."""
WORST_SECONDS = 2.0
CONTROLS = {
    "test_unguarded_portal_oversells_the_last_activation": (
        "test_of_50_who_activate_at_once_exactly_one_gets_the_last_activation"
    ),
    "test_unguarded_portal_oversells_the_last_deactivation": (
        "test_of_20_who_deactivate_at_once_exactly_one_uses_the_last_of_the_quota"
    ),
    "test_unguarded_portal_oversells_the_last_license": ("test_of_20_orders_at_once_exactly_one_gets_the_last_license"),
    "test_unguarded_portal_exceeds_the_quota_of_several_at_once": (
        "test_overlapping_selections_exceed_no_quota_and_what_is_refused_changes_nothing"
    ),
    "test_unguarded_portal_invites_more_than_there_are_places": (
        "test_managers_who_invite_at_once_never_exceed_the_limit_of_members"
    ),
    "test_unguarded_portal_mails_an_address_more_than_once": (
        "test_address_invited_by_many_organizations_at_once_gets_one_mail_a_day"
    ),
}
"""Which race each control loses on purpose: were it won without a guard, the race would prove nothing."""
TIMED = (
    "test_of_50_who_activate_at_once_exactly_one_gets_the_last_activation",
    "test_of_20_who_deactivate_at_once_exactly_one_uses_the_last_of_the_quota",
    "test_of_20_orders_at_once_exactly_one_gets_the_last_license",
)
"""The races whose slowest answer has a bar (R1), WORST_SECONDS; a slow machine misses it, which is no failure."""
_HEAD = (
    "Race",
    "Engine",
    "Rounds",
    "As it should end",
    "5xx",
    "Slowest answer",
    "Bar",
    "All only reading",
    "Control oversold",
)


@dataclass(frozen=True)
class Raced:
    """How the races of one test ended."""

    name: str
    outcome: str
    facts: dict[str, str]

    @property
    def sentence(self) -> str:
        """What the test says in its name."""
        return self.name.removeprefix("test_").replace("_", " ")

    @property
    def has_held(self) -> bool:
        """Whether it ended in every round as it should."""
        return self.outcome == "passed"

    @property
    def bar(self) -> str:
        """Say whether the slowest answer came in time; nothing where that has no bar."""
        if self.name not in TIMED or "slowest" not in self.facts:
            return ""
        return f"< {WORST_SECONDS:g} s: {'holds' if float(self.facts['slowest']) < WORST_SECONDS else '**misses**'}"

    def seconds(self, fact: str) -> str:
        """Write a time down; nothing where none was taken."""
        value = float(self.facts.get(fact, 0))
        return f"{value:.2f} s" if value else ""


def run_races(engines: Iterable[str], rounds: int, names: Sequence[str]) -> tuple[bool, str]:
    """Run the races named, or all, on each of the engines; return whether each ended as it should, and the table."""
    paths = [f"{FOLDER}/test_{name}.py" for name in names or all_races()]
    rows: list[tuple[str, ...]] = []
    has_held = True
    for engine in engines:
        say(f"Racing on {engine}, {rounds} rounds …")
        raced = run_tests(engine, rounds, paths)
        has_held = has_held and bool(raced) and all(each.has_held or each.outcome == "skipped" for each in raced)
        rows += rows_of(engine, raced)
    return has_held, markdown(_HEAD, rows)


def all_races() -> list[str]:
    """Return what the files of races are called, those for the last one first: they run even where time is short."""
    found = sorted(file.stem.removeprefix("test_") for file in (HERE / FOLDER).glob("test_*.py"))
    return [*FIRST, *(name for name in found if name not in FIRST)]


def run_tests(engine: str, rounds: int, paths: Sequence[str]) -> list[Raced]:
    """Run the tests at `paths` on a database of their own, and return how each ended."""
    with tempfile.TemporaryDirectory(prefix="portal-races-") as folder:
        report = Path(folder) / "report.xml"
        environment = {**os.environ, "RACE_ROUNDS": str(rounds), "RACE_SECONDS": str(SECONDS)}
        if engine == "sqlite":
            environment["TEST_DATABASE_URL"] = ""
        done = subprocess.run(
            [*_command(engine, report), *paths],
            cwd=HERE,
            env=environment,
            check=False,
            stdout=sys.stderr,
            timeout=LONGEST_SECONDS,
            preexec_fn=die_with_parent,
        )
        raced = list(_read(report)) if report.exists() else []
        return raced if done.returncode in ENDED else [*raced, Raced("test_everything_to_the_end", "failure", {})]


def _command(engine: str, report: Path) -> list[str]:
    server = ["-m", "tests.support.postgres", sys.executable] if engine == "postgresql" else []
    writing = [*WRITING, f"--junitxml={report}"]
    return [sys.executable, *server, "-m", "pytest", "-q", "-p", "no:cacheprovider", *writing]


def _read(report: Path) -> Iterator[Raced]:
    for case in ElementTree.parse(report).iter("testcase"):
        ended = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        facts = {each.get("name", ""): each.get("value", "") for each in case.iter("property")}
        if name := case.get("name"):
            yield Raced(name, ended[0] if ended else "passed", facts)


def rows_of(engine: str, raced: Sequence[Raced]) -> list[tuple[str, ...]]:
    """Return the rows of the table, each race with its control."""
    controls = {CONTROLS[each.name]: each for each in raced if each.name in CONTROLS}
    races = [each for each in raced if each.name not in CONTROLS]
    races.sort(key=lambda each: each.name not in CONTROLS.values())
    return [_row(engine, each, controls.get(each.name)) for each in races]


def _row(engine: str, race: Raced, control: Raced | None) -> tuple[str, ...]:
    verdict = "yes" if race.has_held else f"**{race.outcome}**"
    return (
        race.sentence,
        engine,
        race.facts.get("rounds", ""),
        verdict,
        race.facts.get("server_errors", ""),
        race.seconds("slowest"),
        race.bar,
        race.seconds("slowest_reading"),
        "" if control is None else {"passed": "yes", "skipped": "not tried"}.get(control.outcome, "**no**"),
    )
