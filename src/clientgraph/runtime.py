"""What plugins are handed when they are called: their settings, their folder, ways to ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from clientgraph.announced import CORE
from clientgraph.contract.records import InstanceContext, PluginContext
from clientgraph.outbound.clients import Outbound
from clientgraph.plugin_states import PluginStates
from clientgraph.plugins import Plugins
from clientgraph.setting_schemas import defaults
from clientgraph.storage.database import Database
from clientgraph.storage.own_tables import check_named, check_written
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session

Rows = list[dict[str, Any]]


class Api(Protocol):
    """What plugins ask the service itself."""

    async def ask(
        self,
        plugin: str,
        organisation_id: UUID,
        language: str,
        document: str,
        variables: Mapping[str, Any],
        session: Session | None,
    ) -> dict[str, Any]:
        """The data that the API answers, read through the session that is open, if any."""

    async def document(self, organisation_id: UUID, document_id: str) -> bytes:
        """A file that was rendered."""


class Instances:
    """Makes what plugins are handed with calls that concern no workspace."""

    def __init__(
        self,
        folder: Path,
        outbound: Outbound,
        plugins: Plugins,
        given: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """``given`` is plugin → what is set for the instance, checked."""
        self._folder = folder
        self._outbound = outbound
        self._plugins = plugins
        self._given = given

    def context(self, plugin: str) -> InstanceContext:
        """For a call that concerns no workspace."""
        return InstanceContext(
            plugin=plugin,
            settings={**self.defaults(plugin), **self.given(plugin)},
            folder=self._folder / plugin,
            http=partial(self._outbound.client, plugin),
        )

    def defaults(self, plugin: str) -> Mapping[str, Any]:
        """What holds where the operator sets nothing."""
        declared = self._plugins.declared.get(plugin)
        return defaults(declared.settings.instance) if declared else {}

    def given(self, plugin: str) -> Mapping[str, Any]:
        """What the operator set."""
        return self._given.get(plugin, {}) if plugin in self._plugins.declared else {}


class Runtime:
    """Makes the contexts of one application's plugins."""

    def __init__(
        self, database: Database, plugins: Plugins, states: PluginStates, instances: Instances
    ) -> None:
        self._database = database
        self._plugins = plugins
        self._instances = instances
        self.states = states
        self._api: Api | None = None

    async def know(self, organisation_id: UUID) -> None:
        """Learn what a workspace says of plugins, where that is not known yet.

        To be awaited before anything else is asked of here for the workspace, and before a session
        is opened; what is known costs nothing.
        """
        await self.states.load(organisation_id)

    def is_active(self, plugin: str, organisation_id: UUID) -> bool:
        """Whether a plugin takes part in a workspace.

        Loaded, not switched off there, and what is set for it there fits.
        """
        if plugin == CORE:
            return True
        loaded = plugin in self._plugins.declared
        return loaded and self.states.of(organisation_id, plugin).takes_part

    def is_switched_off(self, plugin: str, organisation_id: UUID) -> bool:
        """Whether the workspace wants nothing of a plugin, be it loaded or not."""
        return plugin != CORE and not self.states.of(organisation_id, plugin).is_active

    def is_given_up(self, plugin: str, organisation_id: UUID) -> bool:
        """Whether what a plugin keeps in the workspace stands against nothing any more."""
        return plugin != CORE and self.states.of(organisation_id, plugin).is_given_up

    def serve(self, api: Api) -> None:
        """Let plugins ask the API, which is put together after this."""
        self._api = api

    def instance(self, plugin: str) -> InstanceContext:
        """For a call that concerns no workspace."""
        return self._instances.context(plugin)

    def workspace(
        self,
        plugin: str,
        scope: Scope,
        language: str,
        session: Session | None,
        *,
        may_ask: bool = True,
    ) -> PluginContext:
        """For a call that concerns a workspace; ``session`` is the one that is open, if any.

        ``may_ask`` is False for calls that come of a question of a plugin's: questions that lead
        to questions might never end.
        """
        if scope.organisation is None:
            raise RuntimeError("plugins are called for a workspace")
        instance = self._instances.context(plugin)
        return PluginContext(
            plugin=plugin,
            settings=self._settings(plugin, scope.organisation),
            folder=instance.folder,
            http=instance.http,
            organisation_id=scope.organisation,
            language=language,
            select=self._select(plugin, scope, session),
            execute=self._execute(plugin, scope, session),
            graphql=self._graphql(plugin, scope.organisation, language, session, may_ask=may_ask),
            document=self._document(scope.organisation, session),
        )

    def _settings(self, plugin: str, organisation_id: UUID) -> Mapping[str, Any]:
        """What is set for the workspace goes before what is set for the instance; defaults last."""
        declared = self._plugins.declared.get(plugin)
        if declared is None:
            return {}
        state = self.states.of(organisation_id, plugin)
        return {
            **self._instances.defaults(plugin),
            **defaults(declared.settings.workspace),
            **self._instances.given(plugin),
            **state.settings,
            **state.secrets,
        }

    def _tables(self, plugin: str) -> frozenset[str]:
        """The plugin's own."""
        declared = self._plugins.declared.get(plugin)
        return declared.tables if declared else frozenset()

    def _select(
        self, plugin: str, scope: Scope, session: Session | None
    ) -> Callable[[str, Sequence[Any]], Awaitable[Rows]]:
        async def select(sql: str, parameters: Sequence[Any] = ()) -> Rows:
            if plugin != CORE:
                check_named(plugin, self._tables(plugin), sql)
            if session is not None:
                return await session.select_apart(sql, parameters)
            async with self._database.read(scope) as opened:
                return await opened.select_apart(sql, parameters)

        return select

    def _execute(
        self, plugin: str, scope: Scope, session: Session | None
    ) -> Callable[[str, Sequence[Any]], Awaitable[int]]:
        async def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
            check_written(plugin, self._tables(plugin), sql)
            if session is not None:
                return await session.execute(sql, parameters)
            async with self._database.write(scope) as opened:
                return await opened.execute(sql, parameters)

        return execute

    def _graphql(
        self,
        plugin: str,
        organisation_id: UUID,
        language: str,
        session: Session | None,
        *,
        may_ask: bool,
    ) -> Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]:
        async def ask(document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
            if not may_ask:
                raise RuntimeError("the API cannot be asked by what a plugin's question led to")
            return await self._served().ask(
                plugin, organisation_id, language, document, variables, session
            )

        return ask

    def _document(
        self, organisation_id: UUID, session: Session | None
    ) -> Callable[[str], Awaitable[bytes]]:
        async def document(document_id: str) -> bytes:
            if session is not None:
                raise RuntimeError("a document cannot be fetched while a session is open")
            return await self._served().document(organisation_id, document_id)

        return document

    def _served(self) -> Api:
        if self._api is None:
            raise RuntimeError("the API can be asked only where the service runs")
        return self._api
