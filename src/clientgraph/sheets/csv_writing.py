"""Writes CSV that spreadsheet programs open without running anything in it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

from clientgraph.sheets.cells import Cell
from clientgraph.sheets.formulas import guarded
from clientgraph.sheets.writing import Texts


class CsvWriter:
    """UTF-8 with a mark, which Excel needs; all texts are quoted, days are as in ISO 8601.

    What begins like a formula has an apostrophe before it (see `formulas`), which reading takes
    away: texts come back as they were, without NULs, and blank ones as None.
    """

    def __init__(self, target: BinaryIO | Path, separator: str = ",") -> None:
        self._texts = Texts(target, "utf-8-sig")
        self._rows = csv.writer(self._texts.file, delimiter=separator, quoting=csv.QUOTE_NONNUMERIC)

    def write_header(self, header: Sequence[str]) -> None:
        """Write the names of the columns."""
        self.write_row(header)

    def write_row(self, cells: Sequence[Cell]) -> None:
        """Write one row."""
        self._rows.writerow([_written(cell) for cell in cells])

    def close(self) -> None:
        """Write what is left."""
        self._texts.close()


def _written(cell: Cell) -> str | int | float | None:
    if cell is None:
        return None
    if isinstance(cell, str):
        # Without NULs first, which hide what follows them from us and not from who drops them.
        return guarded(cell.replace("\0", ""))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else cell
