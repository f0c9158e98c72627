"""Workbooks to be filled in, and that they come back as what was filled in."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from clientgraph.sheets.reading import SheetInfo
from clientgraph.sheets.templates import Column, write_template
from tests.sheets.tables import SHEET, read, rows

COUNTRIES = ["Belgique", "France", "Île-de-Montréal, Québec"]
COLUMNS = [
    Column(header="Raison sociale *", width=30, note="Le nom légal de l'entreprise."),
    Column(header="Pays", options=COUNTRIES, note="Choisissez."),
    Column(header="Pays de livraison", options=COUNTRIES),
    Column(header="SIREN", is_text=True),
    Column(header="Client depuis"),
    Column(header="Actif", options=["Oui", "Non"]),
]
EXAMPLE = ["=Io & Cie", "France", None, "005520329", date(2026, 1, 31), "Oui"]
HELP = ("Aide", [["Colonne", "Ce qu'il faut donner"], ["SIREN", "Neuf chiffres."]])


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template as exports make it."""
    path = tmp_path / "template.xlsx"
    write_template(path, "Clients", COLUMNS, [EXAMPLE], HELP)
    return path


def part(path: Path, name: str) -> ET.Element:
    """A part of the workbook, as XML."""
    with ZipFile(path) as book:
        return ET.fromstring(book.read(name))  # noqa: S314 - our own


async def test_a_template_is_read_as_it_is_filled_in(tmp_path: Path, template: Path) -> None:
    """The sheet to fill in comes first; that of lists is hidden, and zeros stay."""
    table = await read(template, tmp_path)
    assert table.sheets == [
        SheetInfo(name="Clients", is_hidden=False, rows=2, columns=6),
        SheetInfo(name="Aide", is_hidden=False, rows=2, columns=2),
        SheetInfo(name="_lists", is_hidden=True, rows=3, columns=2),
    ]
    assert await rows(template, tmp_path) == [[each.header for each in COLUMNS], EXAMPLE]
    assert await rows(template, tmp_path, "_lists") == [
        ["Belgique", "Oui"],
        ["France", "Non"],
        ["Île-de-Montréal, Québec"],
    ]
    assert await rows(template, tmp_path, "Aide") == HELP[1]


def test_lists_to_choose_from(template: Path) -> None:
    """Cells below the header are chosen from lists, of which equal ones are kept once."""
    sheet = part(template, "xl/worksheets/sheet1.xml")
    found = [
        (each.get("sqref"), each.findtext(f"{{{SHEET}}}formula1"))
        for each in sheet.iter(f"{{{SHEET}}}dataValidation")
    ]
    assert found == [
        ("B2:B10001", "_lists!$A$1:$A$3"),
        ("C2:C10001", "_lists!$A$1:$A$3"),
        ("F2:F10001", "_lists!$B$1:$B$2"),
    ]


def test_notes_at_headers(template: Path) -> None:
    """Headers explain themselves."""
    comments = part(template, "xl/comments1.xml")
    found = {
        each.get("ref"): "".join(each.itertext()) for each in comments.iter(f"{{{SHEET}}}comment")
    }
    assert found == {"A1": "Le nom légal de l'entreprise.", "B1": "Choisissez."}


def test_looks_of_templates(template: Path) -> None:
    """Headers are bold and stay in sight, those with a star have a colour of their own."""
    with ZipFile(template) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2"' in sheet
    header = re.findall(r'<c r="[A-F]1" s="(\d+)"', sheet)
    assert len(header) == 6
    assert header[0] not in header[1:]
    assert {"FFFFE699", "FFDDEBF7"} <= set(re.findall(r'fgColor rgb="(\w+)"', styles))
    # The column of numbers with zeros, as text: 49 is the number of that format.
    look = re.search(r'<col min="4" max="4" [^>]*style="(\d+)"', sheet)
    assert look is not None
    formats = re.findall(r"<xf numFmtId=\"(\d+)\"", styles.partition("<cellXfs")[2])
    assert formats[int(look[1])] == "49"


async def test_a_template_without_anything(tmp_path: Path) -> None:
    """Neither lists nor examples nor help are needed."""
    path = tmp_path / "template.xlsx"
    write_template(path, "A/B", [Column(header="Name")])
    table = await read(path, tmp_path)
    assert [each.name for each in table.sheets] == ["A B"]
    assert await rows(path, tmp_path) == [["Name"]]
