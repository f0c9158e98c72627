"""Reads tables as imports do, and makes the smallest files of workbooks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from clientgraph.sheets.cells import Cell
from clientgraph.sheets.limits import USUAL, SheetLimits
from clientgraph.sheets.problems import SheetProblem
from clientgraph.sheets.reading import ReadSheet, read_sheet

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override '
    'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
    f'Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" '
    'sheetId="1" r:id="r1"/></sheets></workbook>',
}


def archive(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """An archive with these members, packed."""
    with ZipFile(path, "w", ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def xlsx(path: Path, rows: str, head: str = "") -> Path:
    """A workbook with one sheet of this XML."""
    sheet = (
        f'{head}<worksheet xmlns="{SHEET}"><dimension ref="A1:XFD1048576"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    return archive(path, {**PARTS, "xl/worksheets/sheet1.xml": sheet})


def inline(reference: str, text: str) -> str:
    """A cell of XML with a text of its own."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


async def read(
    source: Path | bytes,
    folder: Path,
    *,
    sheet: str | None = None,
    limits: SheetLimits = USUAL,
) -> ReadSheet:
    """The table of a file, or of its bytes."""
    if isinstance(source, bytes):
        (folder / "sent").write_bytes(source)
        source = folder / "sent"
    return await read_sheet(source, "sent.csv", folder / "rows", sheet=sheet, limits=limits)


async def rows(source: Path | bytes, folder: Path, sheet: str | None = None) -> list[list[Cell]]:
    """The cells of its rows."""
    return [list(row.cells) for row in await read(source, folder, sheet=sheet)]


async def problem(
    source: Path | bytes,
    folder: Path,
    *,
    sheet: str | None = None,
    limits: SheetLimits = USUAL,
) -> tuple[str, dict[str, object]]:
    """The code and particulars that reading fails with; nothing is left behind."""
    with pytest.raises(SheetProblem) as raised:
        await read(source, folder, sheet=sheet, limits=limits)
    assert not (folder / "rows").exists()
    assert raised.value.params.pop("file") == "sent.csv"
    return raised.value.code, raised.value.params
