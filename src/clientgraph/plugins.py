"""Finds plugins, asks them, and keeps a broken one from breaking the rest.

One object per application; nothing global. What core ships registers through the same hooks.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any
from uuid import UUID

import pluggy

from clientgraph import hookspecs
from clientgraph.declarations import Declared, collect
from clientgraph.hookspecs import (
    ENTRY_POINT_GROUP,
    PROJECT,
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
MOST_IDS = 100


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
        self.declared: dict[str, Declared] = {}
        for name, plugin in named.items():
            self._add(name, plugin, (versions or {}).get(name, ""))

    @property
    def kinds(self) -> dict[str, IdentifierKind]:
        """Every identifier kind by its key."""
        return {key: kind for each in self.declared.values() for key, kind in each.kinds.items()}

    @property
    def event_kinds(self) -> dict[str, EventKind]:
        """Every kind of event by its key."""
        each = self.declared.values()
        return {key: kind for one in each for key, kind in one.event_kinds.items()}

    @property
    def field_types(self) -> dict[str, FieldType]:
        """Every type of custom fields by its key."""
        each = self.declared.values()
        return {key: kind for one in each for key, kind in one.field_types.items()}

    @property
    def messages(self) -> list[Mapping[str, Mapping[str, str]]]:
        """The texts of each plugin."""
        return [each.messages for each in self.declared.values()]

    def _add(self, name: str, plugin: object, version: str) -> None:
        info = self.infos[name] = PluginInfo(name, version)
        if isinstance(plugin, Exception):
            self.quarantine(name, plugin)
            return
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
            info.hooks = tuple(
                sorted(caller.name for caller in self._manager.get_hookcallers(plugin) or [])
            )
            declared = collect(partial(self._one, name), partial(self._note, name))
            self._check_free(declared)
            self.declared[name] = declared
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises, only it is left out
            self.quarantine(name, error)

    def _check_free(self, declared: Declared) -> None:
        for owner, other in self.declared.items():
            for claim in declared.claims & other.claims:
                raise ValueError(f"{claim} is claimed by {owner} already")

    def _one(self, name: str, hook: str) -> Any:
        """The answer of one plugin to a declaring hook; None where it does not implement it."""
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            if implementation.plugin_name == name:
                answer = implementation.function()
                if inspect.iscoroutine(answer):
                    answer.close()
                    raise TypeError(f"{hook} must not be async")
                return answer
        return None

    def quarantine(self, name: str, error: Exception) -> None:
        """Leave a plugin out as a whole, now and for good; the operator is shown why."""
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)
        self.declared.pop(name, None)
        info = self.infos[name]
        info.status = "QUARANTINED"
        info.errors.append(f"{type(error).__name__}: {error}")
        log.error("plugin quarantined", extra={"plugin": name, "reason": info.errors[-1]})

    def _note(self, name: str, error: Exception) -> None:
        """Remember a failure of a plugin that goes on working."""
        self.infos[name].errors.append(f"{type(error).__name__}: {error}")
        log.error("a plugin failed", extra={"plugin": name}, exc_info=error)

    def identifier_kind(self, key: str) -> IdentifierKind | None:
        """The kind with this key, if a plugin declares it."""
        for each in self.declared.values():
            if key in each.kinds:
                return each.kinds[key]
        return None

    async def deletion_blockers(
        self, context: PluginContext, client_ids: Sequence[UUID]
    ) -> dict[UUID, list[DeletionBlocker]]:
        """What stands against deleting each client. A plugin that fails stands against all."""
        found: dict[UUID, list[DeletionBlocker]] = {}
        for implementation in self._manager.hook.deletion_blockers.get_hookimpls():
            name = implementation.plugin_name
            for ids in batches(client_ids):
                try:
                    answer = await _call(implementation, {"context": context, "client_ids": ids})
                    blockers = _blockers({} if answer is None else answer, name)
                except Exception as error:  # noqa: BLE001 - an incomplete answer refuses
                    self._note(name, error)
                    unavailable = DeletionBlocker(
                        code="PLUGIN_UNAVAILABLE", count=1, message={}, source=name
                    )
                    blockers = {client_id: [unavailable] for client_id in ids}
                for client_id in ids:
                    found.setdefault(client_id, []).extend(blockers.get(client_id, ()))
        return {client_id: blockers for client_id, blockers in found.items() if blockers}

    async def after_commit(self, changes: Sequence[RecordChange]) -> None:
        """Tell every plugin what was committed; failures are logged."""
        for implementation in self._manager.hook.after_commit.get_hookimpls():
            try:
                await _call(implementation, {"changes": changes})
            except Exception:
                log.exception("after_commit failed", extra={"plugin": implementation.plugin_name})


def batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """The ids, at most as many at a time as the contract promises to plugins."""
    for start in range(0, len(ids), MOST_IDS):
        yield ids[start : start + MOST_IDS]


def _blockers(answer: Mapping[UUID, Sequence[Any]], name: str) -> dict[UUID, list[DeletionBlocker]]:
    """A plugin's answer under its name; raises where it is not what the hook promises."""
    for blocker in itertools.chain.from_iterable(answer.values()):
        if not (
            isinstance(blocker, DeletionBlocker)
            and isinstance(blocker.code, str)
            and isinstance(blocker.count, int)
            and (not blocker.message or isinstance(blocker.message.get("en"), str))
        ):
            raise TypeError(f"{blocker!r:.200} is not a usable DeletionBlocker")
    return {
        client_id: [replace(blocker, source=name) for blocker in blockers]
        for client_id, blockers in answer.items()
    }


async def _call(implementation: Any, arguments: Mapping[str, Any]) -> Any:
    """What a hook answers in time. A plain function runs in a thread: others are served on."""
    wanted = {name: arguments[name] for name in implementation.argnames}
    function = implementation.function
    async with asyncio.timeout(DECIDE_SECONDS):
        if inspect.iscoroutinefunction(function):
            return await function(**wanted)
        answer = await asyncio.to_thread(function, **wanted)
        return await answer if inspect.isawaitable(answer) else answer


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
