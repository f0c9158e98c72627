"""Jobs as the API shows them: to whom, in which words, as they change, and cancelled."""

from __future__ import annotations

import asyncio

import pytest

from clientgraph.config import Settings
from clientgraph.context import Context
from clientgraph.jobs import worker
from clientgraph.jobs.kinds import Task
from clientgraph.testing import Workspace, Workspaces
from tests.jobs.bench import Bench, global_id, served, working
from tests.jobs.kinds import KINDS, count, kind
from tests.subscriptions.ears import over_sse

pytestmark = pytest.mark.anyio

FIELDS = "id kind status done total attempts nextTryAt startedAt endedAt result author { name }"
ONE = f"query($id: ID!) {{ job(id: $id) {{ {FIELDS} error {{ code message }} }} }}"
LIST = (
    "query($s: [JobStatus!], $k: String) { jobs(status: $s, kind: $k) { totalCount nodes { id } } }"
)


async def test_a_job_that_waits(bench: Bench, workspace: Workspace) -> None:
    """Everything there is to know before it is begun."""
    job = await bench.begin(workspace, "COUNT", name="n", steps=1)
    found = (await workspace.api()(ONE, {"id": global_id(job)}))["job"]
    assert found.pop("nextTryAt") is not None
    assert found == {
        "id": global_id(job),
        "kind": "COUNT",
        "status": "QUEUED",
        "done": 0,
        "total": None,
        "attempts": 0,
        "startedAt": None,
        "endedAt": None,
        "result": None,
        "author": None,
        "error": None,
    }
    await bench.execute("DELETE FROM job_due WHERE id = ?", job)


async def test_what_failed_is_told_in_the_language_of_who_asks(
    bench: Bench, workspace: Workspace
) -> None:
    """By the sentence of its code, with the particulars."""
    job = await bench.begin(workspace, "REFUSE", name="n")
    async with working(bench.worker(KINDS)):
        assert await bench.ended(workspace, job) == ["FAILED"]
    sentences = {}
    for language in ("en", "fr"):
        api = workspace.api("OWNER", language)
        found = (await api(ONE, {"id": global_id(job)}))["job"]
        assert (found["status"], found["error"]["code"]) == ("FAILED", "TOO_MANY")
        sentences[language] = found["error"]["message"]
    assert "7" in sentences["en"]
    assert "7" in sentences["fr"]
    assert sentences["en"] != sentences["fr"]


async def test_a_job_is_its_owners(bench: Bench, workspaces: Workspaces) -> None:
    """Whoever began it sees it and cancels it, and who administers the workspace; nobody else."""
    workspace, elsewhere = await workspaces.make(), await workspaces.make()
    job = await bench.begin(workspace, "COUNT", "MEMBER", name="n", steps=1)
    given = {"id": global_id(job)}
    for api, sees in [
        (workspace.api("MEMBER"), True),
        (workspace.api("ADMIN"), True),
        (workspace.api("OWNER"), True),
        (workspace.api("VIEWER"), False),
        (elsewhere.api("OWNER"), False),
    ]:
        assert ((await api(ONE, given))["job"] is not None) == sees
        by_node = await api("query($id: ID!) { node(id: $id) { id } }", given)
        assert (by_node["node"] is not None) == sees
        assert (await api(LIST))["jobs"]["totalCount"] == int(sees)
        if api.token != workspace.tokens["VIEWER"]:
            tried = await api.do("jobCancel", {**given, "validateOnly": True}, "job { status }")
            codes = [error["code"] for error in tried["userErrors"]]
            assert codes == ([] if sees else ["NOT_FOUND"])
    await workspace.api("MEMBER").done("jobCancel", given)


async def test_jobs_are_listed(bench: Bench, workspace: Workspace) -> None:
    """The last first, by status and by kind."""
    first, second, third = [
        await bench.begin(workspace, kind, name="n", steps=1)
        for kind in ("COUNT", "OTHER", "COUNT")
    ]
    api = workspace.api()
    await api.done("jobCancel", {"id": global_id(first)})
    for given, expected in [
        ({}, [third, second, first]),
        ({"k": "COUNT"}, [third, first]),
        ({"s": ["CANCELLED"]}, [first]),
        ({"s": ["QUEUED", "RUNNING"]}, [third, second]),
        ({"s": ["QUEUED"], "k": "OTHER"}, [second]),
    ]:
        found = (await api(LIST, given))["jobs"]
        assert [each["id"] for each in found["nodes"]] == [*map(global_id, expected)]
        assert found["totalCount"] == len(expected)
    for each in (second, third):
        await api.done("jobCancel", {"id": global_id(each)})


async def test_a_job_is_cancelled_while_it_runs(bench: Bench, workspace: Workspace) -> None:
    """What its steps wrote stays, and nothing more is written."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_context: Context, task: Task) -> None:
        if task.done == 2:
            begun.set()
            await go_on.wait()

    job = await bench.begin(workspace, "COUNT", name="n", steps=4)
    async with working(bench.worker([kind(key="COUNT", prepare=wait, write=count)])):
        await asyncio.wait_for(begun.wait(), 20)
        given = {"id": global_id(job)}
        done = await workspace.api().done("jobCancel", given, "job { status done endedAt }")
        assert (done["job"]["status"], done["job"]["done"]) == ("CANCELLED", 2)
        assert done["job"]["endedAt"] is not None
        go_on.set()
        after = await bench.begin(workspace, "COUNT", name="after", steps=1)
        assert await bench.ended(workspace, after) == ["SUCCEEDED"]
    assert await bench.entries(workspace) == ["after 0", "n 0", "n 1"]
    again = await workspace.api().do("jobCancel", given, "job { status }")
    assert [error["code"] for error in again["userErrors"]] == ["JOB_ENDED"]
    assert again["job"] == {"status": "CANCELLED"}


async def test_a_job_is_followed(
    settings: Settings, bench: Bench, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From what it is now to its end; others hear nothing of it."""
    monkeypatch.setattr(worker, "LONGEST_SLEEP", 0.05)
    steps = asyncio.Semaphore(0)

    async def wait(_context: Context, _task: Task) -> None:
        await steps.acquire()

    kinds = [kind(key="COUNT", prepare=wait, write=count)]
    text = "subscription($id: ID!) { jobChanged(id: $id) { job { status done } } }"
    job = await bench.begin(workspace, "COUNT", name="n", steps=2)
    given = {"id": global_id(job)}
    token = workspace.tokens["OWNER"]
    async with served(settings, kinds) as url:
        async with over_sse(url, token, text, given) as ear:
            heard = [(await ear.next())["job"]]
            steps.release()
            while (found := await ear.next()) is not None:
                heard.append(found["job"])
                if found["job"]["done"] == 1:
                    steps.release()
        async with over_sse(url, token, text, given) as late:
            assert (await late.next())["job"] == {"status": "SUCCEEDED", "done": 2}
            assert await late.next() is None
    assert heard[0]["status"] in ("QUEUED", "RUNNING")
    assert heard[-1] == {"status": "SUCCEEDED", "done": 2}
    assert [each["done"] for each in heard] == sorted(each["done"] for each in heard)
    assert {"status": "RUNNING", "done": 1} in heard
