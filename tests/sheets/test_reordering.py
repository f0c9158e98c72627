"""Rows of a file at other places."""

from __future__ import annotations

from pathlib import Path

from clientgraph.sheets.reordering import Moves, reorder


def test_spans_stand_where_they_are_moved(tmp_path: Path) -> None:
    """Next to each other, several below one, and at the end; nothing is lost or doubled."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"abcdefgh")
    cases: list[tuple[Moves, bytes]] = [
        ({}, b"abcdefgh"),
        ({1: [(2, 3)]}, b"acbdefgh"),
        ({1: [(2, 3), (7, 8)], 2: [(3, 5)]}, b"achbdefg"),
        ({2: [(4, 6), (6, 8)]}, b"abefghcd"),
        ({1: [(1, 2)]}, b"abcdefgh"),
    ]
    for moves, expected in cases:
        reorder(source, target, moves)
        assert target.read_bytes() == expected, moves
