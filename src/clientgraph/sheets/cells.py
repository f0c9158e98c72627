"""Rows of a table as a file has them, and the lines by which they are kept meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from math import isfinite
from typing import Final

import orjson

Cell = str | int | float | bool | date | datetime | None
"""A cell: blank texts are None, and whole numbers of spreadsheets are of the type int."""

# Up to here every whole number is one of a spreadsheet's, which count in floats.
_WHOLE: Final = 2**53
_DATE: Final = "date"
_MOMENT: Final = "datetime"


@dataclass(frozen=True)
class Row:
    """A row with its number as spreadsheet programs show it, from 1; without blanks at its end."""

    number: int
    cells: tuple[Cell, ...]


def cell_of(value: object) -> Cell:
    """What a library read, as a cell; times of day and durations are texts."""
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, float):
        return _number(value)
    if value is None or isinstance(value, bool | int | date):
        return value
    if isinstance(value, time_of_day):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return text_of(str(value))


def text_of(text: str) -> str | None:
    """A text as a cell: without NULs, which no database keeps; None where nothing is seen."""
    if "\0" in text:
        text = text.replace("\0", "")
    # DOS ended files with the last of these.
    return text if text.strip().strip("\x1a") else None


def trimmed(cells: list[Cell]) -> tuple[Cell, ...]:
    """The cells without the blanks at their end."""
    last = len(cells)
    while last and cells[last - 1] is None:
        last -= 1
    return tuple(cells[:last])


def line_of(row: Row) -> bytes:
    """One line of JSON, from which `row_of` makes the same row again."""
    return orjson.dumps(
        [row.number, row.cells],
        default=_tagged,
        option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE,
    )


def row_of(line: bytes) -> Row:
    """The row of a line that `line_of` made."""
    number, cells = orjson.loads(line)
    return Row(number, tuple(_untagged(cell) if type(cell) is dict else cell for cell in cells))


def _number(value: float) -> int | float | None:
    if not isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= _WHOLE else value


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {_DATE: value.isoformat()}
    raise TypeError(f"{type(value).__name__} is no cell")


def _untagged(tagged: dict[str, str]) -> date | datetime:
    if _MOMENT in tagged:
        return datetime.fromisoformat(tagged[_MOMENT])
    return date.fromisoformat(tagged[_DATE])
