"""Imports whose job was cancelled while it wrote: run again, or taken back."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import pytest

from tests.imports.conftest import Starting
from tests.imports.desk import PATIENCE, ImportDesk, counts, csv_of

pytestmark = pytest.mark.anyio

RECORDS: Final = 120
HEADER: Final = ["External reference", "Name *", "Country", "VAT number"]


async def cancelled(desk: ImportDesk, starting: Starting, **options: Any) -> Any:
    """An import whose job was cancelled when some of its records were there."""
    rows = [[f"R-{n}", f"Firma {n} {n * 7919}", "BE", ""] for n in range(RECORDS)]
    rows[-1][3] = "BE0403170702" if options.get("skipInvalid") else ""
    await starting()
    found = await desk.previewed(csv_of(HEADER, *rows))
    api = desk.api()
    await api.done("importRun", {"id": found["id"], "conflicts": "CREATE", **options})
    text = "query($id: ID!) { import(id: $id) { job { id done total } counts { created } } }"
    until = time.monotonic() + PATIENCE
    while not (now := (await api(text, {"id": found["id"]}))["import"])["counts"]["created"]:
        assert time.monotonic() < until
        await asyncio.sleep(0.01)
    assert now["job"]["total"] == RECORDS
    await api.done("jobCancel", {"id": now["job"]["id"]})
    stopped = await desk.ended(found["id"])
    assert (stopped["job"]["status"], stopped["stage"]) == ("CANCELLED", "RUNNING")
    assert 0 < counts(stopped)["created"] < RECORDS
    return stopped


async def references(desk: ImportDesk) -> list[str]:
    """Of all clients, those that imports gave."""
    found: list[str] = []
    text = """query($after: String) { clients(first: 100, after: $after, includeInactive: true) {
      nodes { externalReference } pageInfo { endCursor hasNextPage } } }"""
    after = None
    while True:
        page = (await desk.api()(text, {"after": after}))["clients"]
        found += [each["externalReference"] for each in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return sorted(found)
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize("skip", [False, True])
async def test_run_again(begun: ImportDesk, starting: Starting, skip: bool) -> None:
    """It goes on where it stopped: every record is there once."""
    stopped = await cancelled(begun, starting, skipInvalid=skip)
    done = await begun.run(stopped["id"], conflicts="CREATE", skipInvalid=skip)
    good = RECORDS - 1 if skip else RECORDS
    assert (done["stage"], counts(done)["created"]) == ("DONE", good)
    assert counts(done).get("failed", 0) == RECORDS - good
    assert await references(begun) == sorted(f"R-{n}" for n in range(good))


async def test_all_or_nothing_after_it(begun: ImportDesk, starting: Starting) -> None:
    """What the cancelled job wrote is taken back, too, where a later record fails."""
    stopped = await cancelled(begun, starting)
    await begun.api().new_client("Anderer", externalReference=f"R-{RECORDS - 1}")
    done = await begun.run(stopped["id"], conflicts="CREATE")
    assert (done["job"]["status"], done["stage"]) == ("FAILED", "READY")
    assert done["job"]["error"]["code"] == "IMPORT_TAKEN_BACK"
    assert await references(begun) == [f"R-{RECORDS - 1}"]


async def test_taken_back_after_it(begun: ImportDesk, starting: Starting) -> None:
    """Undoing what was written so far leaves nothing; it cannot be run any more."""
    stopped = await cancelled(begun, starting)
    done = await begun.undone(stopped["id"])
    assert (done["stage"], counts(done)["undone"]) == ("UNDONE", counts(stopped)["created"])
    assert await references(begun) == []
    refused = await begun.api().do("importRun", {"id": stopped["id"]})
    assert [each["code"] for each in refused["userErrors"]] == ["IMPORT_NOT_READY"]
