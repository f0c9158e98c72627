"""Rows of one client that stand apart in a sheet, and where they are to stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from clientgraph.columns.fields import SheetFields
from clientgraph.columns.grouping import Grouping, Told
from clientgraph.columns.matching import Matching
from clientgraph.columns.records import grouping_of, rows_of_clients
from clientgraph.sheets.cells import Row
from clientgraph.sheets.reordering import Moves, Span

# Rows, each with the offset behind it.
Kept = Iterator[tuple[int, Row]]


def moves_of(fields: SheetFields, matching: Matching, kept: Callable[[], Kept]) -> Moves:
    """What is to be moved so that the rows of each client stand together.

    Rows are of a client that stands before them where they would be if they stood right below it.
    Only keys that are found again are remembered with their clients.
    """
    grouping = grouping_of(fields, matching)
    if not grouping.has_keys:
        return {}
    shared = _shared(grouping, (row for _, row in kept()))
    return _moves(fields, matching, grouping, shared, kept()) if shared else {}


def _shared(grouping: Grouping, rows: Iterable[Row]) -> set[int]:
    """The hashes of keys that rows have which do not follow each other."""
    last: dict[int, int] = {}
    found: set[int] = set()
    for place, row in enumerate(rows):
        for pair in grouping.keys(row).items():
            key = hash(pair)
            if last.get(key, place) < place - 1:
                found.add(key)
            last[key] = place
    return found


def _moves(
    fields: SheetFields, matching: Matching, grouping: Grouping, shared: set[int], kept: Kept
) -> Moves:
    spans: dict[int, Span] = {}

    def passing() -> Iterator[Row]:
        start = 0
        for end, row in kept:
            spans[row.number] = (start, end)
            start = end
            yield row

    moves: dict[int, list[Span]] = {}
    first: dict[tuple[str, str], tuple[Told, int]] = {}
    for rows, told in grouping.groups(rows_of_clients(fields, matching, passing())):
        span = (spans[rows[0].number][0], spans[rows[-1].number][1])
        for number in [each for each in spans if each <= rows[-1].number]:
            del spans[number]
        keys, name = grouping.keys(rows[0]), grouping.name(rows[0])
        known = (first.get(pair) for pair in keys.items())
        found = next((each for each in known if each and each[0].has(keys, name)), None)
        if found is None:
            found = (told, span[1])
        else:
            moves.setdefault(found[1], []).append(span)
            found[0].keys |= told.keys
            found[0].rows += told.rows
        for pair in told.keys.items():
            if hash(pair) in shared:
                first.setdefault(pair, found)
    return moves
