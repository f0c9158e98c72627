"""Processes that do jobs and are killed in the middle: every step's effect is there once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from clientgraph.config import Settings
from clientgraph.storage.database import dialect_of
from clientgraph.testing import Workspace
from tests.jobs.bench import PATIENCE, Bench, process

pytestmark = pytest.mark.anyio

CYCLES = 8
STEPS = 40


@pytest.fixture
async def processes(settings: Settings) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """One with SQLite, two with PostgreSQL; all that are in the list are ended with the test."""
    number = 1 if dialect_of(settings.database_url) == "sqlite" else 2
    made = [await process(settings) for _ in range(number)]
    yield made
    for each in made:
        await _kill(each)


async def _kill(each: asyncio.subprocess.Process) -> None:
    if each.returncode is None:
        each.kill()
    await each.wait()


async def test_killed_again_and_again(
    bench: Bench,
    workspace: Workspace,
    settings: Settings,
    processes: list[asyncio.subprocess.Process],
) -> None:
    """Eight times at some step: every step of every job is done once, and every job ends."""
    chance = random.Random(7)  # noqa: S311
    jobs: list[UUID] = []
    for _ in range(CYCLES):
        for _ in range(2):
            payload = {"name": f"job {len(jobs)}", "steps": STEPS, "pause": 0.01}
            jobs.append(await bench.begin(workspace, "COUNT", **payload))
        await _more(bench, workspace, chance.randint(10, 30))
        victim = chance.choice(processes)
        await _kill(victim)
        # It was killed in the middle of something.
        assert not all([(await bench.job(workspace, each))["ended_at"] for each in jobs])
        processes.remove(victim)
        processes.append(await process(settings))
    assert await bench.ended(workspace, *jobs) == ["SUCCEEDED"] * len(jobs)
    assert await bench.entries(workspace) == sorted(
        f"job {number} {step}" for number in range(len(jobs)) for step in range(STEPS)
    )


async def _more(bench: Bench, workspace: Workspace, steps: int) -> None:
    """Wait until so many more steps were done."""
    wanted = len(await bench.entries(workspace)) + steps
    async with asyncio.timeout(PATIENCE):
        while len(await bench.entries(workspace)) < wanted:  # noqa: ASYNC110 - others do it
            await asyncio.sleep(0.02)


async def test_a_job_that_kills_is_given_up(
    bench: Bench, workspace: Workspace, settings: Settings
) -> None:
    """After five processes; the sixth says so, and does the others' jobs."""
    job = await bench.begin(workspace, "DIE", name="deadly", steps=1)
    for _ in range(5):
        victim = await process(settings)
        assert await asyncio.wait_for(victim.wait(), PATIENCE) != 0
    survivor = await process(settings)
    try:
        assert await bench.ended(workspace, job) == ["FAILED"]
        other = await bench.begin(workspace, "COUNT", name="harmless", steps=1)
        assert await bench.ended(workspace, other) == ["SUCCEEDED"]
    finally:
        await _kill(survivor)
    found = await bench.job(workspace, job)
    assert (found["code"], found["attempts"]) == ("JOB_FAILED", 5)
    assert await bench.entries(workspace) == ["harmless 0"]
