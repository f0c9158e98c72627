"""Rows of a sheet as drafts of clients: one client may take several rows.

Rows that stand together are one client where they share its reference, external reference or an
identifier, and where all its own columns are blank: what they have then are further contacts and
addresses. A blank cell leaves its field untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from clientgraph.columns.declared import squeezed
from clientgraph.columns.drafting import Column, Drafting, SheetRecord, is_blank
from clientgraph.columns.fields import SheetFields, parse_key
from clientgraph.columns.matching import Matching
from clientgraph.columns.presets import presets
from clientgraph.columns.readers import text_of
from clientgraph.sheets.cells import Row

# A client with more rows is a mistake in the sheet rather than a client.
_MOST_ROWS: Final = 1_000
# Fewer values may be those of a client by chance.
_FEWEST_EXAMPLES: Final = 5
_KEYS: Final = frozenset({"reference", "externalReference"})


def records(fields: SheetFields, matching: Matching, rows: Iterable[Row]) -> Iterator[SheetRecord]:
    """The clients of a sheet in their order; no more than one of them is held.

    Rows up to the header, blank ones, repeated headers and the example of a template are passed
    over.
    """
    drafting = drafting_of(fields, matching)
    # A row without a company is another person, where a sheet is about people.
    takes_blank = not matching.names_people
    columns = drafting.columns
    own = (row for row in _of_clients(matching, rows) if not _is_example(columns, row))
    for group in _grouped(columns, own, takes_blank=takes_blank):
        yield drafting.record(group)


def drafting_of(fields: SheetFields, matching: Matching) -> Drafting:
    """What makes drafts of the rows of clients that are told apart already."""
    preset = presets().get(matching.preset or "")
    return Drafting(
        fields,
        matching,
        columns_of(fields, matching),
        is_strict=fields.is_strict or bool(preset and preset.is_strict),
        required=preset.required or () if preset else (),
    )


def columns_of(fields: SheetFields, matching: Matching) -> list[Column]:
    """The columns that mean something, each with its field."""
    found = []
    for each in matching.columns:
        known = fields.get(each.field) if each.field else None
        if known is not None and each.field:
            ordinal = parse_key(each.field)[1]
            found.append(Column(each.index, each.header, known, ordinal, known.part))
    return found


def _is_example(columns: Sequence[Column], row: Row) -> bool:
    """Whether a row is that of the template, as it was handed out."""
    shown = [each for each in columns if each.field.example]
    return len(shown) >= _FEWEST_EXAMPLES and all(
        each.index < len(row.cells) and text_of(row.cells[each.index]) == each.field.example
        for each in shown
    )


def _of_clients(matching: Matching, rows: Iterable[Row]) -> Iterator[Row]:
    """Without what stands above the header and without its repetitions."""
    headers = {each.index: squeezed(each.header) for each in matching.columns if each.header}
    first = next(iter(headers), None)
    for row in rows:
        if matching.header_row is not None and row.number <= matching.header_row:
            continue
        if first is not None and first < len(row.cells) and _repeats(row, headers, first):
            continue
        yield row


def _repeats(row: Row, headers: dict[int, str], first: int) -> bool:
    """Whether a row has nothing but headers in their places, and more than half of them."""
    cell = row.cells[first]
    if not isinstance(cell, str) or squeezed(cell) != headers[first]:
        return False
    texts = {index: squeezed(text_of(cell)) for index, cell in enumerate(row.cells)}
    filled = {index: text for index, text in texts.items() if text}
    alike = all(headers.get(index) == text for index, text in filled.items())
    return alike and 2 * len(filled) > len(headers)


@dataclass
class _Group:
    """The rows of one client so far, with the texts by which others are known to be its, too."""

    rows: list[Row]
    keys: dict[str, str]
    name: str


def _grouped(
    columns: Sequence[Column], rows: Iterable[Row], *, takes_blank: bool
) -> Iterator[list[Row]]:
    own = [each for each in columns if each.part is None]
    keyed = [each for each in own if each.field.key in _KEYS or each.field.path[0] == "identifiers"]
    name = next((each for each in own if each.field.key == "name"), None)
    group: _Group | None = None
    for row in rows:
        cells = row.cells
        width = len(cells)
        if not any(each.index < width and not is_blank(cells[each.index]) for each in columns):
            continue
        keys = {
            each.field.key: text
            for each in keyed
            if each.index < width and (text := text_of(cells[each.index]))
        }
        called = text_of(cells[name.index]) if name and name.index < width else ""
        has_own = not takes_blank or any(
            each.index < width and not is_blank(cells[each.index]) for each in own
        )
        if group and own and _continues(group, keys, called, has_own=has_own):
            group.rows.append(row)
            group.keys |= keys
            continue
        if group:
            yield group.rows
        group = _Group([row], keys, called)
    if group:
        yield group.rows


def _continues(group: _Group, keys: dict[str, str], called: str, *, has_own: bool) -> bool:
    """Whether a row is about the client of the group."""
    if len(group.rows) >= _MOST_ROWS:
        return False
    if not has_own:
        return True
    shared = [key for key, text in keys.items() if group.keys.get(key) == text]
    differs = any(group.keys.get(key, text) != text for key, text in keys.items())
    return bool(shared) and not differs and (not called or not group.name or called == group.name)
