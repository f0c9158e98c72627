"""Resolvers of plugins run apart: whatever they do, the service answers everybody else."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from clientgraph import (
    Info,
    mutation,
    query,
)
from clientgraph.config import Settings
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.plugins.declared import plugin, serves
from tests.plugins.resolved import asks, field_of, of_bad, stop

__all__ = ["stop"]

pytestmark = pytest.mark.anyio

FAILED = "The plugin 'bad' did not answer. Try again later."


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plugins get a second to resolve."""
    monkeypatch.setattr("clientgraph.resolving.visits.RESOLVE_SECONDS", 1.0)


@pytest.mark.parametrize("kind", ["query", "mutation"])
@pytest.mark.parametrize("is_async", [True, False])
async def test_what_blocks_holds_up_nobody(
    settings: Settings, workspace: Workspace, stop: threading.Event, kind: str, *, is_async: bool
) -> None:
    """While a resolver blocks its thread, or the plugin's loop, all others are served."""
    blocking = threading.Event()

    def hold(_info: Info) -> str:
        blocking.set()
        stop.wait(20)
        return "held"

    async def block(info: Info) -> str:
        return hold(info)

    resolver = block if is_async else hold
    made = field_of(mutation if kind == "mutation" else query, resolver, "bad")
    hooks = plugin(graphql_fields=lambda: {kind.title(): [made]})
    async with running(settings, with_plugin("bad", hooks)) as client:
        api = replace(workspace, client=client).api()
        held = asyncio.create_task(api(f"{kind} {{ bad }}"))
        assert await asyncio.to_thread(blocking.wait, 4)
        assert set(await api("{ clients { nodes { id } } }")) == {"clients"}
        assert not held.done()
        stop.set()
        assert await held == {"bad": "held"}
        await serves(api)


async def sleeps(_info: Info) -> str:
    """Never answer."""
    await asyncio.sleep(3600)
    return ""


async def exits(_info: Info) -> str:
    """End the process, so it thinks."""
    raise SystemExit(3)


def exits_at_once(_info: Info) -> str:
    """End the process, so it thinks."""
    raise SystemExit(3)


async def gives_up(_info: Info) -> str:
    """Cancel itself."""
    raise asyncio.CancelledError


async def vast(_info: Info) -> str:
    """Answer a text of a million and more letters."""
    return "x" * 2_000_000


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("resolver", "error"),
    [
        (sleeps, "TookTooLong: it took more than 1 s"),
        (lambda _info: time.sleep(3), "TookTooLong: it took more than 1 s"),
        (exits, "RuntimeError: SystemExit was raised"),
        (exits_at_once, "RuntimeError: SystemExit was raised"),
        (gives_up, "RuntimeError: CancelledError was raised"),
        (vast, "ValueError: a text of 2000000 characters: at most 1048576 are answered"),
    ],
)
async def test_a_resolver_that_fails_is_null_alone(
    settings: Settings, workspace: Workspace, resolver: Any, error: str
) -> None:
    """Its error is at its path and names the plugin; the rest of the answer is there."""
    async with running(settings, asks(resolver)) as client:
        api = replace(workspace, client=client).api()
        body = await api.answer("{ bad organisation { name } }")
        await serves(api)
        shown = await of_bad(api)
    assert body["data"] == {"bad": None, "organisation": {"name": "Firm"}}
    (told,) = body["errors"]
    assert (told["message"], told["path"]) == (FAILED, ["bad"])
    assert told["extensions"] == {"code": "PLUGIN_FAILED", "plugin": "bad"}
    assert shown["lastErrors"] == [{"hook": "graphql_fields Query.bad", "error": error}]
    assert shown["timings"] == [{"hook": "graphql_fields Query.bad", "calls": 1, "failures": 1}]


def endless(_info: Info) -> Iterator[int]:
    """Answer without end."""
    number = 0
    while True:
        yield (number := number + 1)


async def many(_info: Info) -> list[int]:
    """Answer a million."""
    return [*range(1_000_000)]


@pytest.mark.parametrize("resolver", [endless, many])
async def test_a_list_without_end_is_refused(
    settings: Settings, workspace: Workspace, resolver: Any
) -> None:
    """It is read where the plugin runs, and no further than a list may be long."""
    async with running(settings, asks(resolver, result=list[int])) as client:
        api = replace(workspace, client=client).api()
        assert await api.codes("{ bad }") == ["PLUGIN_FAILED"]
        (error,) = (await of_bad(api))["lastErrors"]
    assert error["error"].startswith("ValueError: more than 1000 in a list")


async def test_what_fails_again_and_again_is_suspended(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """After five failures it is not asked in that workspace; other fields and workspaces are."""
    asked: list[str] = []

    async def fail(info: Info) -> str:
        asked.append(info.context.language)
        raise KeyError("broken")

    async with running(settings, asks(fail)) as client:
        api, beside = (replace(each, client=client).api() for each in (workspace, other))
        for _ in range(7):
            assert await api.codes("{ bad }") == ["PLUGIN_FAILED"]
        assert len(asked) == 5
        assert (await of_bad(api))["status"] == "SUSPENDED"
        await beside.codes("{ bad }")
        assert len(asked) == 6


async def test_a_client_that_leaves_ends_the_plugins_work(
    settings: Settings, workspace: Workspace
) -> None:
    """The resolver is cancelled where it runs, and its session is free again."""
    begun, ended = threading.Event(), threading.Event()

    async def work(info: Info) -> str:
        try:
            begun.set()
            while True:
                await info.context.for_plugin("bad").select("SELECT 1 AS one", [])
        finally:
            ended.set()

    async with running(settings, asks(work)) as client:
        api = replace(workspace, client=client).api()
        task = asyncio.create_task(api.answer("{ bad }"))
        assert await asyncio.to_thread(begun.wait, 4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(ended.wait, 4)
        await serves(api)


async def test_a_plugin_opens_no_session_of_its_own(
    settings: Settings, workspace: Workspace
) -> None:
    """It is told which way there is."""

    async def open_one(info: Info) -> str:
        async with info.context.reading():
            return "open"

    async with running(settings, asks(open_one)) as client:
        api = replace(workspace, client=client).api()
        assert await api.codes("{ bad }") == ["PLUGIN_FAILED"]
        (error,) = (await of_bad(api))["lastErrors"]
    assert "a plugin opens no session of its own: select and execute" in error["error"]
