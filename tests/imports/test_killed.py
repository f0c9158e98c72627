"""Processes that import and are killed in the middle: every record is there once, and whole."""

from __future__ import annotations

import asyncio
import os
import random
import time

import pytest

from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspaces
from tests.imports.conftest import Starting
from tests.imports.desk import PATIENCE, ImportDesk, counts, csv_of

pytestmark = pytest.mark.anyio

EACH = 4
CYCLES = int(os.environ.get("CLIENTGRAPH_TEST_KILLS", str(2 * EACH))) // EACH
RECORDS = 400
HEADER = [
    *("External reference", "Name *", "Country", "Contact last name", "City", "Postal code"),
    "Parent company",
]
# So far below stands the parent of each but the last: most wait for another round.
BELOW = 101


@pytest.mark.parametrize("cycle", range(CYCLES))
async def test_killed_while_it_writes(
    begun: ImportDesk, starting: Starting, workspaces: Workspaces, cycle: int
) -> None:
    """Again and again at any moment: none is lost, none is there twice, none by half."""
    chance = random.Random(cycle)  # noqa: S311
    parents = dict.fromkeys(range(RECORDS), "")
    if cycle % 2:
        parents |= {n: f"R{n + BELOW}" for n in range(RECORDS - BELOW)}
    rows = [
        [f"R{n}", f"Firma {n * 7919}", "BE", f"Berg {n}", "Gent", "9000", parents[n]]
        for n in range(RECORDS)
    ]
    process = await starting()
    found = await begun.previewed(csv_of(HEADER, *rows))
    await begun.api().done("importRun", {"id": found["id"], "conflicts": "CREATE"})
    for reached in sorted(chance.sample(range(RECORDS - 100), EACH)):
        await _written(begun, found["id"], reached)
        await asyncio.sleep(chance.random() / 5)
        process.kill()
        await process.wait()
        process = await starting()
    done = await begun.ended(found["id"])
    assert (done["job"]["status"], counts(done)["created"]) == ("SUCCEEDED", RECORDS)
    expected = {row[0]: row[-1] or None for row in rows}
    assert await _whole(workspaces, begun) == expected


async def _written(desk: ImportDesk, import_id: str, number: int) -> None:
    """Wait until so many records were written."""
    until = time.monotonic() + PATIENCE
    text = "query($id: ID!) { import(id: $id) { counts { created } } }"
    while (await desk.api()(text, {"id": import_id}))["import"]["counts"]["created"] < number:
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


async def _whole(workspaces: Workspaces, desk: ImportDesk) -> dict[str, str | None]:
    """All clients with their parents, each once, each with its contact and address."""
    async with workspaces.database.read(Scope(organisation=desk.workspace.id)) as session:
        found = await session.select(
            "SELECT c.external_reference AS reference,"
            " (SELECT p.external_reference FROM client p WHERE p.id = c.parent_id) AS parent,"
            " (SELECT count(*) FROM contact p WHERE p.client_id = c.id) AS contacts,"
            " (SELECT count(*) FROM address p WHERE p.client_id = c.id) AS addresses"
            " FROM client c"
        )
    assert {(each["contacts"], each["addresses"]) for each in found} == {(1, 1)}
    parents = {str(each["reference"]): each["parent"] for each in found}
    assert len(parents) == len(found)
    return parents
