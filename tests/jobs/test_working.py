"""What becomes of jobs: each step once, ended in any of the ways, for all workspaces in turn."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from clientgraph.context import Context
from clientgraph.errors import UserErrors
from clientgraph.jobs import queue, service, worker
from clientgraph.jobs.kinds import Step, Task
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces
from tests.jobs.bench import Bench, working
from tests.jobs.kinds import KINDS, SECRET, count, kind, numbered

pytestmark = pytest.mark.anyio

PAST = datetime(2020, 1, 1, tzinfo=UTC)


async def test_a_job_is_done_step_by_step(bench: Bench, workspace: Workspace) -> None:
    """Its effects and its progress are there at the end, and it was begun as soon as told."""
    async with working(bench.worker(KINDS)):
        job = await bench.begin(workspace, "COUNT", name="one", steps=5)
        assert await bench.ended(workspace, job) == ["SUCCEEDED"]
    assert await bench.entries(workspace) == numbered("one", 5)
    found = await bench.job(workspace, job)
    assert (found["done"], found["total"], found["attempts"]) == (5, 5, 0)
    assert json.loads(found["result"]) == {"all": 5}
    assert found["started_at"] is not None
    assert found["next_try_at"] is None


@pytest.mark.usefixtures("impatient")
async def test_a_poisoned_job_ends(
    bench: Bench, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """After five attempts, with a sentence that says nothing of what went wrong inside."""
    job = await bench.begin(workspace, "STUMBLE", name="poison")
    async with working(bench.worker(KINDS)):
        assert await bench.ended(workspace, job) == ["FAILED"]
    assert await bench.entries(workspace) == []
    found = await bench.job(workspace, job)
    assert (found["code"], found["attempts"], found["result"]) == ("JOB_FAILED", 5, "null")
    assert SECRET not in str(found)
    assert SECRET in caplog.text


@pytest.mark.usefixtures("impatient")
async def test_a_kind_can_refuse(bench: Bench, workspace: Workspace) -> None:
    """At once, by a code of the table; what the step wrote is undone."""
    job = await bench.begin(workspace, "REFUSE", name="refused")
    async with working(bench.worker(KINDS)):
        assert await bench.ended(workspace, job) == ["FAILED"]
    assert await bench.entries(workspace) == []
    found = await bench.job(workspace, job)
    assert (found["code"], json.loads(found["params"])) == ("TOO_MANY", {"longest": "7"})


@pytest.mark.usefixtures("impatient")
async def test_a_step_that_failed_is_done_again(bench: Bench, workspace: Workspace) -> None:
    """After a pause; progress begins the count of attempts anew."""
    failures = [3, 0, 4]

    async def now_and_then(context: Context, task: Task, prepared: Any) -> Step:
        if failures[task.done]:
            failures[task.done] -= 1
            raise OSError("not now")
        return await count(context, task, prepared)

    job = await bench.begin(workspace, "COUNT", name="again", steps=3)
    async with working(bench.worker([kind(key="COUNT", write=now_and_then)])):
        assert await bench.ended(workspace, job) == ["SUCCEEDED"]
    assert await bench.entries(workspace) == numbered("again", 3)
    assert failures == [0, 0, 0]


@pytest.mark.usefixtures("impatient")
async def test_a_step_that_hangs_is_undone(
    bench: Bench, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not hold the database for ever, and is done again."""
    monkeypatch.setattr(worker, "WRITE_SECONDS", 0.3)
    hanging = [asyncio.Event(), None]

    async def hang(context: Context, task: Task, prepared: Any) -> Step:
        step = await count(context, task, prepared)
        if (never := hanging.pop(0)) is not None:
            await never.wait()
        return step

    job = await bench.begin(workspace, "COUNT", name="hung", steps=1)
    async with working(bench.worker([kind(key="COUNT", write=hang)])):
        assert await bench.ended(workspace, job) == ["SUCCEEDED"]
    assert await bench.entries(workspace) == ["hung 0"]


@pytest.mark.usefixtures("impatient")
async def test_cancelling_at_any_moment(bench: Bench, workspace: Workspace) -> None:
    """What is told to be done was done, neither more nor less, and nothing waits any more."""
    chance = random.Random(7)  # noqa: S311

    async def cancel(job: UUID) -> None:
        await asyncio.sleep(chance.random() * 3)
        context = bench.context(await bench.actor(workspace))
        with suppress(UserErrors):
            async with context.committing():
                await service.cancel_job(context, job)

    jobs = [
        await bench.begin(workspace, "COUNT", name=f"{n}", steps=20, pause=0.01) for n in range(20)
    ]
    async with working(bench.worker(KINDS, 2)), working(bench.worker(KINDS, 2)):
        await asyncio.gather(*map(cancel, jobs))
        statuses = await bench.ended(workspace, *jobs)
    assert "CANCELLED" in statuses
    found = [await bench.job(workspace, job) for job in jobs]
    expected = [each for n, row in enumerate(found) for each in numbered(f"{n}", row["done"])]
    assert await bench.entries(workspace) == sorted(expected)
    async with bench.bench.database.read(Scope()) as session:
        mine = "SELECT id FROM job_due WHERE workspace = ?"
        assert await session.select(mine, [workspace.id]) == []


def test_pauses_grow() -> None:
    """Four times as long each time."""
    assert [worker._pause(each).total_seconds() for each in (1, 2, 3, 4)] == [1, 4, 16, 64]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("lost", ["revoked_at = created_at", "role = 'VIEWER'"])
