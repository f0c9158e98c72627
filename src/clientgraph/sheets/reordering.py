"""The file of a sheet's rows with some of them at other places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

# Where some bytes begin and end.
Span = tuple[int, int]
# By the end of the row below which they are to stand.
Moves = Mapping[int, Sequence[Span]]
_BLOCK: Final = 1_000_000


def reorder(source: Path, target: Path, moves: Moves) -> None:
    """Write the rows of a file to another, those that are moved at their new places."""
    size = source.stat().st_size
    with source.open("rb") as file, target.open("wb") as out:
        for span in _pieces(moves, size):
            _copy(file, out, span)


def _pieces(moves: Moves, size: int) -> Iterator[Span]:
    """What of the source stands one after another in the target."""
    moved = dict(span for spans in moves.values() for span in spans)
    at = 0
    for place in sorted({*moves, *moved}):
        yield at, place
        yield from moves.get(place, ())
        at = moved.get(place, place)
    yield at, size


def _copy(file: BinaryIO, out: BinaryIO, span: Span) -> None:
    start, end = span
    file.seek(start)
    while start < end and (block := file.read(min(_BLOCK, end - start))):
        out.write(block)
        start += len(block)
