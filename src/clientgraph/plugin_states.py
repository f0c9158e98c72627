"""What each workspace says of each plugin: whether it is active, and what is set for it.

Kept in memory: a request reads nothing of it from the database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.contract.records import RecordChange
from clientgraph.setting_schemas import SettingProblem, problems, secret_keys
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.vault import Unreadable, Vault

log = logging.getLogger(__name__)

SchemaOf = Callable[[str], Mapping[str, Any] | None]

CHANGE_TYPE: Final = "Plugin"
KEPT: Final = 60.0
"""Seconds: how long a change that nobody announced can stay unnoticed."""
_ALL: Final = (
    "SELECT plugin, is_active, settings, secrets, is_given_up FROM plugin_state"
    " WHERE organisation_id = ?"
)


@dataclass(frozen=True, kw_only=True)
class PluginState:
    """What a workspace says of a plugin.

    ``settings`` are those that are set, ``secrets`` those of them that nobody may see, in clear.
    ``is_readable`` is False where the secrets were sealed with another key of the installation.
    ``problems`` are what is wrong with the settings by the schema that the plugin has now.
    ``is_given_up`` is True where the plugin was removed and its data was kept: that stands against
    no deletion any more.
    """

    is_active: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Any] = field(default_factory=dict, repr=False)
    is_readable: bool = True
    is_given_up: bool = False
    problems: Sequence[SettingProblem] = ()

    @property
    def takes_part(self) -> bool:
        """Whether it is asked and told: never with settings that do not fit."""
        return self.is_active and not self.problems


@dataclass(frozen=True)
class _Known:
    states: Mapping[str, PluginState]
    until: float


UNTOUCHED: Final = PluginState()


class PluginStates:
    """The states of all workspaces that were served so far; forgets those of which it is told."""

    def __init__(self, database: Database, vault: Vault, schema: SchemaOf) -> None:
        """``schema`` is plugin → what can be set in a workspace; None for one that is not there."""
        self._database = database
        self._vault = vault
        self._schema = schema
        self._known: dict[UUID, _Known] = {}
        self._changes = 0

    async def load(self, organisation_id: UUID) -> None:
        """Know a workspace's states from here on; one statement, where they are not known yet."""
        known = self._known.get(organisation_id)
        if known is not None and known.until > time.monotonic():
            return
        changes = self._changes
        states = await self.read(organisation_id)
        # What was read before a change that is known by now is read again the next time.
        kept = KEPT if changes == self._changes else 0.0
        self._known[organisation_id] = _Known(states, time.monotonic() + kept)

    async def read(self, organisation_id: UUID) -> dict[str, PluginState]:
        """A workspace's states by plugin, as they are stored."""
        async with self._database.read(Scope(organisation=organisation_id)) as session:
            found = await session.select(_ALL, [organisation_id])
        return {str(row["plugin"]): self.opened(organisation_id, row) for row in found}

    def of(self, organisation_id: UUID, plugin: str) -> PluginState:
        """The state of a plugin in a workspace that was loaded."""
        known = self._known.get(organisation_id)
        if known is None:
            raise RuntimeError("the plugins of a workspace are asked for before they are loaded")
        return known.states.get(plugin, UNTOUCHED)

    def told(self, change: RecordChange) -> None:
        """Have a workspace's states read again, after one was changed.

        Who is at work with the former ones goes on with them.
        """
        if change.type != CHANGE_TYPE:
            return
        self._changes += 1
        known = self._known.get(change.organisation_id)
        if known is not None:
            self._known[change.organisation_id] = _Known(known.states, 0.0)

    def sealed(self, organisation_id: UUID, plugin: str, secrets: Mapping[str, Any]) -> str:
        """Secrets as they are stored: readable for this plugin in this workspace alone."""
        if not secrets:
            return ""
        return self._vault.seal(_purpose(organisation_id, plugin), orjson.dumps(secrets))

    def opened(self, organisation_id: UUID, row: Mapping[str, Any]) -> PluginState:
        """The state that a row of ``plugin_state`` tells."""
        plugin, secrets, readable = str(row["plugin"]), {}, True
        if row["secrets"]:
            purpose = _purpose(organisation_id, plugin)
            try:
                secrets = orjson.loads(self._vault.open(purpose, row["secrets"]))
            except Unreadable:
                readable = False
                log.error(  # noqa: TRY400 - where it came about says nothing
                    "the secrets of a plugin cannot be read: the secret key is another one now",
                    extra={"plugin": plugin, "organisation": str(organisation_id)},
                )
        state = PluginState(
            is_active=bool(row["is_active"]),
            settings=orjson.loads(row["settings"]),
            secrets=secrets,
            is_readable=readable,
            is_given_up=bool(row["is_given_up"]),
        )
        found = self._problems(plugin, state)
        if found:
            log.warning(
                "the settings of a plugin do not fit any more: it takes no part in the workspace",
                extra={
                    "plugin": plugin,
                    "organisation": str(organisation_id),
                    "settings": sorted({".".join(each.path) for each in found}),
                },
            )
        return replace(state, problems=found)

    def _problems(self, plugin: str, state: PluginState) -> list[SettingProblem]:
        """What is wrong with what is stored; a later release of a plugin may want more of it."""
        schema, given = self._schema(plugin), {**state.settings, **state.secrets}
        if schema is None or not given:
            return []
        # Secrets that cannot be read count as not set, and are told of by themselves.
        unread = frozenset() if state.is_readable else secret_keys(schema)
        return [each for each in problems(schema, given) if not unread.intersection(each.path[:1])]


def _purpose(organisation_id: UUID, plugin: str) -> str:
    return f"plugin settings {organisation_id} {plugin}"
