"""Time: what was done stays told, and nobody waits for plugins that only listen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from clientgraph import DeletionBlocker, RecordChange, hookimpl
from clientgraph.config import Settings
from clientgraph.operations import executor
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio


class Slow:
    """A plugin that takes its time."""

    def __init__(self) -> None:
        self.heard: list[RecordChange] = []
        self.go = threading.Event()

    @hookimpl
    async def after_commit(self, changes: Sequence[RecordChange]) -> None:
        """Waits until the test lets it go on."""
        await asyncio.to_thread(self.go.wait)
        self.heard.extend(changes)

    @hookimpl
    async def deletion_blockers(
        self,
        client_ids: Sequence[UUID],  # noqa: ARG002
    ) -> Mapping[UUID, Sequence[DeletionBlocker]]:
        """Takes longer than an operation may."""
        await asyncio.sleep(3)
        return {}


async def test_nobody_waits_for_an_observer(settings: Settings, workspace: Workspace) -> None:
    """The answer is there before the plugin has heard; it hears in the order of commits."""
    slow = Slow()
    async with running(settings, with_plugin("slow", slow)) as client:
        api = replace(workspace, client=client).api()
        made = [await api.new_client(name) for name in ("Io", "Europa")]
        assert slow.heard == []
        slow.go.set()
        for _ in range(200):
            if len(slow.heard) == len(made):
                break
            await asyncio.sleep(0.01)
    told = [f"client_{change.id.hex}" for change in slow.heard]
    assert told == [each["id"] for each in made]


async def test_a_mutation_that_takes_too_long_leaves_the_others(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mutation has its own time: those before and after it are done and told."""
    slow: Any = Slow()
    slow.go.set()
    doomed = await workspace.api().new_client("Callisto")
    monkeypatch.setattr(executor, "SECONDS", 1.0)
    text = (
        'mutation { a: clientCreate(input: {name: "Io"}) { client { name } }'
        f' b: clientDelete(input: {{id: "{doomed["id"]}"}}) {{ deletedId }}'
        ' c: clientCreate(input: {name: "Europa"}) { client { name } } }'
    )
    async with running(settings, with_plugin("slow", slow)) as client:
        answer = await replace(workspace, client=client).api().answer(text)
    assert answer["data"] == {
        "a": {"client": {"name": "Io"}},
        "b": None,
        "c": {"client": {"name": "Europa"}},
    }
    assert [(e["path"], e["extensions"]["code"]) for e in answer["errors"]] == [(["b"], "TIMEOUT")]
    found = await workspace.api()("{ clients { nodes { name } } }")
    names = [each["name"] for each in found["clients"]["nodes"]]
    assert names == ["Callisto", "Europa", "Io"]
