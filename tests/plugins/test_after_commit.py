"""Plugins are told of commits in order, each at its own pace, and again after a failure."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from tortoise.exceptions import OperationalError

from clientgraph import PluginContext, RecordChange, global_id
from clientgraph.config import Settings
from clientgraph.dispatch.suspension import MOST_FAILURES
from clientgraph.plugins import Plugins
from clientgraph.runtime import Runtime
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.plugins.declared import plugin, serves

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clientgraph.observers.PAUSES", (0.01, 0.01, 0.01))


class Hearer:
    """Hears of changes, after so many failures."""

    def __init__(self, failures: int) -> None:
        self.left = failures
        self.told: list[str] = []

    def plugin(self) -> SimpleNamespace:
        """A plugin that hears so."""

        def hear(changes: Sequence[RecordChange]) -> None:
            self.hear(changes)

        return plugin(after_commit=hear)

    def hear(self, changes: Sequence[RecordChange]) -> None:
        """Note the first change's action, or fail."""
        if self.left:
            self.left -= 1
            raise ConnectionError("not now")
        self.told.append(changes[0].action)


async def _three_changes(settings: Settings, workspace: Workspace, plugins: Plugins) -> None:
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        await api.done("clientUpdate", {"id": made["id"], "name": "B"})
        await api.done("clientDelete", {"id": made["id"]})


async def test_what_failed_is_told_again_in_order(settings: Settings, workspace: Workspace) -> None:
    """Three failures are made up for, and nothing overtakes."""
    hearer = Hearer(3)
    plugins = with_plugin("deaf", hearer.plugin())
    await _three_changes(settings, workspace, plugins)
    assert hearer.told == ["CREATED", "UPDATED", "DELETED"]
    failures = plugins.infos["deaf"].failures
    assert [(each.hook, each.organisation_id) for each in failures] == [
        ("after_commit", workspace.id)
    ] * 3


async def test_after_the_fourth_failure_it_is_lost(
    settings: Settings, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and what comes afterwards is told."""
    hearer = Hearer(4)
    with caplog.at_level(logging.ERROR, "clientgraph.observers"):
        await _three_changes(settings, workspace, with_plugin("deaf", hearer.plugin()))
    assert hearer.told == ["UPDATED", "DELETED"]
    (record,) = [each for each in caplog.records if each.name == "clientgraph.observers"]
    assert vars(record)["plugin"] == "deaf"
    assert vars(record)["changes"][0].startswith("CREATED Client ")


async def test_a_slow_plugin_holds_up_no_other(settings: Settings, workspace: Workspace) -> None:
    """While one thinks of the first change, another has heard of all."""
    go, heard = threading.Event(), threading.Event()
    slow: list[str] = []
    quick: list[str] = []

    def think(changes: Sequence[RecordChange]) -> None:
        go.wait(20)
        slow.extend(each.action for each in changes)

    def hear(changes: Sequence[RecordChange]) -> None:
        quick.extend(each.action for each in changes)
        if len(quick) == 2:
            heard.set()

    plugins = Plugins({"slow": plugin(after_commit=think), "quick": plugin(after_commit=hear)})
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        await api.done("clientDelete", {"id": made["id"]})
        assert await asyncio.to_thread(heard.wait, 4)
        assert slow == []
        go.set()
    assert slow == quick == ["CREATED", "DELETED"]


async def test_a_suspension_is_waited_out(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the plugin is not asked, no attempt is spent: it hears of all that came meanwhile."""
    monkeypatch.setattr("clientgraph.dispatch.suspension.FIRST_PAUSE", 0.5)
    hearer, heard = Hearer(MOST_FAILURES), threading.Event()

    def hear(changes: Sequence[RecordChange]) -> None:
        hearer.hear(changes)
        if len(hearer.told) == 2:
            heard.set()

    async with running(settings, with_plugin("deaf", plugin(after_commit=hear))) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client("Lost after four attempts")
        await api.done("clientUpdate", {"id": made["id"], "name": "Told after the suspension"})
        await api.done("clientDelete", {"id": made["id"]})
        assert await asyncio.to_thread(heard.wait, 10)
    assert hearer.told == ["UPDATED", "DELETED"]


async def test_a_workspace_that_fails_holds_up_no_other(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """While a plugin is suspended for one, it hears of the changes of another."""
    failing, heard = Hearer(MOST_FAILURES), threading.Event()
    failed = threading.Event()

    def hear(context: PluginContext, changes: Sequence[RecordChange]) -> None:
        if context.organisation_id != workspace.id:
            heard.set()
            return
        if failing.left == 1:
            failed.set()
        failing.hear(changes)

    async with running(settings, with_plugin("deaf", plugin(after_commit=hear))) as client:
        api = replace(workspace, client=client).api()
        for name in "AB":
            await api.new_client(name)
        assert await asyncio.to_thread(failed.wait, 10)
        await replace(other, client=client).api().new_client()
        assert await asyncio.to_thread(heard.wait, 10)


async def test_what_nobody_expected_is_told_again(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that fails for a moment ends no observer."""
    hearer = Hearer(0)
    know, failures = Runtime.know, [OperationalError("disk I/O error")]

    async def failing(runtime: Runtime, organisation_id: UUID) -> None:
        if failures and asyncio.current_task() is not request:
            raise failures.pop()
        await know(runtime, organisation_id)

    plugins = with_plugin("deaf", hearer.plugin())
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        request = asyncio.current_task()
        monkeypatch.setattr(Runtime, "know", failing)
        made = await api.new_client()
        await api.done("clientDelete", {"id": made["id"]})
    assert (hearer.told, failures) == (["CREATED", "DELETED"], [])


async def test_an_observer_can_look(settings: Settings, workspace: Workspace) -> None:
    """It is handed a context of the workspace, with the language of whoever made the change."""
    seen: list[Any] = []

    async def look(context: PluginContext, changes: Sequence[RecordChange]) -> None:
        text = "query($id: ID!) { client(by: {id: $id}) { name } }"
        found = await context.graphql(text, {"id": global_id("Client", changes[0].id)})
        seen.append((context.plugin, context.organisation_id, context.language, found))

    async with running(settings, with_plugin("looker", plugin(after_commit=look))) as client:
        await replace(workspace, client=client).api(language="fr").new_client("A")
    assert seen == [("looker", workspace.id, "fr", {"client": {"name": "A"}})]


async def test_the_end_waits_for_no_plugin(
    settings: Settings,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was not told by then is logged."""
    monkeypatch.setattr("clientgraph.observers.CLOSING_SECONDS", 0.2)

    async def hang(changes: Sequence[RecordChange]) -> None:
        await asyncio.sleep(3600)

    with caplog.at_level(logging.ERROR, "clientgraph.observers"):
        async with running(settings, with_plugin("slow", plugin(after_commit=hang))) as client:
            api = replace(workspace, client=client).api()
            for _ in range(3):
                await api.new_client()
            await serves(api)
            began = time.monotonic()
    assert time.monotonic() - began < 5
    reasons = [vars(each)["reason"] for each in caplog.records if each.name.endswith("observers")]
    assert reasons == ["the service ends"] * 4
