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

CYCLES = int(os.environ.get("CLIENTGRAPH_TEST_KILLS", "4"))
RECORDS = 300
HEADER = ["External reference", "Name *", "Country", "Contact last name", "City", "Postal code"]


async def test_killed_while_it_writes(
    begun: ImportDesk, starting: Starting, workspaces: Workspaces
) -> None:
    """Again and again at any moment: none is lost, none is there twice, none by half."""
    chance = random.Random(11)  # noqa: S311
    for cycle in range(CYCLES):
        rows = [
            [f"R{cycle}-{n}", f"Firma {cycle} {n * 7919}", "BE", f"Berg {n}", "Gent", "9000"]
            for n in range(RECORDS)
        ]
        process = await starting()
        found = await begun.previewed(csv_of(HEADER, *rows))
        await begun.api().done("importRun", {"id": found["id"], "conflicts": "CREATE"})
        await _written(begun, found["id"], chance.randint(1, RECORDS - 60))
        process.kill()
        await process.wait()
        last = await starting()
        done = await begun.ended(found["id"])
        assert (done["job"]["status"], counts(done)["created"]) == ("SUCCEEDED", RECORDS)
        last.kill()
        await last.wait()
        assert await _whole(workspaces, begun, f"R{cycle}-") == sorted(row[0] for row in rows)


async def _written(desk: ImportDesk, import_id: str, number: int) -> None:
    """Wait until so many records were written."""
    until = time.monotonic() + PATIENCE
    text = "query($id: ID!) { import(id: $id) { counts { created } } }"
    while (await desk.api()(text, {"id": import_id}))["import"]["counts"]["created"] < number:
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


async def _whole(workspaces: Workspaces, desk: ImportDesk, begin: str) -> list[str]:
    """The references of the clients that have their contact and address."""
    async with workspaces.database.read(Scope(organisation=desk.workspace.id)) as session:
        found = await session.select(
            "SELECT c.external_reference AS reference FROM client c"
            " WHERE (SELECT count(*) FROM contact p WHERE p.client_id = c.id) = 1"
            " AND (SELECT count(*) FROM address p WHERE p.client_id = c.id) = 1"
        )
    references = [str(each["reference"]) for each in found]
    return sorted(each for each in references if each.startswith(begin))