async def test_rights_are_those_of_the_moment(
    bench: Bench, workspace: Workspace, lost: str
) -> None:
    """A token that is revoked, or may write no more, stops its jobs; what is prepared is not
    written.
    """
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_context: Context, task: Task) -> None:
        if task.done:
            begun.set()
            await go_on.wait()

    job = await bench.begin(workspace, "COUNT", "MEMBER", name="lost", steps=3)
    async with working(bench.worker([kind(key="COUNT", prepare=wait, write=count)])):
        await asyncio.wait_for(begun.wait(), 20)
        async with bench.bench.database.write(Scope(organisation=workspace.id)) as session:
            token = "organisation_id = ? AND name = 'Member'"
            changed = f"UPDATE api_token SET {lost} WHERE {token}"  # noqa: S608
            assert await session.execute(changed, [workspace.id]) == 1
        go_on.set()
        assert await bench.ended(workspace, job) == ["FAILED"]
    assert (await bench.job(workspace, job))["code"] == "JOB_FORBIDDEN"
    assert await bench.entries(workspace) == numbered("lost", 1)


@pytest.mark.usefixtures("impatient")
async def test_workspaces_take_turns(bench: Bench, workspaces: Workspaces) -> None:
    """Who has one job waits for one of those who have many, not for all of them."""
    order: list[str] = []

    async def note(_context: Context, task: Task, _prepared: Any) -> Step:
        order.append(task.payload["name"])
        return Step(is_last=True)

    busy, quiet = await workspaces.make(), await workspaces.make()
    many = [await bench.begin(busy, "NOTE", name=f"busy {number}") for number in range(5)]
    one = await bench.begin(quiet, "NOTE", name="quiet")
    async with working(bench.worker([kind(key="NOTE", write=note)])):
        await bench.ended(busy, *many)
        await bench.ended(quiet, one)
    assert order == ["busy 0", "quiet", "busy 1", "busy 2", "busy 3", "busy 4"]


@pytest.mark.usefixtures("impatient")
async def test_a_long_job_lets_others_come_first(
    bench: Bench, workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When its time is over it goes behind those that wait, and goes on where it was."""
    monkeypatch.setattr(worker, "SLICE_SECONDS", 0.0)
    order: list[str] = []

    async def prepare(_context: Context, task: Task) -> None:
        order.append(f"{task.payload['name']} {task.done}")

    first, second = await workspaces.make(), await workspaces.make()
    long = await bench.begin(first, "COUNT", name="long", steps=3)
    short = await bench.begin(second, "COUNT", name="short", steps=1)
    async with working(bench.worker([kind(key="COUNT", prepare=prepare, write=count)])):
        assert await bench.ended(first, long) == ["SUCCEEDED"]
        assert await bench.ended(second, short) == ["SUCCEEDED"]
    assert order.index("short 0") < order.index("long 2")
    assert await bench.entries(first) == numbered("long", 3)


@pytest.mark.usefixtures("impatient")
async def test_a_workspace_has_so_many_at_once(bench: Bench, workspace: Workspace) -> None:
    """However many workers there are; others wait."""
    under_way, most, full, go_on = 0, 0, asyncio.Event(), asyncio.Event()

    async def prepare(_context: Context, _task: Task) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == queue.AT_ONCE:
            full.set()
        await go_on.wait()
        await asyncio.sleep(0.05)
        under_way -= 1

    kinds = [kind(key="COUNT", prepare=prepare, write=count)]
    jobs = [await bench.begin(workspace, "COUNT", name=f"{n}", steps=1) for n in range(6)]
    async with working(bench.worker(kinds, 3)), working(bench.worker(kinds, 3)):
        await asyncio.wait_for(full.wait(), 20)
        go_on.set()
        assert await bench.ended(workspace, *jobs) == ["SUCCEEDED"] * 6
    assert most == queue.AT_ONCE


async def test_a_workspace_has_so_many_waiting(
    bench: Bench, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is refused; those that have ended do not count."""
    monkeypatch.setattr(service, "MOST_WAITING", 2)
    jobs = [await bench.begin(workspace, "COUNT", name="n", steps=1) for _ in range(2)]
    with pytest.raises(UserErrors) as refused:
        await bench.begin(workspace, "COUNT", name="n", steps=1)
    assert [error.code for error in refused.value.errors] == ["TOO_MANY_JOBS"]
    async with working(bench.worker(KINDS, 2)):
        await bench.ended(workspace, *jobs)
        assert await bench.ended(
            workspace, await bench.begin(workspace, "COUNT", name="n", steps=1)
        )


async def test_what_nobody_here_can_do_waits(bench: Bench, workspace: Workspace) -> None:
    """A kind that this release does not know is left to one that does."""
    job = await bench.begin(workspace, "UNHEARD_OF")
    async with working(bench.worker(KINDS)):
        other = await bench.begin(workspace, "COUNT", name="known", steps=1)
        assert await bench.ended(workspace, other) == ["SUCCEEDED"]
    assert (await bench.job(workspace, job))["status"] == "QUEUED"
    assert await bench.execute("DELETE FROM job_due WHERE id = ?", job) == 1


async def test_old_jobs_are_removed(bench: Bench, workspace: Workspace) -> None:
    """A month after their end, when another is begun."""
    old = await bench.begin(workspace, "COUNT", name="old", steps=1)
    async with working(bench.worker(KINDS)):
        await bench.ended(workspace, old)
    async with bench.bench.database.write(Scope(organisation=workspace.id)) as session:
        await session.execute("UPDATE job SET ended_at = ? WHERE id = ?", [PAST, old])
    new = await bench.begin(workspace, "COUNT", name="new", steps=1)
    async with bench.bench.database.read(Scope(organisation=workspace.id)) as session:
        assert [str(each["id"]) for each in await session.select("SELECT id FROM job")] == [
            str(new)
        ]
    await bench.execute("DELETE FROM job_due WHERE id = ?", new)
