"""Spreadsheets that only hold what they show: no cell of an export is ever a formula (S9). Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

Cell = str | int | date | None
Row = Sequence[Cell]

CSV_MEDIA_TYPE = "text/csv; charset=utf-8"
_BYTE_ORDER_MARK = "\ufeff"
_SIGNS = frozenset("=+-@")
_SEPARATORS = frozenset(";\t")
_AT_SEPARATORS = re.compile(r"([;\t])")
_BREAKS = frozenset("\t\r\n")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def inert(text: str) -> str:
    """Return `text` so that a spreadsheet program shows it and does nothing else with it.

    What begins like a formula gets an apostrophe in front: with = + - or @, also in their wide
    and small forms and after blanks or characters that cannot be seen, and with a tab or a line
    break, which some programs take for the end of the cell.
    """
    if text[:1] in _BREAKS:
        return f"'{text}"
    first = next((character for character in text if unicodedata.category(character) not in _UNSEEN), "")
    return f"'{text}" if unicodedata.normalize("NFKC", first) in _SIGNS else text


def as_text(cell: Cell) -> Cell:
    """Return what stands in a CSV file for `cell`: text inert, everything else as it is written by itself.

    Some programs cut cells at semicolons and tabs, too, so what follows one of those is made inert as well.
    """
    if not isinstance(cell, str):
        return cell
    if ";" in cell or "\t" in cell:
        cell = "".join(part if part in _SEPARATORS else inert(part) for part in _AT_SEPARATORS.split(cell))
    return cell if cell[:1].isalnum() else inert(cell)


def csv_parts(head: Row, batches: Iterable[Iterable[Row]]) -> Iterator[bytes]:
    """Yield a CSV file (RFC 4180, UTF-8 with a byte order mark, by which Excel knows it), one part for each batch.

    The first part is the line of column names: it is sent before anything is read.
    """
    text = io.StringIO(_BYTE_ORDER_MARK, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    for rows in chain([[head]], batches):
        writer.writerows(map(as_text, row) for row in rows)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
