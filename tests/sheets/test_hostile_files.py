"""Files that are made to harm: each is told as what it is, within little memory and time."""

from __future__ import annotations

import asyncio
import random
import string
import struct
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clientgraph.sheets.limits import USUAL
from clientgraph.sheets.problems import SheetProblem
from tests.sheets.measuring import measured
from tests.sheets.tables import PARTS, archive, inline, read, xlsx
from tests.sheets.test_formats import ODS, OPEN, book_of_the_nineties

MEGABYTE = 1_000_000
SHEET = "xl/worksheets/sheet1.xml"
CALLER = 60 * MEGABYTE

Maker = Callable[[Path], Path]
# Content that is to be changed, and what makes a file of it.
Changed = tuple[bytearray, Callable[[bytes], object]]
KNOWN = {"DAMAGED_FILE", "EMPTY_FILE", "NOT_A_TABLE", "BROKEN_QUOTES"}


def written(*pieces: bytes) -> Maker:
    """A file of these bytes."""

    def make(path: Path) -> Path:
        path.write_bytes(b"".join(pieces))
        return path

    return make


def bomb(unpacked: int) -> Maker:
    """An archive of blanks, which are packed to a thousandth."""
    return lambda path: archive(path, {**PARTS, SHEET: b"<worksheet/>" + b" " * unpacked})


def sheet(*rows: str, head: str = "") -> Maker:
    """A workbook of these rows."""
    return lambda path: xlsx(path, "".join(rows), head)


