"""The table of the races: each with its control, and none of either forgotten."""

import ast
from pathlib import Path

from bench.races import CONTROLS, FIRST, FOLDER, TIMED, Raced, all_races, rows_of

REPOSITORY = Path(__file__).resolve().parents[2]
FACTS = {"rounds": "200", "server_errors": "0", "slowest": "0.914", "slowest_reading": "0.0"}


def names_of_races() -> set[str]:
    """Return the names of all tests that race."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in (REPOSITORY / FOLDER).glob("test_*.py")]
    names = {each.name for tree in trees for each in tree.body if isinstance(each, ast.FunctionDef)}
    return {name for name in names if name.startswith("test_")}


def test_every_control_stands_beside_a_race_that_exists() -> None:
    assert set(CONTROLS) == {name for name in names_of_races() if name.startswith("test_unguarded_")}
    assert set(CONTROLS.values()) | set(TIMED) <= names_of_races()


def test_control_that_oversold_stands_in_the_row_of_its_race() -> None:
    control, race = next(iter(CONTROLS.items()))
    [row] = rows_of("sqlite", [Raced(race, "passed", FACTS), Raced(control, "passed", {})])
    assert row[1:] == ("sqlite", "200", "yes", "0", "0.91 s", "< 2 s: holds", "", "yes")


def test_race_that_kept_somebody_waiting_misses_its_bar_and_is_no_failure() -> None:
    slow = Raced(TIMED[0], "passed", {**FACTS, "slowest": "2.004"})
    assert slow.has_held
    assert slow.bar == "< 2 s: **misses**"
    assert Raced("test_without_a_bar", "passed", FACTS).bar == ""


def test_race_that_is_lost_and_control_that_is_not_are_seen() -> None:
    control, race = next(iter(CONTROLS.items()))
    [row] = rows_of("sqlite", [Raced(race, "failure", FACTS), Raced(control, "failure", {})])
    assert (row[3], row[-1]) == ("**failure**", "**no**")


def test_races_for_the_last_one_come_first_and_none_is_left_out() -> None:
    files = {file.stem for file in (REPOSITORY / FOLDER).glob("test_*.py")}
    assert all_races()[: len(FIRST)] == list(FIRST)
    assert {f"test_{name}" for name in all_races()} == files
