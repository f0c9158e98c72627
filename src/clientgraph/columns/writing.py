"""Clients as rows of a sheet, from which `records` makes the same drafts again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from clientgraph.columns import kinds
from clientgraph.columns.fields import COMPANY, IDENTIFIERS, PARTS, VAT, SheetField, SheetFields
from clientgraph.columns.readers import Reading
from clientgraph.sheets.cells import Cell

Path = tuple[str, ...]
# Columns by the path of what they hold.
Columns = dict[Path, list[tuple[int, SheetField]]]
_KEYS: Final = frozenset({"reference", "externalReference"})
# Of lists in drafts, what names each entry.
_NAMED_BY: Final = {IDENTIFIERS: "kind", "custom_fields": "key"}


class ClientRows:
    """Makes rows of clients, with a cell for each chosen field."""

    def __init__(
        self, fields: SheetFields, chosen: Sequence[SheetField], language: str = "en"
    ) -> None:
        """Words such as Yes are written in the language."""
        self._fields, self._language, self._width = fields, language, len(chosen)
        self._own: Columns = {}
        self._parts: dict[str, Columns] = {}
        self._numbers: list[tuple[int, SheetField]] = []
        for column, each in enumerate(chosen):
            if each.part is not None:
                of_part = self._parts.setdefault(each.part, {})
                of_part.setdefault(each.path[1:], []).append((column, each))
            elif each.key in (VAT, COMPANY):
                self._numbers.append((column, each))
            else:
                self._own.setdefault(each.path, []).append((column, each))
        self._repeated = [
            column
            for column, each in enumerate(chosen)
            if each.key in _KEYS or each.path[0] == IDENTIFIERS
        ]

    def of(self, values: Mapping[str, Any]) -> list[list[Cell]]:
        """The rows of one client; ``values`` have the shape of a draft.

        The first row is that of the client with its first contact and address; for each further
        contact or address there is one more, which repeats what tells the client: its references
        and identifiers.
        """
        first: list[Cell] = [None] * self._width
        self._fill(first, self._own, values)
        for column, each in self._numbers:
            first[column] = self._number(each, values)
        rows = [first]
        for name in PARTS:
            for place, part in enumerate(values.get(name) or () if name in self._parts else ()):
                if place == len(rows):
                    rows.append(self._further(first))
                self._fill(rows[place], self._parts[name], part)
        return rows

    def _further(self, first: Sequence[Cell]) -> list[Cell]:
        row: list[Cell] = [None] * self._width
        for column in self._repeated:
            row[column] = first[column]
        return row

    def _fill(self, row: list[Cell], columns: Columns, values: Mapping[str, Any]) -> None:
        for path, value in leaves(values):
            for column, each in columns.get(path, ()):
                if row[column] is None:
                    row[column] = each.write(value, self._language)

    def _number(self, chosen: SheetField, values: Mapping[str, Any]) -> Cell:
        at = Reading(values.get("country") or self._fields.country)
        listed = values.get(IDENTIFIERS) or ()
        number = kinds.number_of(chosen.path[1], listed, self._fields.kinds, at)
        return None if number is None else chosen.write(number, self._language)


def leaves(values: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """What a draft holds by its path; of lists, that of the kind or key which names an entry."""
    for name, value in values.items():
        if name in _NAMED_BY:
            for each in value or ():
                yield (name, each[_NAMED_BY[name]]), each["value"]
        elif isinstance(value, Mapping):
            for inner, each in value.items():
                if each is not None:
                    yield (name, inner), each
        elif value is not None:
            yield (name,), value
