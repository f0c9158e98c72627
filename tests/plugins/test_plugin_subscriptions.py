"""Subscriptions of plugins: each value is made apart, and a stream ends where its client does."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from clientgraph import (
    Info,
    Permission,
    RecordChange,
    subscription,
)
from clientgraph.config import Settings
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.plugins.declared import plugin, serves
from tests.plugins.resolved import of_bad, stop

__all__ = ["stop"]

pytestmark = pytest.mark.anyio


@dataclass
class Stream:
    """An event stream over HTTP, read as it comes."""

    client: Any
    token: str

    async def events(self, text: str) -> list[Any]:
        """All of them, until it ends."""
        response = await self.client.post(
            "/graphql",
            json={"query": text},
            headers={"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"},
        )
        lines = response.text.splitlines()
        return [json.loads(each[6:]) for each in lines if each.startswith("data: {")]


def tells(stream: Any, result: Any = str) -> Any:
    """Plugins, of which 'bad' has this subscription."""
    made = stream
    made.__annotations__ = {"info": Info, "return": AsyncIterator[result]}
    field = subscription(Permission.PUBLIC, "Tells.")(made)
    field.python_name = "bad"
    return with_plugin("bad", plugin(graphql_fields=lambda: {"Subscription": [field]}))


async def test_a_subscription_that_blocks_holds_up_nobody(
    settings: Settings, workspace: Workspace, stop: threading.Event
) -> None:
    """Between two values it may block its plugin's loop; the service answers, then it goes on."""
    blocking = threading.Event()

    async def told(info: Any) -> Any:
        yield "first"
        blocking.set()
        stop.wait(20)
        yield threading.current_thread().name

    async with running(settings, tells(told)) as client:
        api = replace(workspace, client=client).api()
        task = asyncio.create_task(Stream(client, api.token).events("subscription { bad }"))
        assert await asyncio.to_thread(blocking.wait, 4)
        await serves(api)
        assert not task.done()
        stop.set()
        found = await task
    assert [each["data"]["bad"] for each in found] == ["first", "plugin bad"]


async def test_a_subscription_that_fails_ends_with_its_error(
    settings: Settings, workspace: Workspace
) -> None:
    """What it raises is the plugin's failure; whoever follows is told whose."""

    async def told(info: Any) -> Any:
        yield "first"
        raise SystemExit(3)

    async with running(settings, tells(told)) as client:
        api = replace(workspace, client=client).api()
        first, last = await Stream(client, api.token).events("subscription { bad }")
        (error,) = (await of_bad(api))["lastErrors"]
    assert first == {"data": {"bad": "first"}}
    assert last["errors"][0]["extensions"] == {"code": "PLUGIN_FAILED", "plugin": "bad"}
    assert error == {
        "hook": "graphql_fields Subscription.bad",
        "error": "RuntimeError: SystemExit was raised",
    }


async def test_a_subscription_that_is_left_is_closed(
    settings: Settings, workspace: Workspace
) -> None:
    """It hears what is committed until its client leaves; then it is ended where it runs."""
    heard: list[RecordChange] = []
    listening, hears, closed = threading.Event(), threading.Event(), threading.Event()

    async def told(info: Any) -> Any:
        changes = info.context.subscribe()
        listening.set()
        try:
            async for change in changes:
                heard.append(change)
                hears.set()
                yield change.type
        finally:
            closed.set()

    async with running(settings, tells(told)) as client:
        api = replace(workspace, client=client).api()
        task = asyncio.create_task(Stream(client, api.token).events("subscription { bad }"))
        assert await asyncio.to_thread(listening.wait, 4)
        await api.new_client("A")
        assert await asyncio.to_thread(hears.wait, 4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(closed.wait, 4)
    assert heard[0].type == "Client"
