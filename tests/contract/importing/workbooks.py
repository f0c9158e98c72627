"""Fills in workbooks that were handed out, as whoever opens them in a spreadsheet would."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile

from tests.imports.desk import ImportDesk
from tests.sheets.tables import SHEET, rows

FIRST = "xl/worksheets/sheet1.xml"


async def handed_out(desk: ImportDesk, preset: str, language: str = "fr") -> tuple[str, bytes]:
    """The name and the bytes of the sheet of a product, downloaded by its link."""
    made = await desk.api(language).done(
        "importTemplateCreate", {"preset": preset}, "file { url filename }"
    )
    answer = await desk.client.get(made["file"]["url"])
    assert answer.status_code == 200
    return str(made["file"]["filename"]), answer.content


async def headers(book: bytes, folder: Path) -> list[str]:
    """The first row."""
    return [str(cell) for cell in (await rows(book, folder))[0]]


def filled(book: bytes, *lines: Sequence[str]) -> bytes:
    """The workbook with these lines below its header, in place of the example."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, _with_lines(content, lines) if name == FIRST else content)
    return made.getvalue()


def _with_lines(sheet: bytes, lines: Sequence[Sequence[str]]) -> bytes:
    ET.register_namespace("", SHEET)
    root = ET.fromstring(sheet)  # noqa: S314 - our own
    data = root.find(f"{{{SHEET}}}sheetData")
    assert data is not None
    for row in list(data)[1:]:
        data.remove(row)
    for number, cells in enumerate(lines, 2):
        row = ET.SubElement(data, f"{{{SHEET}}}row", r=str(number))
        for place, text in enumerate(cells):
            if text:
                reference = f"{chr(ord('A') + place)}{number}"
                cell = ET.SubElement(row, f"{{{SHEET}}}c", r=reference, t="inlineStr")
                inline = ET.SubElement(cell, f"{{{SHEET}}}is")
                ET.SubElement(inline, f"{{{SHEET}}}t").text = text
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)
