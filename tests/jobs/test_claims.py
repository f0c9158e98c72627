"""Who has a job: one at a time, by a claim that ends, and can write nothing without it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self

import pytest

from clientgraph.context import Context
from clientgraph.jobs import queue, service, worker
from clientgraph.jobs.kinds import Step, Task
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces
from tests.jobs.bench import Bench, working
from tests.jobs.kinds import KINDS, count, enter, kind, numbered

pytestmark = pytest.mark.anyio

PAST = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.usefixtures("impatient")
async def test_two_workers_never_do_one_job(bench: Bench, workspaces: Workspaces) -> None:
    """However many there are, each job has one at a time, and each step is done once."""
    under_way: set[Any] = set()
    together: list[Any] = []

    async def prepare(_context: Context, task: Task) -> None:
        if task.id in under_way:
            together.append(task.id)
        under_way.add(task.id)
        await asyncio.sleep(0.01)
        under_way.discard(task.id)

    kinds = [kind(key="COUNT", prepare=prepare, write=count)]
    places = [await workspaces.make() for _ in range(3)]
    jobs = [
        (place, f"job {number}", await bench.begin(place, "COUNT", name=f"job {number}", steps=4))
        for number in range(5)
        for place in places
    ]
    async with working(bench.worker(kinds, 3)), working(bench.worker(kinds, 3)):
        for place, _, job in jobs:
            assert await bench.ended(place, job) == ["SUCCEEDED"]
    assert together == []
    for place in places:
        names = [name for where, name, _ in jobs if where is place]
        expected = [each for name in names for each in numbered(name, 4)]
        assert await bench.entries(place) == sorted(expected)


@pytest.mark.usefixtures("impatient")
async def test_a_claim_that_ran_out_is_taken_over(bench: Bench, workspace: Workspace) -> None:
    """Another worker ends the job; the one that had it writes nothing more, not even late."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def hang(_context: Context, _task: Task) -> str:
        begun.set()
        await go_on.wait()
        return "slow"

    async def quick(_context: Context, _task: Task) -> str:
        return "quick"

    async def write(context: Context, task: Task, who: str) -> Step:
        await enter(context, f"{who} {task.done}")
        return Step(done=1, is_last=True, result=who)

    slow = kind(key="RACE", prepare=hang, write=write)
    job = await bench.begin(workspace, "RACE")
    async with working(bench.worker([slow])):
        await asyncio.wait_for(begun.wait(), 20)
        assert await bench.execute("UPDATE job_due SET due_at = ? WHERE id = ?", PAST, job) == 1
        async with working(bench.worker([kind(key="RACE", prepare=quick, write=write)])):
            assert await bench.ended(workspace, job) == ["SUCCEEDED"]
        go_on.set()
        # The slow one is done with the job when it takes another.
        other = await bench.begin(workspace, "RACE")
        assert await bench.ended(workspace, other) == ["SUCCEEDED"]
    assert await bench.entries(workspace) == ["quick 0", "slow 0"]
    assert json.loads((await bench.job(workspace, job))["result"]) == "quick"


async def test_who_lost_a_claim_can_write_nothing(bench: Bench, workspace: Workspace) -> None:
    """Each way to change what is held is refused to the one that held it before."""
    job = await bench.begin(workspace, "COUNT", name="lost", steps=1)
    database, over = bench.bench.database, timedelta(0)
    async with database.write(Scope()) as session:
        first = await queue.take(session, ["COUNT"], over)
    async with database.write(Scope()) as session:
        second = await queue.take(session, ["COUNT"], over)
    assert first is not None
    assert second is not None
    assert (first.id, second.id, first.attempts, second.attempts) == (job, job, 1, 2)
    async with database.write(Scope()) as session:
        assert not await queue.renew(session, first, over)
        assert not await queue.progress(session, first, over)
        assert await queue.attempts(session, first) is None
        assert not await queue.finish(session, first)
        await queue.postpone(session, first, over)
        await queue.release(session, first)
        assert await queue.attempts(session, second) == 2
        assert await queue.finish(session, second)


@pytest.mark.usefixtures("impatient")
async def test_a_host_whose_clock_is_ahead_takes_nothing_away(
    bench: Bench, workspace: Workspace, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has ended is told by the clock of the database, which all hosts share."""
    if dialect != "postgres":
        pytest.skip("SQLite is served by one process")
    begun: list[str] = []
    go_on = asyncio.Event()

    async def wait(_context: Context, task: Task) -> None:
        begun.append(task.payload["name"])
        if task.payload["name"] == "held":
            await go_on.wait()

    kinds = [kind(key="COUNT", prepare=wait, write=count)]
    held = await bench.begin(workspace, "COUNT", name="held", steps=1)
    async with working(bench.worker(kinds)):
        while not begun:  # noqa: ASYNC110 - the worker does it
            await asyncio.sleep(0.01)
        for module in (queue, service, worker):
            monkeypatch.setattr(module, "datetime", _Ahead)
        async with working(bench.worker(kinds)):
            other = await bench.begin(workspace, "COUNT", name="other", steps=1)
            assert await bench.ended(workspace, other) == ["SUCCEEDED"]
            await asyncio.sleep(0.5)
            assert begun == ["held", "other"]
        go_on.set()
        assert await bench.ended(workspace, held) == ["SUCCEEDED"]


class _Ahead(datetime):
    """A clock that is an hour ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """An hour from now."""
        return super().now(tz) + timedelta(hours=1)


@pytest.mark.usefixtures("impatient")
async def test_ending_gives_back_what_is_under_way(bench: Bench, workspace: Workspace) -> None:
    """The next worker goes on at once, and no attempt was lost."""
    begun = asyncio.Event()

    async def hang(_context: Context, _task: Task) -> None:
        begun.set()
        await asyncio.Event().wait()

    job = await bench.begin(workspace, "COUNT", name="given back", steps=2)
    async with working(bench.worker([kind(key="COUNT", prepare=hang, write=count)])):
        await asyncio.wait_for(begun.wait(), 20)
    async with bench.bench.database.read(Scope()) as session:
        (found,) = await session.select("SELECT * FROM job_due WHERE id = ?", [job])
    assert (found["claim"], found["attempts"]) == (None, 0)
    async with working(bench.worker(KINDS)):
        assert await bench.ended(workspace, job) == ["SUCCEEDED"]


@pytest.mark.usefixtures("impatient")
async def test_a_claim_is_renewed(
    bench: Bench, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that takes longer than a claim is done by the one that holds it."""
    monkeypatch.setattr(worker, "LEASE", timedelta(seconds=3))
    begun: list[int] = []

    async def slow(_context: Context, task: Task) -> None:
        begun.append(task.done)
        await asyncio.sleep(4)

    kinds = [kind(key="COUNT", prepare=slow, write=count)]
    job = await bench.begin(workspace, "COUNT", name="slow", steps=1)
    async with working(bench.worker(kinds)), working(bench.worker(kinds)):
        assert await bench.ended(workspace, job) == ["SUCCEEDED"]
    assert begun == [0]
