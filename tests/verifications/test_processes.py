"""Whatever becomes of the process that asks, each verification is answered, and once."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.verifications.asking import SIREN, settled, start, verifications
from tests.verifications.oracle import BUSY, Oracle
from tests.verifications.taking import HELD

pytestmark = pytest.mark.anyio


async def test_what_a_killed_process_held_is_taken_again(
    settings: Settings, workspace: Workspace
) -> None:
    """As soon as its claim has ended, and not before."""
    async with running(settings, with_plugin("oracle", Oracle(BUSY).plugin())) as http:
        api = replace(workspace, client=http).api()
        client = await api.new_client(identifiers=SIREN)
        await start(api, client["id"], identifierKind="FR_SIREN")
        await settled(api, client["id"])
    begun = datetime.now(UTC)
    await _take_and_die(settings.database_url)
    oracle = Oracle()
    async with running(settings, with_plugin("oracle", oracle.plugin())) as http:
        api = replace(workspace, client=http).api()
        (found,) = await settled(
            api, client["id"], until=lambda found: all(each["result"] for each in found)
        )
    assert (found["status"], found["attempts"]) == ("VALID", 2)
    assert datetime.fromisoformat(found["checkedAt"]) >= begun + HELD
    assert len(oracle.subjects(workspace.id)) == 1


async def _take_and_die(url: str) -> None:
    script = Path(__file__).with_name("taking.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), url, stdout=asyncio.subprocess.PIPE, env={**os.environ}
    )
    assert process.stdout is not None
    assert int(await asyncio.wait_for(process.stdout.readline(), 60)) >= 1
    process.kill()
    await process.wait()


async def test_ending_gives_back_what_was_under_way(
    settings: Settings, workspace: Workspace
) -> None:
    """A verifier that does not answer holds nobody up; the next service asks at once."""
    hanging = Oracle(instead=lambda _: asyncio.Event().wait())
    async with running(settings, with_plugin("oracle", hanging.plugin())) as http:
        api = replace(workspace, client=http).api()
        client = await api.new_client(identifiers=SIREN)
        await start(api, client["id"], identifierKind="FR_SIREN")
        async with asyncio.timeout(20):
            while not hanging.subjects(workspace.id):  # noqa: ASYNC110 - another loop asks
                await asyncio.sleep(0.05)
        (waiting,) = await verifications(api, client["id"])
        assert (waiting["status"], waiting["attempts"]) == ("PENDING", 0)
    oracle = Oracle()
    async with running(settings, with_plugin("oracle", oracle.plugin())) as http:
        api = replace(workspace, client=http).api()
        (found,) = await settled(api, client["id"])
    assert (found["status"], found["attempts"]) == ("VALID", 1)
