"""What fails again and again is not asked for a while: in that workspace, for a growing pause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from clientgraph import PluginContext
from clientgraph.config import Settings
from clientgraph.dispatch.suspension import FIRST_PAUSE, LONGEST_PAUSE, Suspensions
from clientgraph.storage.ids import uuid7
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.plugins.declared import field, plugin

pytestmark = pytest.mark.anyio

CALL = ("before_change", uuid7())


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


def test_pauses_grow_up_to_a_limit() -> None:
    """Five failures in a row begin the first pause; each further one doubles it."""
    clock = Clock()
    suspensions = Suspensions(clock)
    for _ in range(5):
        assert suspensions.left(CALL) == 0
        suspensions.failed(CALL)
    pauses = []
    for _ in range(9):
        pauses.append(suspensions.left(CALL))
        clock.now += pauses[-1]
        assert suspensions.left(CALL) == 0
        suspensions.failed(CALL)
    assert pauses == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert (FIRST_PAUSE, LONGEST_PAUSE) == (10, 600)


def test_a_success_begins_anew() -> None:
    """Only failures in a row count, and each call's own."""
    suspensions = Suspensions(Clock())
    for _ in range(3):
        for _ in range(4):
            suspensions.failed(CALL)
        suspensions.succeeded(CALL)
    assert suspensions.under_way() == []
    for _ in range(5):
        suspensions.failed(CALL)
    assert suspensions.under_way() == [CALL]
    assert suspensions.left(("before_change", uuid7())) == 0
    assert suspensions.left(("deletion_blockers", CALL[1])) == 0


def test_what_was_under_way_makes_no_pause_longer() -> None:
    """Ten that fail at the same time are one pause."""
    suspensions = Suspensions(Clock())
    for _ in range(10):
        suspensions.failed(CALL)
    assert suspensions.left(CALL) == FIRST_PAUSE


async def test_a_suspended_decision_refuses_unasked(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """The status says so; the plugin's other functions and other workspaces are served."""
    asked: list[UUID] = []

    def judge(context: PluginContext) -> Any:
        asked.append(context.organisation_id)
        if context.organisation_id == workspace.id:
            raise KeyError("what only this workspace may know")
        return ()

    hooks = plugin(before_change=judge, batch_fields=lambda: [field()])
    plugins = with_plugin("judge", hooks)
    info = plugins.infos["judge"]
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        for _ in range(5):
            assert info.status == "ACTIVE"
            await api.do("clientCreate", {"name": "A"})
        refused = await api.do("clientCreate", {"name": "A"})
        elsewhere = replace(other, client=client).api()
        made = await elsewhere.new_client(selection="club")
    assert asked == [workspace.id] * 5 + [other.id]
    assert [each["code"] for each in refused["userErrors"]] == ["PLUGIN_UNAVAILABLE"]
    assert made["club"] == "x"
    statuses = [info.status_in(each.id) for each in (workspace, other)]
    assert (info.status, statuses) == ("SUSPENDED", ["SUSPENDED", "ACTIVE"])
    assert {str(each) for each in info.failures_in(workspace.id)} == {
        "KeyError: 'what only this workspace may know'"
    }
    assert info.failures_in(other.id) == []


async def test_after_the_pause_it_is_asked_again(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One answer ends the suspension."""
    monkeypatch.setattr("clientgraph.dispatch.suspension.FIRST_PAUSE", 0.0)
    working = False

    def load(_context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        if not working:
            raise KeyError("broken")
        return dict.fromkeys(ids, "x")

    plugins = with_plugin("mended", plugin(batch_fields=lambda: [field(load)]))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        await api.new_client()
        query = "{ clients { nodes { club } } }"
        for _ in range(6):
            assert (await api.answer(query))["data"]["clients"]["nodes"] == [{"club": None}]
        working = True
        assert await api(query) == {"clients": {"nodes": [{"club": "x"}]}}
    assert plugins.infos["mended"].status == "ACTIVE"
    assert len(plugins.infos["mended"].failures) == 6