def letters(count: int) -> str:
    """Letters that cannot be packed much."""
    drawn = random.Random(1).choices(string.ascii_lowercase, k=MEGABYTE)  # noqa: S311
    return "".join(drawn) * (count // MEGABYTE)


def row(number: int, *cells: str) -> str:
    """A row of XML."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def restated(size: int) -> Maker:
    """An archive that says of its sheet that it has this size; it has 30 MB."""

    def make(path: Path) -> Path:
        content = bytearray(xlsx(path, row(1, inline("A1", "z" * 30 * MEGABYTE))).read_bytes())
        struct.pack_into("<I", content, content.rfind(b"PK\x01\x02") + 24, size)
        path.write_bytes(content)
        return path

    return make


LAUGHS = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
CARD = b"BEGIN:VCARD\nFN:a\n"

FILES: dict[str, tuple[Maker, str, dict[str, Any]]] = {
    "bomb": (restated(300 * MEGABYTE), "UNPACKED_TOO_LARGE", {"longest": 250}),
    "tightly packed": (bomb(100 * MEGABYTE), "UNPACKED_TOO_LARGE", {"longest": 250}),
    "understated": (restated(1000), "DAMAGED_FILE", {}),
    "cell of 60 MB": (
        sheet(row(1, inline("A1", "a"), inline("B1", letters(60 * MEGABYTE)))),
        "CELL_TOO_LONG",
        {"row": 1, "column": 2, "found": 60 * MEGABYTE, "longest": 32_767},
    ),
    "corners": (
        sheet(row(1, inline("A1", "a")), row(1_048_576, inline("XFD1048576", "b"))),
        "FILE_TOO_COMPLEX",
        {},
    ),
    "a million rows": (
        sheet(*(row(n, f'<c r="A{n}"><v>{n}</v></c>') for n in range(1, 1_048_577))),
        "TOO_MANY_ROWS",
        {"longest": 50_000},
    ),
    "far column": (
        sheet(row(7, inline("XFD7", "a"))),
        "TOO_MANY_COLUMNS",
        {"row": 7, "longest": 500},
    ),
    "billion laughs": (
        sheet(row(1, inline("A1", "&j;")), head=f'<!DOCTYPE a [<!ENTITY a "lol">{LAUGHS}]>'),
        "DAMAGED_FILE",
        {},
    ),
    "external entity": (
        sheet(
            row(1, inline("A1", "&a;")),
            head='<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        ),
        "DAMAGED_FILE",
        {},
    ),
    "text cell of 300 MB": (written(b"a,", b"x" * 300 * MEGABYTE), "FILE_TOO_COMPLEX", {}),
    "open quote": (written(b'a,b\n"', b"x,y\n" * 5 * MEGABYTE), "BROKEN_QUOTES", {"row": 2}),
    "too many records": (
        written(b"a,b\n" * 5 * MEGABYTE),
        "TOO_MANY_ROWS",
        {"longest": 50_000},
    ),
    "too many separators": (
        written(b"a", b"," * 5 * MEGABYTE, b"a"),
        "TOO_MANY_COLUMNS",
        {"row": 1, "longest": 500},
    ),
    "cards without ends": (written(b"BEGIN:VCARD\n" * MEGABYTE), "DAMAGED_FILE", {}),
    "card of many numbers": (
        written(CARD, b"TEL:1\n" * 10_000, b"END:VCARD"),
        "TOO_MANY_COLUMNS",
        {"row": 1, "longest": 500},
    ),
    "card of backslashes": (
        written(CARD, b"N:", b"\\" * 2 * MEGABYTE, b"\nEND:VCARD"),
        "CELL_TOO_LONG",
        {"row": 2, "column": 2, "found": MEGABYTE, "longest": 32_767},
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_told_as_what_it_is(tmp_path: Path, name: str) -> None:
    """The reader stays within its memory, and who asked needs none."""
    make, code, params = FILES[name]
    found = measured(make(tmp_path / "sent"), tmp_path)
    assert (found.code, found.params) == (code, {**params, "file": "sent"})
    assert found.reader < USUAL.memory
    assert found.caller < CALLER
    assert not (tmp_path / "rows").exists()


@pytest.mark.parametrize(
    ("make", "rows"),
    [
        (
            sheet(
                *(row(n, f'<c r="A{n}" s="1"/>') for n in range(2, 1_048_577)),
                row(1, inline("A1", "a")),
            ),
            1,
        ),
        (sheet(row(1, inline("A1", "a")), row(1_048_576, inline("A1048576", "b"))), 2),
        (written(b"a\n", b"\n" * MEGABYTE, b"b\n"), 2),
        (written(CARD, b"PHOTO:", (b" " + b"A" * 74 + b"\n") * 300_000, b"END:VCARD"), 2),
        (written(CARD, b"N", b";" * 15 * MEGABYTE, b":a\nEND:VCARD"), 2),
    ],
    ids=["claimed rows", "last row", "blank lines", "photograph", "parameters"],
)
def test_what_is_only_large_is_read(tmp_path: Path, make: Maker, rows: int) -> None:
    """Blanks, however many, and pictures of cards are no rows."""
    found = measured(make(tmp_path / "sent"), tmp_path)
    assert (found.code, found.rows) == (None, rows)
    assert found.reader < USUAL.memory
    assert found.caller < CALLER


@settings(max_examples=40, deadline=None)
@given(data=some.data())
def test_whatever_is_changed_on_the_way(data: some.DataObject) -> None:
    """A changed file is read, or told as one that is not; nothing else ever happens."""
    make = data.draw(some.sampled_from((_workbook, _open_document, _nineties, _text, _cards)))
    with TemporaryDirectory() as folder:
        content, pack = make(Path(folder, "sent"))
        for _ in range(data.draw(some.integers(1, 5))):
            at = data.draw(some.integers(0, len(content)))
            cut = data.draw(some.integers(0, 20))
            content[at : at + cut] = data.draw(some.binary(max_size=20))
        pack(bytes(content))
        assert asyncio.run(_outcome(Path(folder))) in {"read", *KNOWN}


async def _outcome(folder: Path) -> str:
    try:
        table = await read(folder / "sent", folder)
    except SheetProblem as problem:
        return problem.code
    return "read" if len(list(table)) == table.rows > 0 else "miscounted"


def _workbook(path: Path) -> Changed:
    cells = row(1, inline("A1", "Io"), '<c r="B1"><v>1</v></c>')
    xlsx(path, cells)
    with ZipFile(path) as book:
        content = bytearray(book.read(SHEET))
    return content, lambda changed: archive(path, {**PARTS, SHEET: changed})


def _open_document(path: Path) -> Changed:
    def pack(changed: bytes) -> object:
        return archive(path, {"mimetype": OPEN + "spreadsheet", "content.xml": changed})

    return bytearray(ODS.encode()), pack


def _nineties(path: Path) -> Changed:
    return book_of_the_nineties(path), path.write_bytes


def _text(path: Path) -> Changed:
    return bytearray('Nom;"Ville"\r\nLéa;"Gent\n"\r\n'.encode() * 3), path.write_bytes


def _cards(path: Path) -> Changed:
    card = b"BEGIN:VCARD\r\nN;ENCODING=QUOTED-PRINTABLE:a=C3=A9;b\r\nTEL;WORK:1\r\nEND:VCARD\r\n"
    return bytearray(card * 2), path.write_bytes
