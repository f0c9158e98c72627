"""Rows of texts whose cells are separated (CSV, TSV), as programs of all ages write them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from clientgraph.sheets.cells import Cell, text_of
from clientgraph.sheets.formulas import unguarded
from clientgraph.sheets.problems import SheetProblem
from clientgraph.sheets.separators import said_separator, separator_of

_SAMPLE: Final = 100_000


class Text:
    """A file of separated cells: knows its separator, and reads its rows one by one."""

    def __init__(self, source: Path, encoding: str) -> None:
        self._source = source
        self._encoding = encoding
        with source.open(encoding=encoding, errors="replace", newline="") as file:
            sample = file.read(_SAMPLE).replace("\0", "")
        said = said_separator(sample)
        self._skipped = 1 if said else 0
        self.separator = said[0] if said else separator_of(sample)

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Numbers and cells of all records. Raises `SheetProblem`."""
        # How long a cell may be is told later, with its place.
        csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
        with self._source.open(encoding=self._encoding, errors="replace", newline="") as file:
            lines = _Lines(file)
            for _ in range(self._skipped):
                next(lines)
                lines.begin_record()
            records = csv.reader(lines, delimiter=self.separator)
            for number, record in enumerate(records, 1):
                if lines.is_cut:
                    raise SheetProblem("BROKEN_QUOTES", row=number)
                lines.begin_record()
                yield number, [_cell(text) for text in record]


class _Lines:
    """Lines for a reader of records: whether the file ends within one is seen here alone."""

    def __init__(self, file: Iterable[str]) -> None:
        self._lines = iter(file)
        self._is_within = False
        self._ends_bare = False
        self.is_cut = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        # A program that writes "\r\n" to what makes "\r\n" of every "\n" ends lines by "\r\r\n".
        if line == "\r\n" and self._ends_bare and not self._is_within:
            line = next(self._lines, None)
        if line is None:
            self.is_cut = self._is_within
            raise StopIteration
        self._is_within = True
        self._ends_bare = line.endswith("\r")
        return line.replace("\0", "") if "\0" in line else line

    def begin_record(self) -> None:
        """What comes next belongs to a record of its own."""
        self._is_within = False


def _cell(text: str) -> str | None:
    return text_of(unguarded(text)) if text else None
