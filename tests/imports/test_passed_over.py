"""Rows of a sheet that were taken for no clients are told."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, csv_of

pytestmark = pytest.mark.anyio

PASSED = "query($id: ID!) { import(id: $id) { passedOver { row text } } }"


async def test_footers_and_repeated_headers_are_told(desk: ImportDesk) -> None:
    """With their numbers, wherever they stand; blank rows and what is above the header are not."""
    header = ["Name", "City", "Country"]
    found = await desk.previewed(
        csv_of(
            ["Our clients", "", ""],
            ["", "", ""],
            header,
            ["Io", "Gent", "BE"],
            header,
            ["", "", ""],
            ["Total", "", "1"],
            ["Europa", "Gent", "BE"],
            ["2 records", "", ""],
        )
    )
    told = await desk.api()(PASSED, {"id": found["id"]})
    assert told["import"]["passedOver"] == [
        {"row": 5, "text": "Name City Country"},
        {"row": 7, "text": "Total 1"},
        {"row": 9, "text": "2 records"},
    ]
    assert found["counts"]["create"] == 2


async def test_a_hundred_of_them_are_told(desk: ImportDesk) -> None:
    """With a hundred characters of each."""
    lines = [["Total", "1" * 300]] * 120
    found = await desk.previewed(csv_of(["Name", "Phone"], ["Io", ""], *lines))
    told = (await desk.api()(PASSED, {"id": found["id"]}))["import"]["passedOver"]
    assert len(told) == 100
    assert {len(each["text"]) for each in told} == {100}


async def test_most_sheets_have_none(desk: ImportDesk) -> None:
    """Nothing is told."""
    found = await desk.previewed(csv_of(["Name", "Country"], ["Io", "BE"]))
    assert (await desk.api()(PASSED, {"id": found["id"]}))["import"]["passedOver"] == []
