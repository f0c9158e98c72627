"""Sheets of labels, measured in millimetres on A4 paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """How labels lie on a sheet: ``left`` and ``top`` of the first, steps to the next."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    step_x: float
    step_y: float

    @property
    def labels(self) -> int:
        """How many are on it."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """The upper left corner of a label, counted from 0, line by line."""
        row, column = divmod(place % self.labels, self.columns)
        return self.left + column * self.step_x, self.top + row * self.step_y


# As their maker publishes them (Avery Zweckform, sheets for laser printers).
SHEETS: Final[Mapping[str, Sheet]] = {
    "L7159": Sheet(
        columns=3, rows=8, width=63.5, height=33.9, left=7.25, top=12.9, step_x=66.0, step_y=33.9
    ),
    "L7160": Sheet(
        columns=3, rows=7, width=63.5, height=38.1, left=7.25, top=15.15, step_x=66.0, step_y=38.1
    ),
    "L7163": Sheet(
        columns=2, rows=7, width=99.1, height=38.1, left=4.65, top=15.15, step_x=101.6, step_y=38.1
    ),
}
