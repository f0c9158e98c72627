"""Workbooks: which sheet is read, and what becomes of its cells."""

from __future__ import annotations

from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path

import pytest
import xlwt
from xlsxwriter import Workbook

from clientgraph.sheets.cells import Row
from clientgraph.sheets.reading import SheetInfo, kept_rows
from tests.sheets.tables import problem, read, rows, xlsx

DAY = datetime.fromisoformat("2026-01-31")
MOMENT = datetime.fromisoformat("2026-01-31T13:05")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with hidden, empty and full sheets."""
    path = tmp_path / "book"
    with Workbook(str(path)) as made:
        made.add_worksheet("Lists").write(0, 0, "FR")
        made.add_worksheet("Empty")
        made.add_worksheet("Clients").write_row(1, 1, ["Name", "City"])
        made.add_worksheet("Help").write(0, 0, "Read me")
        # The one that is active cannot be hidden.
        made.get_worksheet_by_name("Clients").activate()
        made.get_worksheet_by_name("Clients").set_first_sheet()
        made.get_worksheet_by_name("Lists").very_hidden()
    return path


async def test_the_first_sheet_that_is_seen(tmp_path: Path, book: Path) -> None:
    """Hidden and empty sheets are passed over, and all are told."""
    table = await read(book, tmp_path)
    assert (table.format, table.chosen, table.rows) == ("xlsx", "Clients", 1)
    assert list(table) == [Row(2, (None, "Name", "City"))]
    assert table.sheets == [
        SheetInfo(name="Lists", is_hidden=True, rows=1, columns=1),
        SheetInfo(name="Empty", is_hidden=False, rows=0, columns=0),
        SheetInfo(name="Clients", is_hidden=False, rows=2, columns=3),
        SheetInfo(name="Help", is_hidden=False, rows=1, columns=1),
    ]


async def test_a_sheet_that_is_named(tmp_path: Path, book: Path) -> None:
    """Any sheet is read when it is named, also a hidden one; of others the names are told."""
    assert await rows(book, tmp_path, "Help") == [["Read me"]]
    assert await rows(book, tmp_path, "Lists") == [["FR"]]
    assert await problem(book, tmp_path, sheet="Empty") == ("EMPTY_FILE", {})
    assert await problem(book, tmp_path, sheet="Kunden") == (
        "UNKNOWN_SHEET",
        {"sheet": "Kunden", "known": "Lists, Empty, Clients, Help"},
    )


async def test_a_table_of_text_has_no_sheets(tmp_path: Path) -> None:
    """Whoever names one meant another file."""
    path = tmp_path / "clients.csv"
    path.write_text("Name,City\nIo,Gent\n", "utf-8")
    assert await problem(path, tmp_path, sheet="Kunden") == ("NO_SHEETS", {"sheet": "Kunden"})


async def test_cells_of_workbooks(tmp_path: Path) -> None:
    """Whole numbers are whole, days are days, and what failed to be computed is blank."""
    path = tmp_path / "book"
    with Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        day, moment = (made.add_format({"num_format": f}) for f in ("d/m/yy", "d/m/yy h:mm"))
        hours, share = (made.add_format({"num_format": f}) for f in ("[h]:mm:ss", "0%"))
        sheet.write_row(0, 0, [552032534, 5.52032534e8, 1.5, 12345678901234, True, " ", "x\r\ny"])
        sheet.write_datetime(1, 0, DAY, day)
        sheet.write_datetime(1, 1, MOMENT, moment)
        sheet.write_datetime(1, 2, time_of_day(13, 5), made.add_format({"num_format": "h:mm"}))
        sheet.write_number(1, 3, 1.25, hours)
        sheet.write_number(1, 4, 0.21, share)
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
        sheet.write_formula(2, 1, "=1+1", None, 2)
        sheet.merge_range(3, 0, 4, 1, "merged")
        sheet.write_blank(9, 30, None, made.add_format({"bold": True}))
    assert list(await read(path, tmp_path)) == [
        Row(1, (552032534, 552032534, 1.5, 12345678901234, True, None, "x\r\ny")),
        Row(2, (DAY.date(), MOMENT, "13:05:00", "30:00:00", 0.21)),
        Row(3, (None, 2)),
        Row(4, ("merged",)),
    ]


async def test_numbers_are_not_booleans(tmp_path: Path) -> None:
    """One and true are told apart, also by way of the file of rows."""
    path = xlsx(tmp_path / "book", '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="b"><v>1</v></c>')
    (row,) = await rows(path, tmp_path)
    assert [type(cell) for cell in row] == [int, bool]


async def test_a_workbook_of_the_nineties(tmp_path: Path) -> None:
    """The older format of Excel has the same cells."""
    made = xlwt.Workbook()
    sheet = made.add_sheet("Kunden")
    sheet.write(1, 1, "Café")
    sheet.write(1, 2, 552032534.0)
    sheet.write(1, 3, date(2026, 1, 31), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    made.add_sheet("Hidden").visibility = 1
    made.save(str(tmp_path / "book"))
    table = await read(tmp_path / "book", tmp_path)
    assert (table.format, table.chosen) == ("xls", "Kunden")
    assert list(table) == [Row(2, (None, "Café", 552032534, date(2026, 1, 31)))]
    assert table.sheets[1] == SheetInfo(name="Hidden", is_hidden=True, rows=0, columns=0)


async def test_rows_from_anywhere(tmp_path: Path) -> None:
    """Rows that were kept are streamed from any of them on."""
    table = await read(b"Name\nIo\n\nLeda\nEuropa\n", tmp_path)
    offsets = [offset for offset, _ in kept_rows(table.path)]
    later = [row for _, row in kept_rows(table.path, offsets[1])]
    assert later == [Row(4, ("Leda",)), Row(5, ("Europa",))]
    assert list(kept_rows(table.path, offsets[-1])) == []
