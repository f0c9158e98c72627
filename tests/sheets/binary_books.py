"""The smallest workbooks of Excel's binary format ([MS-XLSB]): records of a kind, a size, bytes."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from tests.sheets.tables import PACKAGE, PARTS, RELATIONS, archive

_TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)
_BEGIN_BOOK, _END_BOOK = 131, 132
_BEGIN_SHEETS, _END_SHEETS, _SHEET = 143, 144, 156
_BEGIN_SHEET, _END_SHEET, _DIMENSION = 129, 130, 148
_BEGIN_ROWS, _END_ROWS, _ROW = 145, 146, 0
_NUMBER, _TEXT = 5, 6


def xlsb(path: Path, rows: Sequence[Sequence[str | float]]) -> Path:
    """A workbook with one sheet of these cells."""
    book = [
        _record(_BEGIN_BOOK),
        _record(_BEGIN_SHEETS),
        _record(_SHEET, struct.pack("<II", 0, 1), _wide("r1"), _wide("Clients")),
        _record(_END_SHEETS),
        _record(_END_BOOK),
    ]
    last = len(rows) - 1, max(map(len, rows)) - 1
    sheet = [
        _record(_BEGIN_SHEET),
        _record(_DIMENSION, struct.pack("<IIII", 0, last[0], 0, last[1])),
    ]
    sheet.append(_record(_BEGIN_ROWS))
    for at, cells in enumerate(rows):
        sheet.append(_record(_ROW, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0)))
        sheet += [_cell(column, cell) for column, cell in enumerate(cells)]
    sheet += [_record(_END_ROWS), _record(_END_SHEET)]
    return archive(
        path,
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": PARTS["_rels/.rels"].replace("workbook.xml", "workbook.bin"),
            "xl/workbook.bin": b"".join(book),
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        },
    )


def _cell(column: int, cell: str | float) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(cell, str):
        return _record(_TEXT, place, _wide(cell))
    return _record(_NUMBER, place, struct.pack("<d", cell))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, *content: bytes) -> bytes:
    octets = b"".join(content)
    assert len(octets) < 128
    named = bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))
    return named + bytes((len(octets),)) + octets
