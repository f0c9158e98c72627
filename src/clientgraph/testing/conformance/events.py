"""What kinds of events must bear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pytest

from clientgraph.contract.events import EventKind
from clientgraph.hookspecs import LANGUAGES
from clientgraph.testing.workspaces import Api, Workspace

_FILTERED = "query($f: EventFilter) { events(filter: $f) { nodes { title kind { key } } } }"


class EventKindConformance:
    """Every kind of ``kinds`` is listed, given to events and found again.

    ``kinds``      as the plugin's hook answers them.
    ``languages``  in which labels are asked for.
    """

    pytestmark = pytest.mark.anyio

    kinds: ClassVar[Sequence[EventKind]]
    languages: ClassVar[Sequence[str]] = LANGUAGES

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each kind."""
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", self.kinds, ids=[kind.key for kind in self.kinds])

    async def test_it_is_listed_in_each_language(
        self, kind: EventKind, workspace: Workspace
    ) -> None:
        """With the label of the caller's language."""
        for language in self.languages:
            api = workspace.api(language=language)
            listed = (await api("{ eventKinds { key label isTask } }"))["eventKinds"]
            shown = {"key": kind.key, "label": kind.label[language], "isTask": kind.is_task}
            assert shown in listed

    async def test_events_have_it_and_are_found_by_it(self, kind: EventKind, api: Api) -> None:
        """One of this kind, and one of another."""
        client = await api.new_client()
        other = "TASK" if kind.key == "NOTE" else "NOTE"
        for key in (kind.key, other):
            given = {"clientId": client["id"], "kind": key, "title": key}
            await api.done("eventCreate", given, "event { id }")
        found = await api(_FILTERED, {"f": {"kinds": [kind.key]}})
        assert found["events"]["nodes"] == [{"title": kind.key, "kind": {"key": kind.key}}]

    async def test_only_tasks_can_be_done(self, kind: EventKind, api: Api) -> None:
        """An event that is no task has no time at which it was done."""
        client = await api.new_client()
        given = {"clientId": client["id"], "kind": kind.key, "title": "x"}
        payload = await api.do("eventCreate", {**given, "doneAt": "2026-01-31T12:00:00Z"})
        assert (payload["userErrors"] == []) is kind.is_task
