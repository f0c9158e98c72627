"""Which rows of a sheet are about one client.

Rows that stand together are, where they share its reference, external reference or an identifier,
and where all its own columns are blank: what they have then are further contacts and addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from clientgraph.columns.drafting import Column, is_blank
from clientgraph.columns.readers import text_of
from clientgraph.sheets.cells import Row

# A client with more rows is a mistake in the sheet rather than a client.
MOST_ROWS: Final = 1_000
_KEYS: Final = frozenset({"reference", "externalReference"})


@dataclass
class Told:
    """What is known of a client by so many of its rows: the texts of its keys, and its name."""

    keys: dict[str, str]
    name: str
    rows: int

    def has(self, keys: Mapping[str, str], name: str) -> bool:
        """Whether a row with these keys and this name is about the client."""
        if self.rows >= MOST_ROWS:
            return False
        is_shared = any(self.keys.get(key) == text for key, text in keys.items())
        differs = any(self.keys.get(key, text) != text for key, text in keys.items())
        return is_shared and not differs and (not name or not self.name or name == self.name)


class Grouping:
    """Tells the clients of rows apart by the columns that are a client's own."""

    def __init__(self, columns: Sequence[Column], *, takes_blank: bool) -> None:
        """With ``takes_blank``, a row without a value of its own is the client's above it."""
        self._columns, self._takes_blank = columns, takes_blank
        self._own = [each for each in columns if each.part is None]
        self._keyed = [
            each
            for each in self._own
            if each.field.key in _KEYS or each.field.path[0] == "identifiers"
        ]
        self._name = next((each for each in self._own if each.field.key == "name"), None)

    @property
    def has_keys(self) -> bool:
        """Whether the sheet has a column by which rows can be the same client's."""
        return bool(self._keyed)

    def keys(self, row: Row) -> dict[str, str]:
        """The texts of a row's keys."""
        cells, width = row.cells, len(row.cells)
        return {
            each.field.key: text
            for each in self._keyed
            if each.index < width and (text := text_of(cells[each.index]))
        }

    def name(self, row: Row) -> str:
        """What a row calls its client, if anything."""
        name = self._name
        return text_of(row.cells[name.index]) if name and name.index < len(row.cells) else ""

    def groups(self, rows: Iterable[Row]) -> Iterator[tuple[list[Row], Told]]:
        """The rows of each client, as far as they stand together; blank ones are passed over."""
        group: list[Row] = []
        told = Told({}, "", 0)
        for row in rows:
            if not _has_any(row, self._columns):
                continue
            keys, name = self.keys(row), self.name(row)
            if group and self._own and self._continues(told, row, keys, name):
                group.append(row)
                told.keys |= keys
                told.rows += 1
                continue
            if group:
                yield group, told
            group, told = [row], Told(keys, name, 1)
        if group:
            yield group, told

    def _continues(self, told: Told, row: Row, keys: Mapping[str, str], name: str) -> bool:
        if self._takes_blank and not _has_any(row, self._own):
            return told.rows < MOST_ROWS
        return told.has(keys, name)


def _has_any(row: Row, columns: Iterable[Column]) -> bool:
    cells, width = row.cells, len(row.cells)
    return any(each.index < width and not is_blank(cells[each.index]) for each in columns)
