"""Finds plugins, asks them, and keeps a broken one from breaking the rest.

One object per application; nothing global. What core ships registers through the same hooks.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any
from uuid import UUID

import pluggy

from clientgraph import hookspecs
from clientgraph.hookspecs import (
    ENTRY_POINT_GROUP,
    PROJECT,
    BatchField,
    DeletionBlocker,
    EventKind,
    FieldType,
    IdentifierKind,
    PluginContext,
    RecordChange,
)

log = logging.getLogger(__name__)

DECIDE_SECONDS = 5.0
KEPT_ERRORS = 20


@dataclass
class PluginInfo:
    """One plugin as the operator sees it. ``status`` is ACTIVE or QUARANTINED."""

    name: str
    version: str
    status: str = "ACTIVE"
    hooks: tuple[str, ...] = ()
    errors: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_ERRORS))


class Plugins:
    """The plugins of one application and what they declared."""

    def __init__(
        self, named: Mapping[str, object], versions: Mapping[str, str] | None = None
    ) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self.infos: dict[str, PluginInfo] = {}
        self.kinds: dict[str, IdentifierKind] = {}
        self.event_kinds: dict[str, EventKind] = {}
        self.field_types: dict[str, FieldType] = {}
        self.messages: list[Mapping[str, Mapping[str, str]]] = []
        self.batch_fields: list[tuple[str, BatchField]] = []
        self.fields: list[tuple[str, Mapping[str, Sequence[Any]]]] = []
        self.types: list[type] = []
        self._owners: dict[str, str] = {}
        for name, plugin in named.items():
            self._add(name, plugin, (versions or {}).get(name, ""))

    def _add(self, name: str, plugin: object, version: str) -> None:
        info = self.infos[name] = PluginInfo(name, version)
        if isinstance(plugin, Exception):
            self._quarantine(info, plugin)
            return
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
            info.hooks = tuple(
                sorted(caller.name for caller in self._manager.get_hookcallers(plugin) or [])
            )
            self._declare(name)
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises, only it is left out
            if self._manager.is_registered(plugin):
                self._manager.unregister(plugin)
            self._quarantine(info, error)

    def _declare(self, name: str) -> None:
        """Take over what one plugin declares, all of it or nothing."""
        kinds = {kind.key: kind for kind in self._declared("identifier_kinds", name)}
        events = {kind.key: kind for kind in self._declared("event_kinds", name)}
        types = {kind.key: kind for kind in self._declared("field_types", name)}
        fields = self._declared("batch_fields", name)
        whole = self._one("graphql_fields", name) or {}
        names = [f"identifier kind {key}" for key in kinds]
        names += [f"event kind {key}" for key in events]
        names += [f"field type {key}" for key in types]
        names += [f"field {item.type_name}.{item.name}" for item in fields]
        for claim in names:
            if claim in self._owners:
                raise ValueError(f"{claim} is claimed by {self._owners[claim]} already")
        self._owners.update(dict.fromkeys(names, name))
        self.kinds.update(kinds)
        self.event_kinds.update(events)
        self.field_types.update(types)
        self.batch_fields += [(name, item) for item in fields]
        self.fields.append((name, whole))
        self.types += self._declared("graphql_types", name)
        if texts := self._one("messages", name):
            self.messages.append(texts)

    def _declared(self, hook: str, name: str) -> list[Any]:
        return list(self._one(hook, name) or ())

    def _one(self, hook: str, name: str) -> Any:
        """The answer of one plugin to a declaring hook."""
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            if implementation.plugin_name == name:
                answer = implementation.function()
                if inspect.iscoroutine(answer):
                    answer.close()
                    raise TypeError(f"{hook} must not be async")
                return answer
        return None

    def _quarantine(self, info: PluginInfo, error: Exception) -> None:
        info.status = "QUARANTINED"
        info.errors.append(f"{type(error).__name__}: {error}")
        log.error("plugin quarantined", extra={"plugin": info.name, "reason": info.errors[-1]})

    def identifier_kind(self, key: str) -> IdentifierKind | None:
        """The kind with this key, if a plugin declares it."""
        return self.kinds.get(key)

    async def deletion_blockers(
        self, context: PluginContext, client_ids: Sequence[UUID]
    ) -> dict[UUID, list[DeletionBlocker]]:
        """What stands against deleting each client. A plugin that fails stands against all."""
        found: dict[UUID, list[DeletionBlocker]] = {}
        for implementation in self._manager.hook.deletion_blockers.get_hookimpls():
            arguments = {"context": context, "client_ids": client_ids}
            try:
                answer = await _call(implementation, arguments)
            except Exception as error:  # noqa: BLE001 - an incomplete answer refuses
                answer = self._unavailable(implementation.plugin_name, error, client_ids)
            for client_id, blockers in (answer or {}).items():
                found.setdefault(client_id, []).extend(
                    DeletionBlocker(
                        code=blocker.code,
                        count=blocker.count,
                        message=blocker.message,
                        source=implementation.plugin_name,
                    )
                    for blocker in blockers
                )
        return found

    async def after_commit(self, changes: Sequence[RecordChange]) -> None:
        """Tell every plugin what was committed; failures are logged."""
        for implementation in self._manager.hook.after_commit.get_hookimpls():
            try:
                await _call(implementation, {"changes": changes})
            except Exception:
                log.exception("after_commit failed", extra={"plugin": implementation.plugin_name})

    def _unavailable(
        self, name: str, error: Exception, client_ids: Sequence[UUID]
    ) -> Mapping[UUID, Sequence[DeletionBlocker]]:
        self.infos[name].errors.append(f"{type(error).__name__}: {error}")
        log.error("a deciding hook failed", extra={"plugin": name}, exc_info=error)
        blocker = DeletionBlocker(code="PLUGIN_UNAVAILABLE", count=1, message={})
        return {client_id: [blocker] for client_id in client_ids}


async def _call(implementation: Any, arguments: Mapping[str, Any]) -> Any:
    wanted = {name: arguments[name] for name in implementation.argnames}
    answer = implementation.function(**wanted)
    if inspect.isawaitable(answer):
        answer = await asyncio.wait_for(answer, DECIDE_SECONDS)
    return answer


def installed(allowed: Iterable[str] | None = None) -> Plugins:
    """The plugins that installed distributions announce, core's own first.

    ``allowed`` names those to load; None loads all, an empty list none but core's own.
    """
    announced = sorted(
        entry_points(group=ENTRY_POINT_GROUP), key=lambda point: (point.name != "core", point.name)
    )
    wanted = None if allowed is None else {"core", *allowed}
    named: dict[str, object] = {}
    versions: dict[str, str] = {}
    for point in announced:
        if wanted is None or point.name in wanted:
            named[point.name] = _loaded(point)
            versions[point.name] = point.dist.version if point.dist else ""
    return Plugins(named, versions)


def _loaded(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:  # noqa: BLE001 - a plugin that does not import is shown, not fatal
        return error
