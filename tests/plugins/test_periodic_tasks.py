"""Periodic tasks are done for each workspace, beside requests, whatever one of them does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from clientgraph import PeriodicTask, PluginContext, hookimpl
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin

# Tasks are done for all workspaces there are: the database is one of this module's own.
from tests.module_database import settings, workspaces
from tests.plugins.declared import serves

__all__ = ["settings", "workspaces"]

pytestmark = pytest.mark.anyio

WAITING = 30.0


def with_tasks(*tasks: PeriodicTask) -> Plugins:
    """A plugin with these tasks."""
    return with_plugin("clubs", SimpleNamespace(periodic_tasks=hookimpl(lambda: tasks)))


async def test_hook_periodic_tasks(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """Again and again, for every workspace that has not switched the plugin off."""
    seen: list[tuple[Any, str, str]] = []
    twice = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def look(context: PluginContext) -> None:
        found = await context.graphql("{ organisation { name } }", {})
        seen.append((context.organisation_id, context.language, found["organisation"]["name"]))
        if [each for each, *_ in seen].count(workspace.id) == 2:
            loop.call_soon_threadsafe(twice.set)

    plugins = with_tasks(PeriodicTask(key="look", run=look, every=1.0))
    async with running(settings, plugins) as client:
        beside = replace(other, client=client).api()
        await beside.done("pluginConfigure", {"name": "clubs", "isActive": False})
        ours = replace(workspace, client=client).api()
        await ours.done("organisationUpdate", {"name": "Ours", "locale": "nl-BE"})
        async with asyncio.timeout(WAITING):
            await twice.wait()
    assert {each for each in seen if each[0] == workspace.id} == {(workspace.id, "nl", "Ours")}
    assert other.id not in {each for each, *_ in seen}


async def test_a_task_that_fails_is_done_again(settings: Settings, workspace: Workspace) -> None:
    """What it raised is noted for its workspace; requests and other tasks go on."""
    tried: list[Any] = []
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def fail(context: PluginContext) -> None:
        tried.append(context.organisation_id)
        raise RuntimeError("broken")

    def go_on(_context: PluginContext) -> None:
        if tried.count(workspace.id) >= 2:
            loop.call_soon_threadsafe(told.set)

    plugins = with_tasks(
        PeriodicTask(key="fail", run=fail, every=1.0),
        PeriodicTask(key="go_on", run=go_on, every=1.0),
    )
    async with running(settings, plugins) as client:
        async with asyncio.timeout(WAITING):
            await told.wait()
        await serves(replace(workspace, client=client).api())
    found = plugins.infos["clubs"].failures_in(workspace.id)
    assert {(each.hook, str(each)) for each in found} == {
        ("periodic_tasks fail", "RuntimeError: broken")
    }


def run(_context: PluginContext) -> None:
    """Nothing."""


@pytest.mark.parametrize(
    ("tasks", "reason"),
    [
        ([object()], "TypeError: object is not a PeriodicTask"),
        ([PeriodicTask(key="Look", run=run, every=60)], "the key must be in lower snake case"),
        ([PeriodicTask(key="look", run=run, every=0.5)], "periodic task look: every must be 1 or"),
        (
            [PeriodicTask(key="look", run="x", every=60)],  # type: ignore[arg-type]
            "periodic task look: run must be a function",
        ),
        ([PeriodicTask(key="look", run=run, every=60)] * 2, "two periodic tasks have one key"),
    ],
)
def test_tasks_that_cannot_be_done_are_refused(tasks: list[Any], reason: str) -> None:
    """When the plugin is loaded."""
    (said,) = with_tasks(*tasks).infos["clubs"].errors
    assert reason in said
