"""What plugins' fields cost: statements for the page, not for its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from clientgraph import PluginContext, global_id
from clientgraph.config import Settings
from clientgraph.testing import Statements, Workspace, running
from tests.invoicing import with_plugin
from tests.plugins.declared import field, plugin

pytestmark = pytest.mark.anyio

RUNS = 3


async def test_a_page_of_any_length_takes_as_many_statements(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each field is loaded once: five clients and fifty take the same."""
    calls: list[int] = []

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        calls.append(len(ids))
        asked = {"ids": [global_id("Client", each) for each in ids]}
        text = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { name } } }"
        found = (await context.graphql(text, asked))["nodes"]
        return {each: node["name"] for each, node in zip(ids, found, strict=True)}

    statements = Statements()
    statements.watch(monkeypatch)
    fields = [field(load), field(load, "team")]
    plugins = with_plugin("clubs", plugin(batch_fields=lambda: fields))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        names = (f'c{n}: clientCreate(input: {{name: "N"}}) {{ __typename }}' for n in range(10))
        text = f"mutation {{ {' '.join(names)} }}"
        for _ in range(5):
            await api(text)
        taken = []
        for first in (5, 50):
            query = f"{{ clients(first: {first}) {{ nodes {{ club team }} }} }}"
            sent = []
            for _ in range(RUNS):  # a token is looked up anew now and then
                await statements.take()
                found = await api(query)
                assert found["clients"]["nodes"] == [{"club": "N", "team": "N"}] * first
                sent.append(len(await statements.take()))
            taken.append(min(sent))
    assert taken[0] == taken[1] > 0
    assert calls == [5] * 2 * RUNS + [50] * 2 * RUNS
