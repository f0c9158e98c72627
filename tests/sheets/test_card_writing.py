"""vCards that are written, as RFC 6350 wants them."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clientgraph.sheets.card_columns import ORDER
from clientgraph.sheets.card_writing import VCardWriter
from tests.sheets.tables import rows
from tests.sheets.test_writing import write

TEXTS = some.text(some.characters(exclude_categories=("Cs", "C")) | some.just("\n"), max_size=90)


def cards(header: list[str], *table: list[object]) -> str:
    """What is written for a table."""
    file = io.BytesIO()
    write(VCardWriter(file), header, table)  # type: ignore[arg-type]
    return file.getvalue().decode()


def test_a_card() -> None:
    """All that a row tells stands in properties, with their types and in their order."""
    header = ["UID", "N.family", "N.given", "ORG", "ORG.unit", "EMAIL", "EMAIL.2", "TEL.cell"]
    header += ["ADR.street", "ADR.city", "ADR.city.2", "BDAY", "NOTE"]
    day = datetime.fromisoformat("1980-02-01").date()
    row = ["u1", "Núñez", "Ana", "A, B; C", "Sales", "a@b.example", "c@d.example", 470]
    assert cards(header, [*row, "Rue 1\r\nBox 2", "Gent", "Liège", day, "back\\slash"]) == (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ana Núñez\r\nEMAIL:a@b.example\r\n"
        "TEL;TYPE=cell:470\r\nBDAY:1980-02-01\r\nNOTE:back\\\\slash\r\nUID:u1\r\n"
        "N:Núñez;Ana;;;\r\nORG:A\\, B\\; C;Sales\r\nADR:;;Rue 1\\nBox 2;Gent;;;\r\n"
        "EMAIL:c@d.example\r\nADR:;;;Liège;;;\r\nEND:VCARD\r\n"
    )


def test_everybody_has_a_name() -> None:
    """A card has a name (FN) also where the row has none."""
    assert "FN:Ganymede\r\n" in cards(["ORG", "EMAIL"], ["Ganymede", "a@b.example"])
    assert "FN:a@b.example\r\n" in cards(["ORG", "EMAIL"], [None, "a@b.example"])
    assert "FN:?\r\n" in cards(["NOTE"], ["nobody"])


def test_long_lines_are_folded() -> None:
    """No line is longer than 75 octets, and no letter is cut."""
    written = cards(["FN", "NOTE"], ["Io", "é🙂" * 60])
    assert max(len(line.encode()) for line in written.split("\r\n")) <= 75
    assert "é🙂" * 60 in written.replace("\r\n ", "")


def test_columns_that_cards_do_not_have() -> None:
    """A column of another name is refused."""
    with pytest.raises(ValueError, match="Shoe"):
        VCardWriter(io.BytesIO()).write_header(["FN", "Shoe size"])


@settings(max_examples=25, deadline=None)
@given(
    some.lists(some.lists(TEXTS, min_size=len(ORDER), max_size=len(ORDER)), min_size=1, max_size=5)
)
def test_texts_survive_cards(table: list[list[str]]) -> None:
    """Whatever is written as cards is read as it was, but for blanks around and street names."""
    wanted = [
        ["Io" if column == "FN" else text for column, text in zip(ORDER, row, strict=True)]
        for row in table
    ]
    with TemporaryDirectory() as folder:
        write(VCardWriter(Path(folder, "cards")), ORDER, wanted)
        header, *found = asyncio.run(rows(Path(folder, "cards"), Path(folder)))
    for row, given_row in zip(found, wanted, strict=True):
        told = {key: text for key, text in zip(header, row, strict=False) if text is not None}
        meant = {
            key: text.strip() for key, text in zip(ORDER, given_row, strict=True) if text.strip()
        }
        if name := meant.pop("ADR.street_name", ""):
            meant["ADR.street"] = name
        assert told == meant
