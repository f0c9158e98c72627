"""Rows on their way from a file into the one that keeps them, within the limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from clientgraph.sheets.cells import Cell, Row, line_of, trimmed
from clientgraph.sheets.limits import SheetLimits
from clientgraph.sheets.problems import SheetProblem


def kept(rows: Iterable[tuple[int, list[Cell]]], out: BinaryIO, limits: SheetLimits) -> int:
    """Write the rows that are not blank; how many they are. Raises `SheetProblem`."""
    count = 0
    for number, given in rows:
        cells = trimmed(given)
        if not cells:
            continue
        count += 1
        if count > limits.rows:
            raise SheetProblem("TOO_MANY_ROWS", longest=limits.rows)
        _check(number, cells, limits)
        out.write(line_of(Row(number, cells)))
    return count


def _check(number: int, cells: tuple[Cell, ...], limits: SheetLimits) -> None:
    if len(cells) > limits.columns:
        raise SheetProblem("TOO_MANY_COLUMNS", row=number, longest=limits.columns)
    for column, cell in enumerate(cells, 1):
        if isinstance(cell, str) and len(cell) > limits.text:
            raise SheetProblem(
                "CELL_TOO_LONG", row=number, column=column, found=len(cell), longest=limits.text
            )
