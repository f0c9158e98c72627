"""An import is followed while it is written, by whoever looks at its job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from clientgraph.config import Settings
from clientgraph.testing import Workspaces
from tests.imports.desk import ImportDesk, csv_of
from tests.jobs.bench import served
from tests.subscriptions.ears import over_sse

pytestmark = pytest.mark.anyio

RECORDS = 350


async def test_an_import_is_heard_of(
    settings: Settings, workspaces: Workspaces, tmp_path: Path
) -> None:
    """Step by step to its end, with how many records there are."""
    chosen = replace(settings, file_folder=str(tmp_path / "files"), jobs=1)
    text = "subscription($id: ID!) { jobChanged(id: $id) { job { status done total } } }"
    rows = [[f"K-{n}", f"Firma {n * 7919}", "BE"] for n in range(RECORDS)]
    async with served(chosen, []) as url, httpx2.AsyncClient(base_url=url) as client:
        desk = ImportDesk(client, await workspaces.make())
        found = await desk.previewed(csv_of(["External reference", "Name", "Country"], *rows))
        given = {"id": found["id"], "conflicts": "CREATE"}
        made = await desk.api().done("importRun", given, "import { job { id } }")
        job = {"id": made["import"]["job"]["id"]}
        heard = []
        async with over_sse(url, desk.workspace.tokens["OWNER"], text, job) as ear:
            while (news := await ear.next()) is not None:
                heard.append(news["job"])
    assert heard[-1] == {"status": "SUCCEEDED", "done": RECORDS, "total": RECORDS}
    done = [each["done"] for each in heard]
    assert done == sorted(done)
    assert any(0 < each < RECORDS for each in done)
