"""The rows of one client as its draft, with every mistake of a cell, and the way back to cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from clientgraph.columns import kinds, persons
from clientgraph.columns.fields import PARTS, SheetField, SheetFields, key_of, numbered
from clientgraph.columns.matching import Matching
from clientgraph.columns.names import Awaited, CellProblem
from clientgraph.columns.readers import Reading, text_of
from clientgraph.sheets.cells import Cell, Row

Path = tuple[str, ...]
Place = tuple[int, int | None]
_LONGEST_VALUE: Final = 200
_LISTED: Final = frozenset({"identifiers", "custom_fields"})


@dataclass(frozen=True)
class Column:
    """A column and its field; ``ordinal`` is which contact or address it is of."""

    index: int
    header: str
    field: SheetField
    ordinal: int
    part: str | None


@dataclass(frozen=True)
class CellMistake:
    """What is wrong with one cell. ``column`` is the index of its column, from 0.

    ``value`` is the cell as a text, ``suggestion`` the text that was perhaps meant.
    """

    row: int
    column: int | None
    header: str
    code: str
    params: Mapping[str, Any]
    value: str
    suggestion: str | None = None


@dataclass
class SheetRecord:
    """One client of a sheet: its rows, its draft, and the mistakes in its cells.

    The draft is what callers of the API would give, with names of fields as Python has them and
    ids of rows; a field whose cell has a mistake is not in it. ``mandate`` in it is whether a
    signed mandate is held. ``assumed`` are fields of it that no cell has: they are of new clients.
    ``awaited`` are cells that name records of the sheet which are not written yet: they are not in
    the draft, either.
    """

    rows: tuple[Row, ...]
    draft: dict[str, Any]
    mistakes: list[CellMistake]
    matching: Matching
    places: dict[Path, Place] = field(default_factory=dict)
    part_rows: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    awaited: list[CellMistake] = field(default_factory=list)

    def place(self, path: Sequence[str]) -> Place | None:
        """Row number and column index of what a mistake in the draft is about.

        The column is None where there is none: of a required field that the sheet lacks, of a
        contact as a whole. None for a path that has nothing to do with the sheet.
        """
        snake = tuple(re.sub(r"(?<=[a-z0-9])([A-Z])", _lowered, part) for part in path)
        for own in (tuple(path), snake):
            for end in range(len(own), 0, -1):
                if own[:end] in self.places:
                    return self.places[own[:end]]
        return self._empty_place(snake) if snake else None

    def _empty_place(self, path: Path) -> Place | None:
        """Where the value would stand that is missing."""
        row, ordinal = self.rows[0].number, 1
        if path[0] in PARTS and len(path) > 1:
            row, ordinal = self.part_rows.get((path[0], path[1]), (row, 1))
        key = key_of(path) if path[0] not in _LISTED else ".".join((key_of(path[:1]), *path[1:2]))
        return row, self.matching.indexes.get(numbered(key, ordinal))


def _lowered(found: re.Match[str]) -> str:
    return f"_{found[1].lower()}"


def is_blank(cell: Cell) -> bool:
    """Whether nothing is seen in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


