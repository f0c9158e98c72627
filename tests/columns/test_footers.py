"""Rows that sum a sheet up or say where it is from."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from clientgraph.columns.fields import SheetFields
from clientgraph.sheets.cells import Cell
from tests.columns.preparing import drafts

pytestmark = pytest.mark.anyio

HEADER = ["Company", "City", "Country"]


@pytest.mark.parametrize(
    "row",
    [
        ["Total", None, 12],
        ["TOTAL :", "1 250,00 €", 3.5],
        [None, "Totaal", "12"],
        ["Total général", None, None],
        ["Gesamtsumme", "1.250,00", "3"],
        ["3 records"],
        ["12 Kunden"],
        ["Exported on 1 May 2026 at 10:15"],
        ["Exporté le 01/05/2026"],
        ["Geëxporteerd op 1 mei 2026"],
        ["Erstellt am 1.5.2026"],
        ["Page 1 of 3"],
        ["Seite 2 von 3"],
        ["Pagina 3/3"],
    ],
)
async def test_footers_are_no_clients(fields: SheetFields, row: Sequence[Cell]) -> None:
    """At the end of a sheet and in the middle of it, where it was printed in pages."""
    made = drafts(fields, HEADER, ["Io", None, "BE"], row, ["Europa", None, "BE"], row)
    assert [each["name"] for each in made] == ["Io", "Europa"]


@pytest.mark.parametrize(
    "row",
    [
        ["Total", None, "FR"],
        ["TotalEnergies"],
        ["Total", "Brussels", 3],
        ["Sum", True],
        ["3 Suisses"],
        ["Page 1 of 3", "Lyon"],
        ["Page One Media"],
        ["Exported Goods"],
        [46082],
    ],
)
async def test_clients_that_are_called_like_footers_stay(
    fields: SheetFields, row: Sequence[Cell]
) -> None:
    """A text in another column tells them from sums."""
    made = drafts(fields, ["Company", "City", "Trading name"], row)
    assert [each["name"] for each in made] == [str(row[0])]
