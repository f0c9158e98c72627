"""Columns with a star in the sheet of a product."""

from __future__ import annotations

import pytest

from clientgraph.columns.fields import SheetFields
from clientgraph.sheets.cells import Cell
from tests.columns.preparing import mistakes, read

pytestmark = pytest.mark.anyio


async def test_what_has_a_star_in_the_sheet_of_a_product_is_filled(fields: SheetFields) -> None:
    """In any row of a client; elsewhere the workspace alone says what must be."""
    header = ["Raison sociale *", "Pays *", "Prénom du contact *", "Référence externe"]
    lines: list[list[Cell]] = [["Io", "BE", " ", "1"], ["Io", None, "Zoé", "1"], ["Leda", "", "A"]]
    _, made = read(fields, header, *lines, preset="banqup")
    assert [mistakes(each) for each in made] == [[], [(4, 1, "REQUIRED", None)]]
    _, made = read(fields, header, *lines)
    assert [mistakes(each) for each in made] == [[], []]
