"""What is left when a plugin is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from clientgraph.config import Settings
from clientgraph.testing.workspaces import Api, Workspace, plugins_for, running

_EVERYTHING = """{ clients(first: 10) { nodes { id name
  identifiers { value derivedFrom }
  customFields { __typename key display ... on UnknownValue { raw } }
  events(first: 5) { nodes { title kind { key } } }
} } }"""


class RemovalConformance:
    """Without the plugin the service starts, shows all that it left behind, and goes on writing.

    ``plugin``  its name.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]

    async def fill(self, api: Api) -> None:
        """Make clients that use whatever the plugin brings: ten at most, five events each."""
        raise NotImplementedError

    async def test_what_it_left_is_read_without_it(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspace: Workspace,
    ) -> None:
        """Identifiers, custom fields and events are those that were there; names can be changed."""
        # An application that ends tells all that is left to be told: nothing is written later.
        async with running(clientgraph_settings, plugins_for(clientgraph_plugins)) as client:
            await self.fill(replace(workspace, client=client).api())
        before = await self._all(workspace.api())
        assert before != [], "fill() made no client"
        plugins = plugins_for(clientgraph_plugins, without=self.plugin)
        async with running(clientgraph_settings, plugins) as client:
            api = replace(workspace, client=client).api()
            assert _lasting(await self._all(api)) == _lasting(before)
            for row in before:
                await api.done("clientUpdate", {"id": row["id"], "name": f"{row['name']} II"})
        after = await self._all(workspace.api())
        assert after == [{**row, "name": f"{row['name']} II"} for row in before]

    async def _all(self, api: Api) -> Any:
        return (await api(_EVERYTHING))["clients"]["nodes"]


def _lasting(rows: Any) -> Any:
    """What does not hang on a plugin's code: which values there are, not how they are shown."""
    return [
        {
            "id": row["id"],
            "identifiers": [each["value"] for each in row["identifiers"]],
            "customFields": [each["key"] for each in row["customFields"]],
            "events": row["events"],
        }
        for row in rows
    ]
