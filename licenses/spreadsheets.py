"""Excel workbooks of one sheet, written row by row into a temporary file (S9)."""

import tempfile
from collections.abc import Iterable
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import Cell as WorkbookCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from organizations.spreadsheets import Cell, Row, inert

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNWRITABLE = "\ufffd"
_COLUMN_WIDTH = 18


def workbook(title: str, head: Iterable[str], batches: Iterable[Iterable[Row]]) -> IO[bytes]:
    """Return an open file with an Excel workbook: one sheet named `title`, its first row `head` in bold and fixed.

    Every text is a cell of text, whatever it looks like; memory holds a few rows at a time.
    """
    book, names = Workbook(write_only=True), list(head)
    sheet: WriteOnlyWorksheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for column in range(1, len(names) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _COLUMN_WIDTH  # type: ignore[attr-defined]  # not in the stubs
    sheet.append([_text_cell(sheet, name, is_bold=True) for name in names])
    for rows in batches:
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  # handed over open; it is gone once it is closed
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> Cell | WorkbookCell:
    """Return numbers and dates as they are, text as a cell that is text: no formula, no error, no number."""
    return _text_cell(sheet, value) if isinstance(value, str) else value


def _text_cell(sheet: WriteOnlyWorksheet, text: str, *, is_bold: bool = False) -> WorkbookCell:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(_UNWRITABLE, inert(text)))
    cell.data_type = "s"
    if is_bold:
        cell.font = Font(bold=True)
    return cell
