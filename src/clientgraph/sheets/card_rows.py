"""Rows of vCards: a header with the columns that any card fills, and a row for each card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clientgraph.sheets.card_columns import sorted_columns, values_of
from clientgraph.sheets.cards import cards
from clientgraph.sheets.cells import Cell, text_of


class CardRows:
    """A file of vCards: the n-th card is in row n + 1, also where others cannot be read."""

    def __init__(self, source: Path, encoding: str) -> None:
        self._source = source
        self._encoding = encoding
        self._columns: set[str] = set()
        self.unread: list[int] = []
        for number, values in self._values():
            if values is None:
                self.unread.append(number)
            else:
                self._columns |= values.keys()

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Numbers and cells; nothing where no card can be read."""
        columns = sorted_columns(self._columns)
        yield 1, list(columns)
        for number, values in self._values():
            if values is not None:
                yield number + 1, [text_of(values.get(column, "")) for column in columns]

    def _values(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        with self._source.open(encoding=self._encoding, errors="replace", newline="") as file:
            for number, card in enumerate(cards(file), 1):
                yield number, None if card is None else values_of(card)
