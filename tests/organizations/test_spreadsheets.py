"""Cells that a spreadsheet program shows and never executes (S9), and CSV as RFC 4180 wants it."""

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest

from organizations.spreadsheets import Row, as_text, csv_parts, inert

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "﹦1",
    " =1",
    "\u00a0=1",
    "\u3000＝1",
    "\u200b=1",
    "\ufeff=1",
    "\t1",
    "\r1",
    "\n1",
    "\tharmless",
    "   \n =1",
    "\u202e=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Anna", "1+1", "a=b", "(=1)", "'quoted", "•••••-ABCDE", "Łukasz", " blank", "–1", "😀"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_csv_has_a_byte_order_mark_line_ends_and_quotes_that_every_program_understands() -> None:
    rows: list[Row] = [['say "hi", or not', "two\r\nlines", 3, date(2026, 12, 4), None]]
    content = b"".join(csv_parts(["Text", "Lines", "Number", "Date", "Nothing"], [rows]))
    assert (
        content
        == ('\ufeffText,Lines,Number,Date,Nothing\r\n"say ""hi"", or not","two\r\nlines",3,2026-12-04,\r\n').encode()
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('Max;=HYPERLINK("a")', 'Max;\'=HYPERLINK("a")'),
        ("Max\t=1+1", "Max\t'=1+1"),
        ("Max; ＝1;2", "Max;' ＝1;2"),
        ("=1;=2", "'=1;'=2"),
        ("Max; Co KG", "Max; Co KG"),
    ],
)
def test_what_follows_another_separator_is_inert_too(text: str, written: str) -> None:
    assert as_text(text) == written


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_reader_finds_no_cell_that_begins_a_formula(text: str) -> None:
    content = b"".join(csv_parts([text], [[[text, "x"]]])).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content, newline="")):
        assert row[0] == f"'{text}"


def test_each_batch_is_a_part_of_its_own_and_column_names_come_before_anything_is_read() -> None:
    read: list[int] = []

    def batches() -> Iterator[list[Row]]:
        for number in range(3):
            read.append(number)
            yield [[number]]

    parts = csv_parts(["Number"], batches())
    assert (next(parts), read) == ("\ufeffNumber\r\n".encode(), [])
    assert (next(parts), read) == (b"0\r\n", [0])
    assert list(parts) == [b"1\r\n", b"2\r\n"]
