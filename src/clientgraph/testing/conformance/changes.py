"""What hooks around a change must bear: before it is written, and after it was committed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, ClassVar, Final

import pytest

from clientgraph.config import Settings
from clientgraph.contract.records import PluginContext, RecordChange, RecordDraft
from clientgraph.operations.limits import Limits
from clientgraph.outbound.clients import ServiceUrls
from clientgraph.testing.conformance import sentences
from clientgraph.testing.conformance.stand_ins import called, standing_in
from clientgraph.testing.replay import replaying
from clientgraph.testing.statements import Statements
from clientgraph.testing.workspaces import Api, Workspace, Workspaces, plugins_for, running

FEW, MANY = 5, 50
_PLENTY: Final = Limits(budget=1_000_000)
_VERSIONS: Final = "{ clients(first: 50) { nodes { id version } } }"
_AS_IT_IS: Final = """{ clients(first: 50) { nodes {
  id name tradingName reference email phone website country currency locale } } }"""


class BeforeChangeConformance:
    """Some changes are refused or warned of, where and why is told, and all others are done.

    One class for each mutation that the plugin looks at.

    ``plugin``    the plugin's name.
    ``mutation``  whose input it looks at, of clients, contacts or addresses.
    ``refused``   what makes the input one that it refuses, the path of the field at fault, and the
                  code, which has a sentence in each of the four languages.
    ``warned``    likewise, of what is done with a warning.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]
    mutation: ClassVar[str] = "clientCreate"
    refused: ClassVar[Sequence[tuple[Mapping[str, Any], Sequence[str], str]]] = ()
    warned: ClassVar[Sequence[tuple[Mapping[str, Any], Sequence[str], str]]] = ()

    async def given(
        self,
        api: Api,  # noqa: ARG002 - for subclasses
    ) -> dict[str, Any]:
        """An input that is in order; what it refers to is made here. A client's name by default."""
        return {"name": "Ganymède"}

    async def test_what_is_in_order_is_done(self, api: Api) -> None:
        """Without a warning, and what is there can be saved again as it is."""
        await api.done(self.mutation, await self.given(api))
        for row in (await api(_AS_IT_IS))["clients"]["nodes"]:
            same = {name: value for name, value in row.items() if value is not None}
            payload = await api.done("clientUpdate", same, "warnings { path code }")
            assert payload["warnings"] == [], same

    async def test_what_is_not_is_told(self, workspaces: Workspaces, api: Api) -> None:
        """At its field, in the words of the caller's language; what is refused is not done."""
        given = await self.given(api)
        told = partial(sentences.told, workspaces.plugins, api, self.mutation)
        for changes, path, code in self.warned:
            await told({**given, **changes}, path, code, of="warnings")
        before = await api(_VERSIONS)
        for changes, path, code in self.refused:
            await told({**given, **changes}, path, code)
            await api.do(self.mutation, {**given, **changes})
        assert await api(_VERSIONS) == before

    async def test_a_hang_refuses(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspace: Workspace,
    ) -> None:
        """A plugin that waits for what it asked in vain lets nothing through."""
        plugins = plugins_for(clientgraph_plugins, instead={self.plugin: _waiting})
        given = await self.given(workspace.api())
        changes, _, _ = self._objects()[0]
        async with running(clientgraph_settings, plugins) as client:
            api = replace(workspace, client=client).api()
            before = await api(_VERSIONS)
            payload = await api.do(self.mutation, {**given, **changes})
            assert payload["userErrors"] != [], "the change was done without an answer"
            assert await api(_VERSIONS) == before

    async def test_more_changes_take_no_more_statements(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspace: Workspace,
        statements: Statements,
    ) -> None:
        """Fifty drafts are looked at with as many statements as five: bulk changes have many."""
        sent = {}
        await workspace.noted()
        for number in (FEW, MANY):
            instead = {self.plugin: partial(_crowded, number=number)}
            plugins = plugins_for(clientgraph_plugins, instead=instead)
            given = await self.given(workspace.api())
            async with running(clientgraph_settings, plugins, limits=_PLENTY) as client:
                api = replace(workspace, client=client).api()
                # What is learned once is learned by a trial run.
                await api.done(self.mutation, {**given, "validateOnly": True})
                await statements.take()
                await api.done(self.mutation, given)
                sent[number] = len(await statements.take())
        assert sent[MANY] == sent[FEW]

    async def test_nobody_else_is_asked_meanwhile(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspace: Workspace,
    ) -> None:
        """A write that is under way waits for no other service."""
        plugins = plugins_for(clientgraph_plugins)
        given = await self.given(workspace.api())
        with replaying() as service:
            declared = plugins.services.get(self.plugin, {}).items()
            urls = {self.plugin: {key: service.url for key, each in declared if each.base_url}}
            async with running(clientgraph_settings, plugins, service_urls=urls) as client:
                api = replace(workspace, client=client).api()
                for changes in ({}, *(changes for changes, _, _ in self._objects())):
                    await api.do(self.mutation, {**given, **changes, "validateOnly": True})
            assert [each.path for each in service.asked] == []

    def _objects(self) -> Sequence[tuple[Mapping[str, Any], Sequence[str], str]]:
        """All that it objects to."""
        found = (*self.refused, *self.warned)
        assert found, "'refused' and 'warned' name nothing"
        return found


