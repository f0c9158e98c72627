"""What hooks that concern records must bear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from clientgraph.config import Settings
from clientgraph.operations.limits import Limits
from clientgraph.testing.statements import Statements
from clientgraph.testing.workspaces import Api, Workspace, plugins_for, running

FEW, MANY = 5, 50
RUNS = 3
_PLENTY = Limits(budget=1_000_000)
_REASONS = "deletability { allowed reasons { code count message source } }"


class BatchFieldConformance:
    """A field of clients is read for fifty clients with as many statements as for five.

    ``selection``  the field, with what is selected of it: ``openInvoices`` or ``risk { score }``.
    """

    pytestmark = pytest.mark.anyio

    selection: ClassVar[str]

    async def prepare(self, api: Api, client_ids: Sequence[str]) -> None:
        """Give these clients something to show, where that is not so from the start."""

    async def test_it_is_shown_for_each_client(self, api: Api) -> None:
        """Alone and in a list alike."""
        made = [(await api.new_client(name))["id"] for name in "AB"]
        await self.prepare(api, made)
        listed = (await api(self._page(FEW)))["clients"]["nodes"]
        for node in listed:
            query = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ id {self.selection} }} }}"
            assert (await api(query, {"id": node["id"]}))["client"] == node

    async def test_more_clients_take_no_more_statements(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspace: Workspace,
        statements: Statements,
    ) -> None:
        """Loaded for a whole page at once."""
        plugins = plugins_for(clientgraph_plugins)
        sent = {}
        for wanted in (FEW, MANY):
            # An application that ends tells all that is left to be told: nothing is written later.
            async with running(clientgraph_settings, plugins, limits=_PLENTY) as client:
                api = replace(workspace, client=client).api()
                made = [(await api.new_client(f"{number}"))["id"] for number in range(wanted)]
                await self.prepare(api, made)
            async with running(clientgraph_settings, plugins, limits=_PLENTY) as client:
                api = replace(workspace, client=client).api()
                sent[wanted] = min(
                    [await self._counted(api, wanted, statements) for _ in range(RUNS)]
                )
        assert sent[MANY] == sent[FEW]

    def _page(self, first: int) -> str:
        return f"{{ clients(first: {first}) {{ nodes {{ id {self.selection} }} }} }}"

    async def _counted(self, api: Api, first: int, statements: Statements) -> int:
        await statements.take()
        found = await api(self._page(first))
        assert len(found["clients"]["nodes"]) == first
        return len(await statements.take())


class DeletionBlockerConformance:
    """A client is kept from deletion by what the plugin knows of it, and no other one is.

    ``plugin``  the plugin's name.
    ``code``    of its reason.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]
    code: ClassVar[str]

    async def block(self, api: Api, client_id: str) -> None:
        """Have the client, named as in the API, blocked."""
        raise NotImplementedError

    async def test_a_blocked_client_says_why(self, api: Api) -> None:
        """Beforehand, with the plugin's name and a sentence."""
        blocked, free = await self._both(api)
        reasons = (await self._asked(api, blocked))["reasons"]
        assert [(each["code"], each["source"]) for each in reasons] == [(self.code, self.plugin)]
        assert reasons[0]["count"] >= 1
        assert reasons[0]["message"]
        assert await self._asked(api, free) == {"allowed": True, "reasons": []}

    async def test_a_blocked_client_is_not_deleted(self, api: Api) -> None:
        """The reason is the user error; other clients are deleted."""
        blocked, free = await self._both(api)
        refused = await api.do("clientDelete", {"id": blocked}, "deletedId")
        assert [error["code"] for error in refused["userErrors"]] == [self.code]
        assert refused["deletedId"] is None
        assert (await api.done("clientDelete", {"id": free}, "deletedId"))["deletedId"] == free

    async def test_another_workspace_is_not_concerned(self, api: Api, other: Workspace) -> None:
        """Its clients can be deleted, whatever is known of others."""
        await self._both(api)
        free = (await other.api().new_client())["id"]
        assert await self._asked(other.api(), free) == {"allowed": True, "reasons": []}

    async def _both(self, api: Api) -> tuple[str, str]:
        blocked, free = [(await api.new_client(name))["id"] for name in ("Blocked", "Free")]
        await self.block(api, blocked)
        return blocked, free

    async def _asked(self, api: Api, client_id: str) -> Any:
        query = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {_REASONS} }} }}"
        return (await api(query, {"id": client_id}))["client"]["deletability"]
