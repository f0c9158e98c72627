"""What a file is, by its content: its ending has no say, and what is no table is told."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
import xlwt

from clientgraph.sheets.limits import USUAL
from clientgraph.sheets.reading import read_sheet
from tests.sheets.binary_books import xlsb
from tests.sheets.tables import PARTS, archive, inline, problem, read, rows, xlsx

OPEN = "application/vnd.oasis.opendocument."
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="Clients"><table:table-row>'
    '<table:table-cell office:value-type="string"><text:p>Léa</text:p></table:table-cell>'
    '<table:table-cell office:value-type="float" office:value="12"/>'
    '<table:table-cell office:value-type="date" office:date-value="2026-01-31"/>'
    '</table:table-row><table:table-row table:number-rows-repeated="1048575">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def entry(name: str) -> bytes:
    """An entry of the directory of an older document."""
    wide = name.encode("utf-16-le")
    return wide + bytes(64 - len(wide)) + (len(wide) + 2).to_bytes(2, "little") + bytes(62)


def book_of_the_nineties(path: Path) -> bytearray:
    """A workbook of the older format."""
    made = xlwt.Workbook()
    made.add_sheet("Kunden").write(0, 0, "Café")
    made.save(str(path))
    return bytearray(path.read_bytes())


async def test_open_document(tmp_path: Path) -> None:
    """Sheets of OpenDocument have the same cells, and repeated blanks are no rows."""
    path = archive(
        tmp_path / "sent",
        {"mimetype": OPEN + "spreadsheet", "content.xml": ODS, "META-INF/manifest.xml": "<m/>"},
    )
    table = await read(path, tmp_path)
    assert (table.format, table.chosen, table.rows) == ("ods", "Clients", 1)
    ((text, number, day),) = await rows(path, tmp_path)
    assert (text, number, str(day)) == ("Léa", 12, "2026-01-31")


async def test_binary_workbooks(tmp_path: Path) -> None:
    """The binary format of Excel has the same cells."""
    path = xlsb(tmp_path / "sent", [["Nom", "SIREN"], ["Café Léa", 552032534.0]])
    table = await read(path, tmp_path)
    assert (table.format, table.chosen, table.rows) == ("xlsb", "Clients", 2)
    assert await rows(path, tmp_path) == [["Nom", "SIREN"], ["Café Léa", 552032534]]


@pytest.mark.parametrize("name", ["list.csv", "list.xls", "list.vcf", "list", "list.xlsx"])
async def test_endings_have_no_say(tmp_path: Path, name: str) -> None:
    """A workbook is one, and a text is one, whatever they are called."""
    book = xlsx(tmp_path / name, f'<row r="1">{inline("A1", "Io")}</row>')
    assert (await read(book, tmp_path)).format == "xlsx"
    (tmp_path / name).write_bytes(b"Name;City\nIo;Paris\n")
    assert (await read(tmp_path / name, tmp_path)).format == "csv"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"{\\rtf1 text}", "RTF"),
        (b"\n<html><body><TABLE><tr><td>Io", "HTML"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "XML"),
        ("<html><table>".encode("utf-16"), "HTML"),
        (b'[{"name": "Io"}]', "JSON"),
        (bytes(range(256)) * 20, "binary"),
        (OLE + entry("WordDocument"), "Word"),
        (OLE + entry("__properties"), "OLE"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_table(tmp_path: Path, content: bytes, found: str) -> None:
    """Pages, pictures and other documents are called what they are."""
    assert await problem(content, tmp_path) == ("NOT_A_TABLE", {"found": found})


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"a.txt": "a"}, "ZIP"),
        ({"mimetype": OPEN + "text"}, "OpenDocument"),
        ({"[Content_Types].xml": "<a ContentType='x.wordprocessingml.y'/>"}, "Word"),
        ({"[Content_Types].xml": "<a ContentType='x.presentationml.y'/>"}, "PowerPoint"),
    ],
)
async def test_archives_that_are_no_tables(
    tmp_path: Path, members: Mapping[str, str], found: str
) -> None:
    """So are archives."""
    path = archive(tmp_path / "sent", members)
    assert await problem(path, tmp_path) == ("NOT_A_TABLE", {"found": found})


async def test_encrypted_files(tmp_path: Path) -> None:
    """A password is asked for by no service: the file is told to have one."""
    path = tmp_path / "sent"
    assert await problem(OLE + entry("EncryptedPackage"), tmp_path) == ("ENCRYPTED_FILE", {})
    nineties = book_of_the_nineties(path)
    begin = nineties.index(b"\x09\x08\x10\x00")
    nineties[begin + 20 : begin + 22] = b"\x2f\x00"
    assert await problem(bytes(nineties), tmp_path) == ("ENCRYPTED_FILE", {})
    packed = bytearray(archive(path, PARTS).read_bytes())
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert await problem(bytes(packed), tmp_path) == ("ENCRYPTED_FILE", {})
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    path = archive(path, {"mimetype": OPEN + "spreadsheet", "content.xml": ODS, **manifest})
    assert await problem(path, tmp_path) == ("ENCRYPTED_FILE", {})


@pytest.mark.parametrize(
    "content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b",,,\n\n ,\n", bytes(100)]
)
async def test_empty_files(tmp_path: Path, content: bytes) -> None:
    """A file without a row is empty."""
    assert await problem(content, tmp_path) == ("EMPTY_FILE", {})


async def test_workbooks_without_rows(tmp_path: Path) -> None:
    """So is a workbook in which nothing is to be seen."""
    assert await problem(xlsx(tmp_path / "sent", '<row r="1"/>'), tmp_path) == ("EMPTY_FILE", {})


async def test_damaged_files(tmp_path: Path) -> None:
    """Whatever is cut off or changed on the way is damaged, and nothing of it is read."""
    path = tmp_path / "sent"
    content = xlsx(path, f'<row r="1">{inline("A1", "Io")}</row>').read_bytes()
    nineties = bytes(book_of_the_nineties(path))
    for cut in (40, 200, len(content) // 2, len(content) - 10):
        assert (await problem(content[:cut], tmp_path))[0] == "DAMAGED_FILE"
    flipped = bytearray(content)
    flipped[content.index(b"sheet1.xml") + 40] ^= 0xFF
    assert (await problem(bytes(flipped), tmp_path))[0] == "DAMAGED_FILE"
    assert (await problem(nineties[:3000], tmp_path))[0] in ("DAMAGED_FILE", "NOT_A_TABLE")
    lacking = archive(path, {key: PARTS[key] for key in list(PARTS)[:2]})
    assert (await problem(lacking, tmp_path))[0] == "DAMAGED_FILE"


async def test_limits(tmp_path: Path) -> None:
    """What is one more than may be is told with its place, and what is just as much is read."""
    limits = replace(USUAL, rows=2, columns=3, text=4)
    table = await read(b"a,b,c\n\nabcd\n", tmp_path, limits=limits)
    assert table.rows == 2
    table.path.unlink()
    assert await problem(b"a\nb\nc\n", tmp_path, limits=limits) == ("TOO_MANY_ROWS", {"longest": 2})
    assert await problem(b"a\n\nb,c,d,e\n", tmp_path, limits=limits) == (
        "TOO_MANY_COLUMNS",
        {"row": 3, "longest": 3},
    )
    assert await problem(b"a\nb,abcde\n", tmp_path, limits=limits) == (
        "CELL_TOO_LONG",
        {"row": 2, "column": 2, "found": 5, "longest": 4},
    )


async def test_more_rows_than_are_kept(tmp_path: Path) -> None:
    """What is written for the rows has a limit, too."""
    limits = replace(USUAL, kept=100_000)
    assert await problem(b"abcdefghij\n" * 20_000, tmp_path, limits=limits) == (
        "FILE_TOO_COMPLEX",
        {},
    )


async def test_time_is_limited(tmp_path: Path) -> None:
    """What takes too long is ended, with all that it started."""
    begun = monotonic()
    limits = replace(USUAL, seconds=1)
    code, _ = await problem(b"a\n" + b"\n" * 20_000_000 + b"b", tmp_path, limits=limits)
    assert code == "FILE_TOO_COMPLEX"
    assert monotonic() - begun < 3
    assert _readers() == []


async def test_a_caller_who_gives_up(tmp_path: Path) -> None:
    """The process ends with who waits for it, and leaves no rows."""
    (tmp_path / "sent").write_bytes(b"a\n" + b"\n" * 20_000_000 + b"b")
    reading = asyncio.create_task(read(tmp_path / "sent", tmp_path))
    await asyncio.sleep(0.5)
    assert len(_readers()) == 1
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert _readers() == []
    assert not (tmp_path / "rows").exists()


def _readers() -> list[int]:
    """The processes that read for this one."""
    ours = f"PPid:\t{os.getpid()}\n"
    return [
        int(status.parent.name)
        for status in Path("/proc").glob("[0-9]*/status")
        if ours in _content(status)
        and "clientgraph.sheets.child" in _content(status.with_name("cmdline"))
    ]


def _content(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        # It has just ended.
        return ""


async def test_failures_of_the_disk(tmp_path: Path) -> None:
    """What is the disk's fault is not told as the file's."""
    (tmp_path / "sent").write_bytes(b"a\n")
    with pytest.raises(OSError, match="the rows of a table could not be kept"):
        await read_sheet(tmp_path / "sent", "sent.csv", tmp_path / "missing" / "rows")
    with pytest.raises(OSError, match="the rows of a table could not be kept"):
        await read_sheet(tmp_path / "missing", "sent.csv", tmp_path / "rows")