class Drafting:
    """Makes drafts of the rows of a sheet."""

    def __init__(
        self,
        fields: SheetFields,
        matching: Matching,
        columns: Sequence[Column],
        *,
        is_strict: bool,
        required: Collection[str],
    ) -> None:
        """``required`` are keys of fields that the sheet's product wants of every record."""
        self.fields = fields
        self.matching = matching
        self.columns = columns
        self._strict = is_strict
        self._required = [c for c in columns if c.field.key in required and c.ordinal == 1]
        self._country = next((each for each in columns if each.field.key == "country"), None)
        self._names_people = matching.may_name_people
        self._constants = self._read_constants()

    def _read_constants(self) -> dict[tuple[str, int], dict[str, Any]]:
        found: dict[tuple[str, int], dict[str, Any]] = {}
        at = Reading(self.fields.country)
        for key, text in self.matching.constants.items():
            known = self.fields.get(key)
            if known and known.part:
                ordinal = int(part) if (part := key.split(".")[1]).isdecimal() else 1
                of = found.setdefault((known.part, ordinal), {})
                of[known.path[-1]] = known.read(text, at)
        return found

    def record(self, rows: Sequence[Row]) -> SheetRecord:
        """The client of these rows."""
        made = SheetRecord(tuple(rows), {}, [], self.matching)
        at = Reading(self._country_of(rows), self._strict)
        for row in rows:
            parts: dict[tuple[str, int], dict[str, Any]] = {}
            cells, width = row.cells, len(row.cells)
            for column in self.columns:
                if column.index >= width:
                    continue
                cell = cells[column.index]
                if cell is None or (isinstance(cell, str) and not cell.strip()):
                    continue
                self._take(made, parts, row, column, cell, at)
            self._add_parts(made, parts, row)
        self._name_persons(made)
        self._require(made)
        return made

    def _require(self, made: SheetRecord) -> None:
        """Note each column with a star in which no row of the client has anything."""
        for column in self._required:
            at = column.index
            if all(at >= len(row.cells) or is_blank(row.cells[at]) for row in made.rows):
                made.mistakes.append(_mistake(made.rows[0], column, None, CellProblem("REQUIRED")))

    def _country_of(self, rows: Sequence[Row]) -> str:
        """The country of the client, or else the workspace's."""
        for row in rows if self._country else ():
            column = self._country
            if column and column.index < len(row.cells) and not is_blank(row.cells[column.index]):
                try:
                    at = Reading(self.fields.country)
                    return str(column.field.read(row.cells[column.index], at))
                except CellProblem as problem:
                    return problem.suggestion or self.fields.country
        return self.fields.country

    def _take(
        self,
        made: SheetRecord,
        parts: dict[tuple[str, int], dict[str, Any]],
        row: Row,
        column: Column,
        cell: Cell,
        at: Reading,
    ) -> None:
        """Read one cell into the draft or into a part of it."""
        known = column.field
        try:
            value = known.read(cell, at)
            if known.path[0] == "identifiers":
                self._identify(made, row, column, value, at)
            elif column.part is not None:
                part = parts.setdefault((column.part, column.ordinal), {})
                _put(part, known.path[1:], value)
                part.setdefault(_CELLS, {})[known.path[1:]] = column.index
            else:
                self._own(made, row, column, value)
        except Awaited as later:
            made.awaited.append(_mistake(row, column, cell, later))
        except CellProblem as problem:
            made.mistakes.append(_mistake(row, column, cell, problem))

    def _identify(
        self, made: SheetRecord, row: Row, column: Column, text: str, at: Reading
    ) -> None:
        kind = column.field.path[1]
        if kind in ("VAT", "COMPANY"):
            text = kinds.checked(kind, text, at)
            kind = kinds.kind_of(kind, text, self.fields.kinds, at)
        listed = made.draft.setdefault("identifiers", [])
        if {"kind": kind, "value": text} in listed:
            return
        place = (row.number, column.index)
        made.places.setdefault(("identifiers", str(len(listed))), place)
        made.places.setdefault(("identifiers", kind), place)
        listed.append({"kind": kind, "value": text})

    def _own(self, made: SheetRecord, row: Row, column: Column, value: Any) -> None:
        """One of the client's own fields; rows of one client must not disagree."""
        path = column.field.path
        first = made.places.get(path)
        if first is None:
            place = (row.number, column.index)
            made.places[path] = place
            if path[0] == "custom_fields":
                listed = made.draft.get("custom_fields", ())
                made.places["custom_fields", str(len(listed))] = place
            _put(made.draft, path, value)
        elif _got(made.draft, path) != value:
            raise CellProblem("CELL_CONTRADICTS", row=first[0])

    def _add_parts(
        self, made: SheetRecord, parts: dict[tuple[str, int], dict[str, Any]], row: Row
    ) -> None:
        for (name, ordinal), part in sorted(parts.items()):
            cells: Mapping[Path, int] = part.pop(_CELLS)
            self._split(part)
            for key, value in self._constants.get((name, ordinal), {}).items():
                part.setdefault(key, value)
            listed = made.draft.setdefault(name, [])
            if row is not made.rows[0] and part in listed:
                continue
            position = str(len(listed))
            for path, index in cells.items():
                made.places[name, position, *path] = (row.number, index)
                if path[0] == "custom_fields":
                    number = [each["key"] for each in part["custom_fields"]].index(path[1])
                    made.places[name, position, path[0], str(number)] = (row.number, index)
                for split in _SPLIT if path == _WHOLE else ():
                    made.places.setdefault((name, position, split), (row.number, index))
            made.part_rows[name, position] = (row.number, ordinal)
            listed.append(part)

    def _split(self, part: dict[str, Any]) -> None:
        full = part.pop("full_name", None)
        known = part.keys() & set(_SPLIT)
        if full and len(known) < len(_SPLIT):
            civilities = self.fields.civilities
            made = (
                persons.beside(full, part, civilities) if known else persons.split(full, civilities)
            )
            for name, value in made.items():
                part.setdefault(name, value)

    def _name_persons(self, made: SheetRecord) -> None:
        """A client that no cell names is called like its first contact, where that may be."""
        contacts = made.draft.get("contacts")
        if not self._names_people or "name" in made.draft or not contacts:
            return
        words = [contacts[0].get("first_name"), contacts[0].get("last_name")]
        full = " ".join(filter(None, words))
        if full and not any(each.column in self._own_names() for each in made.mistakes):
            assumed = {"name": full, "kind": "INDIVIDUAL"}
            made.assumed = frozenset(assumed.keys() - made.draft.keys())
            made.draft = {**assumed, **made.draft}
            for name in ("last_name", "first_name"):
                if ("contacts", "0", name) in made.places:
                    made.places["name",] = made.places["contacts", "0", name]

    def _own_names(self) -> set[int]:
        return {each.index for each in self.columns if each.field.key == "name"}


# Where a part that is being made keeps the columns of its values; no field is called so.
_CELLS: Final = ""
_WHOLE: Final = ("full_name",)
_SPLIT: Final = ("first_name", "last_name")


def _put(draft: dict[str, Any], path: Path, value: Any) -> None:
    if path[0] == "custom_fields":
        draft.setdefault("custom_fields", []).append({"key": path[1], "value": value})
    elif len(path) > 1:
        draft.setdefault(path[0], {})[path[1]] = value
    else:
        draft[path[0]] = value


def _got(draft: Mapping[str, Any], path: Path) -> Any:
    if path[0] == "custom_fields":
        return next(
            (each["value"] for each in draft["custom_fields"] if each["key"] == path[1]), None
        )
    return draft[path[0]][path[1]] if len(path) > 1 else draft[path[0]]


def _mistake(row: Row, column: Column, cell: Cell, problem: CellProblem) -> CellMistake:
    return CellMistake(
        row=row.number,
        column=column.index,
        header=column.header or column.field.label("en"),
        code=problem.code,
        params=problem.params,
        value=text_of(cell)[:_LONGEST_VALUE],
        suggestion=problem.suggestion,
    )
