"""The table that is printed: medians compared, bars kept or missed, in Markdown."""

from bench.asking import Times
from bench.downloading import Download, Memory
from bench.table import Line, as_markdown, at_least, at_most, circumstances

FAST, SLOW = Times((9.0, 10.0, 11.0, 90.0, 9.5)), Times((29.0, 30.0, 31.0))


def test_times_are_written_with_their_spread() -> None:
    assert str(SLOW) == "30.0 ms (29.0 to 31.0)"
    assert FAST.median == 10


def test_what_takes_too_long_misses_its_bar() -> None:
    assert at_most("P1", "list", SLOW, FAST, 3).holds
    line = at_most("P1", "list", SLOW, FAST, 2)
    assert (line.result, line.bar, line.holds) == ("3.00 ×", "≤ 2 ×", False)


def test_what_is_not_fast_enough_misses_its_bar() -> None:
    assert at_least("P4", "list", FAST, SLOW, 3).holds
    line = at_least("P4", "list", FAST, SLOW, 5)
    assert (line.result, line.bar, line.holds) == ("3.0 × faster", "≥ 5 ×", False)


def test_table_is_markdown_with_a_row_for_each_line() -> None:
    lines = [
        Line("P1", "list", "1 ms", "2 ms", "0.5 ×", "≤ 2 ×", True),
        Line("P6", "export", "1", "", "", "≥ 2", False),
    ]
    rows = as_markdown(lines).splitlines()
    assert rows[0] == "|  | What | Measured | Against | Result | Bar |  |"
    assert rows[2:] == [
        "| P1 | list | 1 ms | 2 ms | 0.5 × | ≤ 2 × | holds |",
        "| P6 | export | 1 |  |  | ≥ 2 | **misses** |",
    ]


def test_circumstances_name_machine_versions_and_load() -> None:
    said = circumstances("18.6")
    assert all(
        word in said for word in ("UTC", "processors", "load average", "Python 3", "Django 5", "PostgreSQL 18.6")
    )


def test_download_counts_the_wait_for_its_first_byte_in() -> None:
    assert Download(0.5, 2.0, 100).rows_per_second == 50


def test_memory_is_that_of_the_process_that_grew_most() -> None:
    memory = Memory({1: 51_200, 2: 51_200})
    for now in ({1: 51_200, 2: 71_680}, {1: 56_320, 2: 61_440}):
        memory.look(now)
    assert memory.grown_megabytes == 20
