"""Rows of sheets and their mistakes as texts of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.columns.drafting import CellMistake, SheetRecord
from clientgraph.columns.names import Awaited
from clientgraph.errors import UserError
from clientgraph.sheets.cells import Row, line_of, row_of


def packed_rows(rows: Iterable[Row]) -> str:
    """The cells of rows, a line for each."""
    return b"".join(map(line_of, rows)).decode()


def unpacked_rows(text: str) -> list[Row]:
    """The rows as they were."""
    return [row_of(line) for line in text.encode().splitlines()]


# Of cells that mean other records of their sheet.
AWAITED: Final = Awaited("").code
# What calls of many records say of each other's, rows of a sheet say of rows.
_IN_SHEETS: Final = {"DUPLICATE_IN_CALL": "DUPLICATE_IN_SHEET"}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A mistake or a warning at its place in a sheet; ``row`` is None for a record as a whole.

    ``column`` is an index; ``value`` is what stands there, ``suggestion`` what may be meant.
    """

    code: str
    params: Mapping[str, Any]
    path: tuple[str, ...] = ()
    texts: Mapping[str, str] | None = None
    record: str | None = None
    row: int | None = None
    column: int | None = None
    header: str | None = None
    value: str | None = None
    suggestion: str | None = None
    is_warning: bool = False

    def error(self) -> UserError:
        """What `messages` makes a sentence of."""
        return UserError(self.path, self.code, self.params, self.texts, self.record)

    @classmethod
    def of_cell(cls, mistake: CellMistake, *, is_warning: bool = False) -> Problem:
        """A mistake that was found while the cells were read."""
        return cls(
            is_warning=is_warning,
            code=mistake.code,
            params=mistake.params,
            row=mistake.row,
            column=mistake.column,
            header=mistake.header,
            value=mistake.value,
            suggestion=mistake.suggestion,
        )

    @classmethod
    def of_record(
        cls,
        error: UserError,
        record: SheetRecord,
        headers: Mapping[int, str],
        *,
        is_warning: bool = False,
    ) -> Problem:
        """A mistake of the record that the cells made, at the cell that it is about."""
        place = _place(record, error.path)
        row, column = place or (record.rows[0].number, None)
        cells = next(each.cells for each in record.rows if each.number == row)
        value = cells[column] if column is not None and column < len(cells) else None
        return cls(
            code=_IN_SHEETS.get(error.code, error.code),
            params=error.params,
            path=error.path,
            texts=error.texts,
            record=error.record,
            row=row,
            column=column,
            header=None if column is None else headers.get(column),
            value=None if value is None else str(value),
            is_warning=is_warning,
        )


def _place(record: SheetRecord, path: tuple[str, ...]) -> tuple[int, int | None] | None:
    """The cell that a path is about, or else the part of it that a cell is about."""
    for end in range(len(path), 0, -1):
        place = record.place(path[:end])
        if place is not None:
            return place
    return None


def packed_problems(problems: Iterable[Problem]) -> str:
    """As they are stored."""
    made = [
        {name: value for name, value in vars(each).items() if value not in (None, False, ())}
        for each in problems
    ]
    return orjson.dumps(made, default=_as_text).decode()


def unpacked_problems(text: str) -> list[Problem]:
    """As they were before, but for particulars, which are texts and numbers now."""
    return [
        Problem(
            **{**found, "path": tuple(found.get("path", ())), "params": found.get("params", {})}
        )
        for found in orjson.loads(text)
    ]


def _as_text(value: Any) -> str:
    if isinstance(value, UUID | date):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return ", ".join(map(str, value))
    return str(value)
