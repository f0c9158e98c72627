"""Workbooks to be filled in: headers that explain themselves, lists to choose from, examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_range_abs

from clientgraph.sheets.cells import Cell
from clientgraph.sheets.xlsx_writing import AS_TEXT, PLAIN, sheet_title

FILLED: Final = 10_000
"""The rows below the header in which cells can be chosen from lists."""

_LISTS: Final = "_lists"
_HEADER: Final = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
_WANTED: Final = {**_HEADER, "bg_color": "#FFE699"}
_OPTIONAL: Final = {**_HEADER, "bg_color": "#DDEBF7"}
_HELP_WIDTHS: Final = (30, 90)
_STAR: Final = "*"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column to be filled in. A header that ends with a star is coloured as one that has to be.

    ``note`` is shown at the header, ``options`` are what can be chosen, ``is_text`` keeps zeros
    at the beginning of numbers.
    """

    header: str
    width: int = 18
    note: str = ""
    options: Sequence[str] | None = None
    is_text: bool = False


def write_template(
    path: Path,
    sheet_name: str,
    columns: Sequence[Column],
    examples: Sequence[Sequence[Cell]] = (),
    help_sheet: tuple[str, Sequence[Sequence[str]]] | None = None,
) -> None:
    """Write the workbook: the sheet to be filled in comes first, then the one that helps.

    ``examples`` are rows below the header; ``help_sheet`` has a name and rows, the first bold.
    """
    with Workbook(str(path), {**PLAIN, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet(sheet_title(sheet_name))
        lists = _Lists(book)
        for at, column in enumerate(columns):
            _write_column(book, sheet, lists, at, column)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": xl_range(1, 0, FILLED, len(columns) - 1)})
        for row, cells in enumerate(examples, 1):
            _write_example(book, sheet, row, columns, cells)
        if help_sheet is not None:
            _write_help(book, *help_sheet)
        lists.write()


class _Lists:
    """What can be chosen, on a sheet that is not shown: in a cell there is room for 255 letters."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._options: list[Sequence[str]] = []

    def source(self, options: Sequence[str]) -> str:
        """Where these options will stand."""
        if options not in self._options:
            self._options.append(options)
        at = self._options.index(options)
        return f"={_LISTS}!{xl_range_abs(0, at, len(options) - 1, at)}"

    def write(self) -> None:
        """Write the sheet, if there is anything to choose."""
        if self._options:
            sheet = self._book.add_worksheet(_LISTS)
            sheet.hide()
            for at, options in enumerate(self._options):
                for row, option in enumerate(options):
                    sheet.write_string(row, at, option)


def _write_column(book: Workbook, sheet: Any, lists: _Lists, at: int, column: Column) -> None:
    look = _WANTED if column.header.rstrip().endswith(_STAR) else _OPTIONAL
    sheet.set_column(at, at, column.width, _look(book, is_text=column.is_text))
    sheet.write_string(0, at, column.header, book.add_format(look))
    if column.note:
        sheet.write_comment(0, at, column.note, {"x_scale": 2, "y_scale": _height(column.note)})
    if column.options:
        choice = {"validate": "list", "source": lists.source(column.options)}
        # What is not on the list may still be known to who reads the file.
        told = {"error_type": "warning"}
        sheet.data_validation(1, at, FILLED, at, {**choice, **told})


def _write_example(
    book: Workbook, sheet: Any, row: int, columns: Sequence[Column], cells: Sequence[Cell]
) -> None:
    for at, (column, cell) in enumerate(zip(columns, cells, strict=False)):
        if cell is None:
            continue
        if column.is_text or isinstance(cell, str):
            sheet.write_string(row, at, str(cell), _look(book, is_text=column.is_text))
        else:
            sheet.write(row, at, cell)


def _write_help(book: Workbook, name: str, rows: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet(sheet_title(name))
    sheet.set_column(0, 0, _HELP_WIDTHS[0])
    sheet.set_column(1, len(max(rows, key=len, default=())), _HELP_WIDTHS[1])
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    for row, cells in enumerate(rows):
        for at, text in enumerate(cells):
            sheet.write_string(row, at, text, wrapped if row else bold)


def _look(book: Workbook, *, is_text: bool) -> Any:
    return book.add_format(AS_TEXT) if is_text else None


def _height(note: str) -> float:
    return max(1.0, len(note) / 120)
