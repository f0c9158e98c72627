"""The references that clients are given: one after the other, round those given by hand."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.clients.models import Client
from clientgraph.clients.references import free_reference
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio


async def reference(api: Api, **given: Any) -> str:
    """The reference of a new client."""
    return str((await api.new_client("A", "reference", **given))["reference"])


async def test_numbers_given_by_hand_are_passed(api: Api) -> None:
    """A run of taken numbers is passed in one step; a gap before a later number is used."""
    for taken in ("C00002", "C00003", "C3", "C00005", "C12", "Cx", "C", "C9999999999", "c00004"):
        assert await reference(api, reference=taken) == taken
    given = [await reference(api) for _ in range(4)]
    assert given == ["C00001", "C00004", "C00006", "C00007"]


async def test_a_long_run_costs_no_more(workspaces: Workspaces, workspace: Workspace) -> None:
    """Behind 2,000 numbers the next one takes two statements; behind 99999 it has six digits."""
    fields = {"name": "A", "sort_name": "a", "kind": "COMPANY"}
    fields |= {"status": "ACTIVE", "country": "FR", "vat_regime": "TAXABLE"}
    rows = [
        {**fields, "is_country_default": True, "reference": f"C{number:05d}"}
        for number in (*range(1, 2_001), 99_999)
    ]
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        await insert_many(session, Client, rows)
        assert await free_reference(session) == "C02001"
        assert await free_reference(session) == "C02002"
        sql = "UPDATE organisation SET next_reference = 99999 WHERE id = ?"
        await session.execute(sql, [workspace.id])
        assert await free_reference(session) == "C100000"
        assert await free_reference(session) == "C100001"
