"""Tables that are written: what comes out is what went in, and runs nowhere."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clientgraph.sheets.card_writing import VCardWriter
from clientgraph.sheets.cells import Cell, Row
from clientgraph.sheets.csv_writing import CsvWriter
from clientgraph.sheets.problems import SheetProblem
from clientgraph.sheets.writing import TableWriter
from clientgraph.sheets.xlsx_writing import ROWS, XlsxWriter, sheet_title
from tests.sheets.tables import read, rows

DAY = datetime.fromisoformat("2026-01-31")
NOON = DAY.replace(hour=12)
HEADER = ["Name", "Phone", "Note"]
TRICKY = [
    "=1+1",
    "+32 2 555 01 00",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0+1",
    "＝1",
    "'=1",
    "''@x",
    "'tis",
    "00123",
    "1e5",
    'say "hi"',
    'a,b;c\td|e"',
    "x\r\ny\r\r\nz\rq\n",
    "_x000D_",
    "http://a.example",
    "Łódź 東京 🙂",
    "<b>&amp;",
    "sep=;",
]
# Marks of control are no text that people write; the ends of lines and tabs among them are.
LETTERS = some.characters(exclude_categories=("Cs", "Cc")) | some.sampled_from("\t\r\n=+-@'\";,|")
TEXTS = some.text(LETTERS, max_size=20) | some.sampled_from(TRICKY)
TABLES = some.lists(some.tuples(TEXTS, TEXTS, TEXTS), max_size=30)


def write(writer: TableWriter, header: Sequence[str], table: Sequence[Sequence[Cell]]) -> None:
    """Write a table to its end."""
    writer.write_header(header)
    for row in table:
        writer.write_row(row)
    writer.close()


def seen(table: Sequence[Sequence[str]]) -> list[tuple[str | None, ...]]:
    """The rows that have anything in them, with None for what shows nothing."""
    shown = [tuple(text if text.strip() else None for text in row) for row in table]
    while_blank = [row for row in shown if any(row)]
    return [_trimmed(row) for row in while_blank]


def _trimmed(row: tuple[str | None, ...]) -> tuple[str | None, ...]:
    last = max(at for at, text in enumerate(row, 1) if text is not None)
    return row[:last]


def read_back(path: Path, folder: Path) -> list[tuple[Cell, ...]]:
    """The rows below the header, as an import reads them."""
    header, *others = asyncio.run(rows(path, folder))
    assert header == HEADER
    return [tuple(row) for row in others]


@settings(max_examples=25, deadline=None)
@given(TABLES, some.sampled_from(",;\t|"))
def test_texts_survive_csv(table: list[tuple[str, str, str]], separator: str) -> None:
    """Whatever is written as CSV is read as it was, whichever separator there is."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "list")
        write(CsvWriter(path, separator), HEADER, table)
        assert read_back(path, Path(folder)) == seen(table)


@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_texts_survive_workbooks(table: list[tuple[str, str, str]]) -> None:
    """Whatever is written as a workbook is read as it was."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "list")
        write(XlsxWriter(path), HEADER, table)
        assert read_back(path, Path(folder)) == seen(table)


def test_nothing_in_csv_is_run(tmp_path: Path) -> None:
    """No cell begins like a formula, and each is quoted."""
    write(CsvWriter(tmp_path / "list"), ["Text"], [[text] for text in TRICKY])
    content = (tmp_path / "list").read_bytes()
    assert content.startswith(b'\xef\xbb\xbf"Text"\r\n"\'=1+1"\r\n"\'+32 2 555 01 00"\r\n')
    cells = re.findall(r'"((?:[^"]|"")*)"\r\n', content.decode("utf-8-sig"))
    assert len(cells) == len(TRICKY) + 1
    assert [cell for cell in cells if re.match(r"\s*[=+\-@＝＋－＠\t\r\n]", cell)] == []


def test_cells_of_csv(tmp_path: Path) -> None:
    """Numbers are plain, days as in ISO 8601, blanks empty."""
    write(
        CsvWriter(tmp_path / "list", ";"), ["A"], [[1, -1.5, True, None, DAY.date(), DAY, "x\0y"]]
    )
    assert (tmp_path / "list").read_text("utf-8-sig").splitlines()[1] == (
        '1;-1.5;"true";"";"2026-01-31";"2026-01-31T00:00:00";"xy"'
    )


async def test_cells_of_workbooks(tmp_path: Path) -> None:
    """Numbers, days and truths keep their kinds; what Excel cannot keep is a text."""
    east = NOON.replace(tzinfo=timezone(timedelta(hours=2)))
    cells: list[Cell] = [1, 1.5, True, None, DAY.date(), NOON, east, 10**17, float("nan"), "007"]
    old: list[Cell] = [DAY.date().replace(year=1850), DAY.replace(year=1850)]
    write(XlsxWriter(tmp_path / "list", "A/B"), ["A"], [cells, old])
    table = await read(tmp_path / "list", tmp_path)
    assert table.chosen == "A B"
    assert list(table)[1:] == [
        Row(
            2,
            (
                1,
                1.5,
                True,
                None,
                DAY.date(),
                NOON,
                NOON - timedelta(hours=2),
                str(10**17),
                "nan",
                "007",
            ),
        ),
        Row(3, ("1850-01-31", "1850-01-31T00:00:00")),
    ]


async def test_the_longest_text_of_a_workbook(tmp_path: Path) -> None:
    """A text that is too long for a cell is cut, and shows it."""
    texts = ["x" * 32_767, "x" * 32_768, "🙂" * 16_384]
    write(XlsxWriter(tmp_path / "list"), ["A"], [[text] for text in texts])
    found = [row[0] for row in await rows(tmp_path / "list", tmp_path)]
    assert found == ["A", texts[0], "x" * 32_766 + "…", "🙂" * 16_383 + "…"]


def test_a_full_sheet() -> None:
    """A sheet has an end, which is told."""
    writer = XlsxWriter(io.BytesIO())
    writer.write_header(["A"])
    for _ in range(ROWS - 1):
        writer.write_row([])
    with pytest.raises(SheetProblem, match="TOO_MANY_ROWS"):
        writer.write_row([])
    writer.close()


def test_looks_of_workbooks(tmp_path: Path) -> None:
    """The header stays in sight and filters, columns fit, and no text is marked as a number."""
    write(XlsxWriter(tmp_path / "list"), ["A", "Name"], [["007", "x" * 100], ["=1", "http://a"]])
    with ZipFile(tmp_path / "list") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2"' in sheet
    assert '<autoFilter ref="A1:B3"/>' in sheet
    assert '<ignoredError sqref="A1:B3" numberStoredAsText="1"/>' in sheet
    assert re.findall(r'<col min="\d+" max="\d+" width="(\d+)', sheet) == ["8", "60"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


@pytest.mark.parametrize(
    ("name", "title"),
    [("Clients", "Clients"), ("a[b]:c*d?e/f\\g", "a b  c d e f g"), ("'x'", "x"), ("", "Sheet1")],
)
def test_names_of_sheets(name: str, title: str) -> None:
    """A sheet has the name that is given, as far as sheets can."""
    assert sheet_title(name) == title
    assert len(sheet_title("x" * 50)) == 31


def test_files_of_others_stay_open() -> None:
    """A file that somebody else opened is not closed."""
    for make in (CsvWriter, VCardWriter, XlsxWriter):
        file = io.BytesIO()
        write(make(file), ["FN"], [["Io"]])
        assert b"Io" in file.getvalue() or file.getvalue().startswith(b"PK")
