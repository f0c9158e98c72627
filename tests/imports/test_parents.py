"""Parent companies that are rows of the same sheet."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, actions, csv_of, problems

pytestmark = pytest.mark.anyio


async def test_a_parent_in_the_same_sheet_is_found_the_next_time(desk: ImportDesk) -> None:
    """The mistake says what to do, and that works whether it stands above or below."""
    sheet = csv_of(
        ["External reference", "Name", "Parent company"],
        ["K-1", "Dochter", "K-2"],
        ["K-2", "Moeder", ""],
        ["K-3", "Zuster", "Moeder"],
    )
    found = await desk.previewed(sheet)
    assert actions(found) == ["INVALID", "CREATE", "INVALID"]
    assert [(each["row"], each["code"]) for each in problems(found)] == [
        (2, "UNKNOWN_CLIENT"),
        (4, "UNKNOWN_CLIENT"),
    ]
    told = found["rows"]["nodes"][0]["problems"][0]["message"]
    assert told.endswith("write the records without mistakes first, then import the sheet again.")
    await desk.run(found["id"], skipInvalid=True)
    again = await desk.previewed(sheet)
    assert actions(again) == ["CREATE", "UNCHANGED", "CREATE"]
    await desk.run(again["id"])
    parents = {each["name"]: each["parent"] for each in await desk.clients("name parent { name }")}
    moeder = {"name": "Moeder"}
    assert parents == {"Dochter": moeder, "Moeder": None, "Zuster": moeder}
