"""Owners and admins see which plugins there are, what became of each, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from clientgraph import hookimpl
from clientgraph.config import Settings
from clientgraph.doctor import plugins_found
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.registries.declared import registry

pytestmark = pytest.mark.anyio


def plugin(**hooks: Any) -> SimpleNamespace:
    """A plugin whose hooks are these functions."""
    return SimpleNamespace(**{name: hookimpl(function) for name, function in hooks.items()})


async def test_plugins_are_listed_with_their_hooks(
    settings: Settings, workspace: Workspace
) -> None:
    """Name, version, status, and each hook with the version that it was written for."""

    def nothing() -> list[Any]:
        return []

    old = SimpleNamespace(company_registries=hookimpl(version=1)(nothing))
    old.event_kinds = hookimpl(lambda: [*nothing()])
    async with running(settings, with_plugin("old", old)) as client:
        api = replace(workspace, client=client).api("ADMIN")
        found = await api("{ plugins { name version status hooks { name version isDeprecated } } }")
    assert [each["name"] for each in found["plugins"]] == ["stdnum", "old"]
    assert found["plugins"][1] == {
        "name": "old",
        "version": "",
        "status": "ACTIVE",
        "hooks": [
            {"name": "company_registries", "version": 1, "isDeprecated": True},
            {"name": "event_kinds", "version": 1, "isDeprecated": False},
        ],
    }


async def test_a_plugin_that_was_left_out_is_listed(
    settings: Settings, workspace: Workspace
) -> None:
    """It is QUARANTINED, with what it raised, and takes part in nothing."""
    broken = plugin(event_kinds=lambda: 1 / 0)
    async with running(settings, with_plugin("broken", broken)) as client:
        ask = replace(workspace, client=client).api()
        found = await ask("{ plugins { name status lastErrors { hook error } } }")
    assert found["plugins"][-1] == {
        "name": "broken",
        "status": "QUARANTINED",
        "lastErrors": [{"hook": "", "error": "ZeroDivisionError: division by zero"}],
    }


async def test_kinds_that_nobody_declares_are_told(
    settings: Settings, workspace: Workspace
) -> None:
    """The plugin takes part, and whoever looks is told what can never be asked of it."""
    odd = registry(kinds=frozenset({"FR_SIRET", "FR_CLUB"}))
    named = with_plugin(
        "odd", SimpleNamespace(company_registries=hookimpl(version=2)(lambda: [odd]))
    )
    async with running(settings, named) as client:
        api = replace(workspace, client=client).api()
        found = (await api("{ plugins { name status notes } }"))["plugins"]
    told = (
        "FR_PLAIN is never asked for FR_CLUB: no plugin declares this kind of identifiers. "
        "Install the one that does, or correct the key"
    )
    assert found == [
        {"name": "stdnum", "status": "ACTIVE", "notes": []},
        {"name": "odd", "status": "ACTIVE", "notes": [told]},
    ]
    assert f"odd; {told}" in [each.text for each in plugins_found(named)]


async def test_failures_are_shown_where_they_came_about(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """A workspace sees its own failures and suspensions, and nothing of another's."""

    async def fail(client_ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        raise ValueError(f"no idea of {len(client_ids)}")

    plugins = with_plugin("clubs", plugin(deletion_blockers=fail))
    last = "{ plugins { name status lastErrors { at hook error } } }"
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        for _ in range(5):
            await api.do("clientDelete", {"id": made["id"]})
        ours = (await api(last))["plugins"][-1]
        theirs = (await replace(other, client=client).api()(last))["plugins"][-1]
    assert ours["status"] == "SUSPENDED"
    assert {(each["hook"], each["error"]) for each in ours["lastErrors"]} == {
        ("deletion_blockers", "ValueError: no idea of 1")
    }
    assert len(ours["lastErrors"]) == 5
    assert (theirs["status"], theirs["lastErrors"]) == ("ACTIVE", [])


async def test_calls_are_timed_where_they_are_made(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """A workspace sees how long its own calls took; the figures tell of all of them."""

    async def look(client_ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        return {}

    plugins = with_plugin("timed-clubs", plugin(deletion_blockers=look))
    shown = "{ plugins { name timings { hook calls failures mean p95 longest } } }"
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        for _ in range(3):
            await api.new_client()
        await api("{ clients { nodes { deletability { allowed } } } }")
        ours = (await api(shown))["plugins"][-1]["timings"]
        theirs = (await replace(other, client=client).api()(shown))["plugins"][-1]["timings"]
        figures = (await client.get("/metrics")).text
    (timing,) = ours
    assert (timing["hook"], timing["calls"], timing["failures"]) == ("deletion_blockers", 1, 0)
    assert 0 < timing["mean"] == timing["p95"] == timing["longest"]
    assert theirs == []
    assert (
        'clientgraph_plugin_call_seconds_count{hook="deletion_blockers",outcome="ok",'
        'plugin="timed-clubs"} 1.0'
    ) in figures


@pytest.mark.parametrize("role", ["MEMBER", "VIEWER"])
async def test_plugins_are_for_those_who_run_the_workspace(workspace: Workspace, role: str) -> None:
    """Members and viewers are refused."""
    assert await workspace.api(role).codes("{ plugins { name } }") == ["FORBIDDEN"]
