"""Rows of a sheet as drafts of clients: one client may take several rows.

Which rows are one client's is told in `grouping`. A blank cell leaves its field untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from clientgraph.columns.declared import squeezed
from clientgraph.columns.drafting import Column, Drafting, SheetRecord
from clientgraph.columns.fields import SheetFields, parse_key
from clientgraph.columns.footers import is_footer
from clientgraph.columns.grouping import Grouping
from clientgraph.columns.matching import Matching
from clientgraph.columns.presets import presets
from clientgraph.columns.readers import text_of
from clientgraph.sheets.cells import Row

# Fewer values may be those of a client by chance.
_FEWEST_EXAMPLES: Final = 5


def records(
    fields: SheetFields,
    matching: Matching,
    rows: Iterable[Row],
    pass_over: Callable[[Row], None] | None = None,
) -> Iterator[SheetRecord]:
    """The clients of a sheet in their order; no more than one of them is held.

    Rows up to the header and blank ones are no clients, and neither are repeated headers, the
    example of a template and footers, of which ``pass_over`` is told.
    """
    drafting = drafting_of(fields, matching)
    own = rows_of_clients(fields, matching, rows, pass_over)
    for group, _ in grouping_of(fields, matching).groups(own):
        yield drafting.record(group)


def grouping_of(fields: SheetFields, matching: Matching) -> Grouping:
    """What tells which rows are of one client."""
    # A row without a company is another person, where a sheet is about people.
    return Grouping(columns_of(fields, matching), takes_blank=not matching.names_people)


def rows_of_clients(
    fields: SheetFields,
    matching: Matching,
    rows: Iterable[Row],
    pass_over: Callable[[Row], None] | None = None,
) -> Iterator[Row]:
    """Without what stands above the header, its repetitions, a template's example and footers."""
    columns, repeats = columns_of(fields, matching), _repetition(matching)
    for row in rows:
        if matching.header_row is not None and row.number <= matching.header_row:
            continue
        if not (repeats(row) or _is_example(columns, row) or is_footer(row)):
            yield row
        elif pass_over is not None:
            pass_over(row)


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


def _repetition(matching: Matching) -> Callable[[Row], bool]:
    """Whether a row is the header once more."""
    headers = {each.index: squeezed(each.header) for each in matching.columns if each.header}
    first = next(iter(headers), None)

    def repeats(row: Row) -> bool:
        return first is not None and first < len(row.cells) and _repeats(row, headers, first)

    return repeats


def _repeats(row: Row, headers: dict[int, str], first: int) -> bool:
    """Whether a row has nothing but headers in their places, and more than half of them."""
    cell = row.cells[first]
    if not isinstance(cell, str) or squeezed(cell) != headers[first]:
        return False
    texts = {index: squeezed(text_of(cell)) for index, cell in enumerate(row.cells)}
    filled = {index: text for index, text in texts.items() if text}
    alike = all(headers.get(index) == text for index, text in filled.items())
    return alike and 2 * len(filled) > len(headers)
