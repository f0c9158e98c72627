"""Writes workbooks row by row: what was written is on the disk, not in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, Final

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range

from clientgraph.sheets.cells import Cell
from clientgraph.sheets.problems import SheetProblem

ROWS: Final = 1_048_576
"""As many as a sheet has."""

# Whatever is in a cell is what it shows: nothing is run, linked or taken for a number.
PLAIN: Final[Mapping[str, Any]] = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
AS_TEXT: Final = {"num_format": 49}
"""What is typed into a cell with this format stays as it is typed."""

_LONGEST: Final = 32_767
_MORE: Final = "…"
_WIDTHS: Final = (8, 60)
_MEASURED: Final = 1_000
# From here on Excel shows marks of a number in place of a text, in cells that are texts.
_LONG: Final = 255
# Before this, Excel has no days; beyond these, no whole numbers.
_FIRST_DAY: Final = date(1900, 3, 1)
_WHOLE: Final = 10**15


class XlsxWriter:
    """A workbook with one sheet, whose header stays in sight.

    Texts are texts, also those that look like formulas or numbers, and are cut at 32,767
    characters, as more cannot be in a cell. Moments are in UTC, as sheets know no zones.
    """

    def __init__(self, target: BinaryIO | Path, sheet: str = "Sheet1") -> None:
        self._book = Workbook(
            str(target) if isinstance(target, Path) else target,
            {"constant_memory": True, **PLAIN},
        )
        self._sheet = self._book.add_worksheet(sheet_title(sheet))
        self._bold = self._book.add_format({"bold": True})
        self._text = self._book.add_format(AS_TEXT)
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._row = 0
        self._widths: list[int] = []

    def write_header(self, header: Sequence[str]) -> None:
        """Write the names of the columns in bold letters, above what scrolls."""
        for column, name in enumerate(header):
            self._sheet.write_string(0, column, name, self._bold)
        self._widths = [len(name) for name in header]
        self._sheet.freeze_panes(1, 0)
        self._row = 1

    def write_row(self, cells: Sequence[Cell]) -> None:
        """Write one row. Raises `SheetProblem` where the sheet is full."""
        if self._row >= ROWS:
            raise SheetProblem("TOO_MANY_ROWS", longest=ROWS, file="")
        for column, cell in enumerate(cells):
            if cell is not None:
                self._write(column, cell)
        if self._row <= _MEASURED:
            self._measure(cells)
        self._row += 1

    def close(self) -> None:
        """Write the workbook of what was kept aside."""
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(max(width + 2, _WIDTHS[0]), _WIDTHS[1]))
        if self._widths and self._row > 1:
            last = self._row - 1, len(self._widths) - 1
            self._sheet.autofilter(0, 0, *last)
            self._sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, *last)})
        self._book.close()

    def _write(self, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            shown = self._text if len(cell) <= _LONG else None
            self._sheet.write_string(self._row, column, _cut(cell), shown)
        elif isinstance(cell, bool):
            self._sheet.write_boolean(self._row, column, cell)
        elif isinstance(cell, int | float) and _is_exact(cell):
            self._sheet.write_number(self._row, column, cell)
        elif isinstance(cell, datetime) and cell.date() >= _FIRST_DAY:
            plain = cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell
            self._sheet.write_datetime(self._row, column, plain, self._moment)
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= _FIRST_DAY:
            self._sheet.write_datetime(self._row, column, cell, self._date)
        else:
            text = cell.isoformat() if isinstance(cell, date) else str(cell)
            self._sheet.write_string(self._row, column, text, self._text)

    def _measure(self, cells: Sequence[Cell]) -> None:
        self._widths += [0] * (len(cells) - len(self._widths))
        for column, cell in enumerate(cells):
            if cell is not None:
                width = max(map(len, str(cell).splitlines()), default=0)
                self._widths[column] = max(self._widths[column], width)


def sheet_title(name: str) -> str:
    """A name as sheets may have it: up to 31 letters, without those that formulas need."""
    kept = "".join(" " if letter in "[]:*?/\\" else letter for letter in name)
    return kept.strip(" '")[:31].strip(" '") or "Sheet1"


def _cut(text: str) -> str:
    # Letters beyond the first 65,536 count twice.
    if len(text) <= _LONGEST // 2 or len(text.encode("utf-16-le")) // 2 <= _LONGEST:
        return text
    cut = text.encode("utf-16-le")[: (_LONGEST - 1) * 2].decode("utf-16-le", "ignore")
    return cut + _MORE


def _is_exact(number: float) -> bool:
    """Whether Excel, which has 15 digits, keeps it."""
    return isfinite(number) and (isinstance(number, float) or abs(number) < _WHOLE)
