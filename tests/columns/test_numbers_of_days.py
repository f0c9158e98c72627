"""Days that a spreadsheet shows as the number by which it counts them."""

from __future__ import annotations

import pytest

from clientgraph.sheets.cells import Cell
from clientgraph.testing import Api, Workspace, Workspaces
from tests.columns.preparing import fields_of, mistakes, read
from tests.fields.defining import define

pytestmark = pytest.mark.anyio


async def test_numbers_of_days_suggest_the_day(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """From 1900 to 2199, but for what is a year and for the day that never was."""
    await define(api, "since", "DATE")
    fields = await fields_of(workspaces, workspace)
    counted: dict[Cell, str | None] = {
        46053: "2026-01-31",
        "46053": "2026-01-31",
        46053.75: "2026-01-31",
        1: "1900-01-01",
        60: None,
        61: "1900-03-01",
        109575: None,
        109574: "2199-12-31",
        2026: None,
        -5: None,
        20260131: None,
    }
    for number, meant in counted.items():
        _, (counting,) = read(fields, ["Company", "since"], ["Io", number])
        assert mistakes(counting) == [(2, 1, "INVALID_DATE", meant)], number
