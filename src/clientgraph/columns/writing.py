"""Clients as rows of a sheet, from which `records` makes the same drafts again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clientgraph.columns import kinds
from clientgraph.columns.fields import COMPANY, PARTS, VAT, SheetField, SheetFields
from clientgraph.columns.readers import Reading
from clientgraph.sheets.cells import Cell

_KEYS = frozenset({"reference", "externalReference"})


def cells_of(
    fields: SheetFields,
    chosen: Sequence[SheetField],
    values: Mapping[str, Any],
    language: str = "en",
) -> list[list[Cell]]:
    """The rows of one client, with a cell for each chosen field.

    ``values`` have the shape of a draft. The first row is that of the client with its first contact
    and address; for each further contact or address there is one more, which repeats what tells the
    client: its references and identifiers. Words such as Yes are written in the language.
    """
    parts = {name: values.get(name) or () for name in PARTS}
    shown = {each.part for each in chosen}
    rows = max(1, *(len(parts[name]) if name in shown else 0 for name in PARTS))
    return [
        [_cell(fields, each, values, parts, row, language) for each in chosen]
        for row in range(rows)
    ]


def _cell(
    fields: SheetFields,
    chosen: SheetField,
    values: Mapping[str, Any],
    parts: Mapping[str, Sequence[Mapping[str, Any]]],
    row: int,
    language: str,
) -> Cell:
    if chosen.part is not None:
        siblings = parts[chosen.part]
        value = value_at(siblings[row], chosen.path[1:]) if row < len(siblings) else None
    elif row and chosen.key not in _KEYS and chosen.path[0] != "identifiers":
        return None
    elif chosen.key in (VAT, COMPANY):
        at = Reading(values.get("country") or fields.country)
        value = kinds.number_of(chosen.path[1], values.get("identifiers") or (), fields.kinds, at)
    else:
        value = value_at(values, chosen.path)
    return None if value is None else chosen.write(value, language)


def value_at(values: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value at a path; of lists, that of the kind or key which the path names."""
    found = values.get(path[0])
    if found is None or len(path) == 1:
        return found
    if path[0] == "identifiers":
        return next((each["value"] for each in found if each["kind"] == path[1]), None)
    if path[0] == "custom_fields":
        return next((each["value"] for each in found if each["key"] == path[1]), None)
    return found.get(path[1])
