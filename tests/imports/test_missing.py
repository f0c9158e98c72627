"""Columns that a sheet should have."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, csv_of

pytestmark = pytest.mark.anyio

MISSING = "query($id: ID!) { import(id: $id) { missingFields } }"


async def test_fields_without_a_column_are_told(desk: ImportDesk) -> None:
    """Those that the workspace requires; what fills them in another way is enough."""
    for header, row, missing in (
        (["Name", "Country"], ["Io", "BE"], []),
        (["External reference", "City"], ["A", "Gent"], ["name"]),
        (["First name", "Last name"], ["Ada", "Lovelace"], []),
    ):
        found = await desk.previewed(csv_of(header, row))
        told = await desk.api()(MISSING, {"id": found["id"]})
        assert told["import"]["missingFields"] == missing


async def test_a_preset_of_the_workspace_is_a_product_s(desk: ImportDesk) -> None:
    """What it requires is missed, too."""
    await desk.api().done("organisationUpdate", {"requirements": "fiche"})
    found = await desk.previewed(csv_of(["Name", "Country"], ["Io", "BE"]))
    told = await desk.api()(MISSING, {"id": found["id"]})
    assert told["import"]["missingFields"] == ["contacts.email"]