class AfterCommitConformance:
    """What was committed is acted upon once, however often it is told.

    ``plugin``  the plugin's name.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]

    async def prepare(self, api: Api) -> None:
        """Set up a workspace, where that takes anything."""

    async def change(self, api: Api) -> None:
        """Make changes that the plugin acts upon."""
        raise NotImplementedError

    async def outcome(self, api: Api) -> Any:
        """What came of it, without what differs between two workspaces, such as ids and times."""
        raise NotImplementedError

    @pytest.fixture
    def service_urls(self) -> ServiceUrls:
        """The base URLs of services that the plugin speaks to meanwhile: plugin → key → URL."""
        return {}

    async def test_it_acts_once_and_here_alone(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        service_urls: ServiceUrls,
        workspaces: Workspaces,
    ) -> None:
        """Told once and told twice come to the same; another workspace is not concerned."""
        outcomes = {}
        for times in (1, 2):
            instead = {self.plugin: partial(_repeated, times=times)}
            plugins = plugins_for(clientgraph_plugins, instead=instead)
            ours, theirs = [await workspaces.make() for _ in range(2)]
            # An application that ends tells all that is left to be told.
            async with _served(clientgraph_settings, plugins, service_urls, ours, theirs) as apis:
                for api in apis:
                    await self.prepare(api)
                before = [await self.outcome(api) for api in apis]
                await self.change(apis[0])
            async with _served(clientgraph_settings, plugins, service_urls, ours, theirs) as apis:
                after = [await self.outcome(api) for api in apis]
            assert after[0] != before[0], "nothing came of it"
            assert after[1] == before[1], "another workspace was changed"
            outcomes[times] = after[0]
        assert outcomes[2] == outcomes[1], "told twice, it acted twice"


@asynccontextmanager
async def _served(
    settings: Settings, plugins: Any, urls: ServiceUrls, *workspaces: Workspace
) -> AsyncIterator[list[Api]]:
    """The APIs of workspaces, of an application of their own."""
    async with running(settings, plugins, service_urls=urls) as client:
        yield [replace(each, client=client).api() for each in workspaces]


async def _never(*_: Any, **__: Any) -> Any:
    await asyncio.Event().wait()


def _waiting(plugin: Any) -> SimpleNamespace:
    """The plugin, whose questions are never answered."""

    async def before_change(context: PluginContext, drafts: Sequence[RecordDraft]) -> Any:
        stuck = replace(context, select=_never, execute=_never, graphql=_never)
        return await called(plugin.before_change, {"context": stuck, "drafts": drafts})

    return standing_in(plugin, "before_change", before_change)


def _crowded(plugin: Any, number: int) -> SimpleNamespace:
    """The plugin, shown each draft so many times."""

    async def before_change(context: PluginContext, drafts: Sequence[RecordDraft]) -> Any:
        many = (*drafts,) * number
        return await called(plugin.before_change, {"context": context, "drafts": many})

    return standing_in(plugin, "before_change", before_change)


def _repeated(plugin: Any, times: int) -> SimpleNamespace:
    """The plugin, told of everything so many times."""

    async def after_commit(context: PluginContext, changes: Sequence[RecordChange]) -> None:
        for _ in range(times):
            await called(plugin.after_commit, {"context": context, "changes": changes})

    return standing_in(plugin, "after_commit", after_commit)
