"""Writes vCards 4.0 (RFC 6350) of rows whose columns are those of reading (`card_columns`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

from clientgraph.sheets.card_columns import EMAILS, NUMBERS, ORDER, PARTS, numbered, place_of
from clientgraph.sheets.cells import Cell
from clientgraph.sheets.writing import Texts

_LONGEST_LINE: Final = 75
_SINGLE: Final = tuple(
    each for each in ORDER if not any(each in columns for columns in PARTS.values())
)
# What may stand for the name that each card has to have.
_NAMED_BY: Final = ("N.given", "N.family")
_OR_BY: Final = ("ORG", "NICKNAME", *EMAILS, *NUMBERS)
# So many parts a property has even where they are blank (RFC 6350).
_FEWEST: Final = {"N": 5, "ORG": 1, "ADR": 7}
_TYPES: Final = {
    "EMAIL.client": "EMAIL;TYPE=x-client",
    "TEL.work": "TEL;TYPE=work",
    "TEL.home": "TEL;TYPE=home",
    "TEL.cell": "TEL;TYPE=cell",
    "TEL.fax": "TEL;TYPE=fax",
}


class VCardWriter:
    """One card a row; reading them gives the same cells, and a name (FN) where a row has none."""

    def __init__(self, target: BinaryIO | Path) -> None:
        self._texts = Texts(target)
        self._header: Sequence[str] = ()
        self._highest = 1

    def write_header(self, header: Sequence[str]) -> None:
        """Take the columns. Raises ValueError for one that cards do not have."""
        self._highest = max((place_of(column)[0] for column in header), default=1)
        self._header = header

    def write_row(self, cells: Sequence[Cell]) -> None:
        """Write one card."""
        values = {
            column: _text(cell)
            for column, cell in zip(self._header, cells, strict=False)
            if cell is not None
        }
        values.setdefault("FN", _name(values))
        for line in ("BEGIN:VCARD", "VERSION:4.0", *self._lines(values), "END:VCARD"):
            self._texts.file.write(f"{folded(line)}\r\n")

    def close(self) -> None:
        """Write what is left."""
        self._texts.close()

    def _lines(self, values: Mapping[str, str]) -> Iterator[str]:
        for count in range(1, self._highest + 1):
            for column in _SINGLE:
                if text := values.get(numbered(column, count)):
                    yield f"{_TYPES.get(column, column)}:{escaped(text)}"
            for name, columns in PARTS.items():
                parts = [values.get(numbered(column, count), "") for column in columns]
                while len(parts) > _FEWEST.get(name, 0) and not parts[-1]:
                    parts.pop()
                if any(parts):
                    yield f"{name}:{';'.join(map(escaped, parts))}"


def escaped(text: str) -> str:
    """A text as the value of a property, or a part of one."""
    plain = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> str:
    """A line in pieces of 75 octets at most, none of which cuts a letter in two."""
    pieces: list[str] = []
    begin = size = 0
    for at, letter in enumerate(line):
        octets = len(letter.encode())
        if size + octets > _LONGEST_LINE:
            pieces.append(line[begin:at])
            # The space with which a piece begins counts.
            begin, size = at, 1
        size += octets
    return "\r\n ".join((*pieces, line[begin:]))


def _name(values: Mapping[str, str]) -> str:
    named = " ".join(values[column] for column in _NAMED_BY if column in values)
    return named or next((values[column] for column in _OR_BY if column in values), "?")


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
