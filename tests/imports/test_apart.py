"""Rows of one client that stand apart in a sheet, as where it is sorted by contact."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, actions, counts, csv_of, problems

pytestmark = pytest.mark.anyio

HEADER = ["External reference", "Name", "Contact first name", "Contact last name", "Currency"]
CONTACTS = "name contacts(first: 9) { nodes { firstName } }"


async def test_rows_that_stand_apart_are_one_client(desk: ImportDesk) -> None:
    """In the preview, with what belongs to a row below it, and once they are written."""
    sheet = csv_of(
        ["Clients of 2026"],
        HEADER,
        ["K-1", "Nordlicht", "Ada", "Berg", "EUR"],
        ["", "", "Bea", "Dal", ""],
        ["K-2", "Zuidwind", "Cas", "Vos", ""],
        ["K-1", "", "Dora", "Aa", ""],
        ["", "", "Eve", "Wit", ""],
        [],
        ["K-3", "Westwind", "Fay", "Rot", ""],
        ["K-2", "Zuidwind", "Gus", "Zwart", ""],
        ["K-1", "Nordlicht", "Hal", "Blauw", ""],
    )
    found = await desk.previewed(sheet)
    assert (counts(found), found["job"]["done"]) == ({"create": 3}, 8)
    assert [each["firstRow"] for each in found["rows"]["nodes"]] == [3, 5, 9]
    await desk.run(found["id"])
    told = {
        each["name"]: [contact["firstName"] for contact in each["contacts"]["nodes"]]
        for each in await desk.clients(CONTACTS)
    }
    assert {name: sorted(names) for name, names in told.items()} == {
        "Nordlicht": ["Ada", "Bea", "Dora", "Eve", "Hal"],
        "Westwind": ["Fay"],
        "Zuidwind": ["Cas", "Gus"],
    }
    again = await desk.previewed(sheet)
    assert counts(again) == {"unchanged": 3}


async def test_rows_far_apart_are_one_client(desk: ImportDesk) -> None:
    """Every client's second contact hundreds of rows below the first, over many steps."""
    clients = 400
    rows = [
        [f"K-{n}", f"Firma {n * 7919}", side, "Berg", ""] for side in "AB" for n in range(clients)
    ]
    rows.insert(clients, ["K-last", "Nordlicht", "C", "Berg", ""])
    found = await desk.previewed(csv_of(HEADER, *rows))
    assert (found["total"], counts(found).get("invalid")) == (clients + 1, None)
    await desk.run(found["id"], conflicts="CREATE")
    first = (await desk.clients(CONTACTS))[0]
    assert sorted(each["firstName"] for each in first["contacts"]["nodes"]) == ["A", "B"]


async def test_rows_apart_that_contradict_each_other(desk: ImportDesk) -> None:
    """Another value is told at its cell with the row of the first; another name is another row."""
    sheet = csv_of(
        HEADER,
        ["K-1", "Nordlicht", "Ada", "Berg", "EUR"],
        ["K-2", "Zuidwind", "Bea", "Dal", ""],
        ["K-1", "Nordlicht", "Cas", "Vos", "CHF"],
        ["K-2", "Westwind", "Dora", "Aa", ""],
    )
    found = await desk.previewed(sheet)
    assert actions(found) == ["INVALID", "CREATE", "INVALID"]
    assert [(each["row"], each["header"], each["code"]) for each in problems(found)] == [
        (4, "Currency", "CELL_CONTRADICTS"),
        (5, "External reference", "DUPLICATE_IN_SHEET"),
    ]
    told = [each["problems"] for each in found["rows"]["nodes"] if each["problems"]]
    assert ["2" in told[0][0]["message"], "Row 3" in told[1][0]["message"]] == [True, True]
