"""Holds plugins and what they declared, and keeps a broken one from breaking the rest.

One object per application; nothing global. What core ships registers through the same hooks.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property, partial
from itertools import islice
from typing import Any, Final
from uuid import UUID

import pluggy

from clientgraph import hookspecs
from clientgraph.adapters import ADAPTERS
from clientgraph.announced import CORE
from clientgraph.contract.companies import CompanyRegistry
from clientgraph.contract.documents import DocumentRenderer, DocumentTemplate
from clientgraph.contract.events import EventKind
from clientgraph.contract.fields import FieldType
from clientgraph.contract.identifiers import IdentifierKind
from clientgraph.contract.integrations import Integration
from clientgraph.contract.operation import HealthStatus
from clientgraph.contract.outbound import OutboundService
from clientgraph.contract.verifications import Verifier
from clientgraph.declarations import Declared, collect
from clientgraph.dispatch.caller import Caller, Check, Failure, as_it_is, workspace_of
from clientgraph.dispatch.threads import in_time
from clientgraph.hookspecs import DEFAULT_VERSION, HOOKS, PROJECT
from clientgraph.storage.migrator import Migration

log = logging.getLogger(__name__)

DECLARE_SECONDS: Final = 30.0
MOST_DECLARED: Final = 1_000
_NO_HOOKS: Final = "it takes part in no hook: mark its functions with @hookimpl"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a health check said, and when."""

    status: HealthStatus
    message: str
    checked_at: datetime


@dataclass
class PluginInfo:
    """One plugin as the operator sees it.

    ``versions``  which version of each of its hooks it was written for.
    ``reason``    why it is quarantined; empty where it is not.
    ``notes``     what is deprecated of what it was written for; `Plugins.notes` has all.
    ``health``    what its checks said when they were last made, by their keys.
    """

    caller: Caller
    version: str
    versions: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reason: str = ""
    health: dict[str, Looked] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.caller.plugin

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks that it takes part in, by name."""
        return tuple(self.versions)

    @property
    def status(self) -> str:
        """ACTIVE, SUSPENDED (some of it is not asked for a while) or QUARANTINED (left out)."""
        if self.reason:
            return "QUARANTINED"
        return "SUSPENDED" if self.caller.suspensions.under_way() else "ACTIVE"

    @property
    def failures(self) -> list[Failure]:
        """The last ones, oldest first, those of all workspaces: for the operator alone."""
        return list(self.caller.failures)

    def failures_in(self, organisation_id: UUID) -> list[Failure]:
        """Those that may be shown in a workspace: its own."""
        return [each for each in self.failures if each.organisation_id == organisation_id]

    def status_in(self, organisation_id: UUID) -> str:
        """The status as it concerns one workspace."""
        return self.status if self.reason else self.caller.status_for(organisation_id)

    @property
    def errors(self) -> list[str]:
        """The failures as lines of text."""
        return [str(each) for each in self.failures]


@dataclass(frozen=True)
class Implementation:
    """One plugin's implementation of a hook, and the arguments that it names."""

    hook: str
    plugin: str
    function: Callable[..., Any]
    argnames: frozenset[str]


class Plugins:
    """The plugins of one application and what they declared."""

    def __init__(
        self, named: Mapping[str, object], versions: Mapping[str, str] | None = None
    ) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self.infos: dict[str, PluginInfo] = {}
        # Those that have tables in the database and are not here to speak for their rows.
        self.missing: frozenset[str] = frozenset()
        self.declared: dict[str, Declared] = {}
        for name, plugin in named.items():
            self._add(name, plugin, (versions or {}).get(name, ""))

    @cached_property
    def kinds(self) -> dict[str, IdentifierKind]:
        """Every identifier kind by its key."""
        return {key: kind for each in self.declared.values() for key, kind in each.kinds.items()}

    @property
    def event_kinds(self) -> dict[str, EventKind]:
        """Every kind of event by its key."""
        each = self.declared.values()
        return {key: kind for one in each for key, kind in one.event_kinds.items()}

    @cached_property
    def field_types(self) -> dict[str, FieldType]:
        """Every type of custom fields by its key."""
        each = self.declared.values()
        return {key: kind for one in each for key, kind in one.field_types.items()}

    @property
    def registries(self) -> list[CompanyRegistry]:
        """Every registry of companies, in the order in which they are asked."""
        each = self.declared.values()
        return [registry for one in each for registry in one.registries.values()]

    @property
    def verifiers(self) -> list[Verifier]:
        """Everybody who verifies identifiers."""
        each = self.declared.values()
        return [verifier for one in each for verifier in one.verifiers.values()]

    @property
    def integrations(self) -> dict[str, tuple[str, Integration]]:
        """Every integration by its key, each with the plugin that declares it."""
        named = self.declared.items()
        return {
            key: (name, made) for name, each in named for key, made in each.integrations.items()
        }

    @property
    def templates(self) -> dict[str, tuple[str, DocumentTemplate]]:
        """Every template of documents by its key, each with the plugin that declares it."""
        named = self.declared.items()
        return {key: (name, made) for name, each in named for key, made in each.templates.items()}

    @property
    def renderers(self) -> list[tuple[str, DocumentRenderer]]:
        """Every renderer with its plugin, in the order in which they are asked."""
        named = self.declared.items()
        return [(name, made) for name, each in named for made in each.renderers.values()]

    @property
    def services(self) -> dict[str, Mapping[str, OutboundService]]:
        """The services on the network that each plugin speaks to, by its name."""
        return {name: one.services for name, one in self.declared.items() if one.services}

    def workspace_schema(self, plugin: str) -> Mapping[str, Any] | None:
        """What can be set for a plugin in a workspace; None for one that is not loaded."""
        declared = self.declared.get(plugin)
        return declared.settings.workspace if declared else None

    def is_trusted(self, plugin: str) -> bool:
        """Whether what it declares runs where it is called from: core's own."""
        return self.infos[plugin].caller.trusted

    def owner_of_identifier_kind(self, key: str) -> str:
        """The plugin that declares a kind of identifiers."""
        return next(name for name, each in self.declared.items() if key in each.kinds)

    def owner_of_field_type(self, key: str) -> str:
        """The plugin that declares a type of custom fields."""
        return next(name for name, each in self.declared.items() if key in each.field_types)

    @property
    def migrations(self) -> dict[str, Sequence[Migration]]:
        """The steps that make each plugin's tables, by plugin; only of those that have any."""
        return {name: each.steps for name, each in self.declared.items() if each.steps}

    @property
    def messages(self) -> list[Mapping[str, Mapping[str, str]]]:
        """The texts of each plugin."""
        return [each.messages for each in self.declared.values()]

    def notes(self, name: str) -> list[str]:
        """What whoever runs or writes a plugin should know of it, though it takes part."""
        declared = self.declared.get(name)
        found = [*self.infos[name].notes]
        if declared is not None:
            known = self.kinds.keys()
            asked: list[CompanyRegistry | Verifier] = [*declared.registries.values()]
            asked += declared.verifiers.values()
            found += [_unknown(each.key, key) for each in asked for key in each.kinds - known]
        return sorted(found)

    def close(self) -> None:
        """Let the threads of all plugins end."""
        for info in self.infos.values():
            info.caller.close()

    def _add(self, name: str, plugin: object, version: str) -> None:
        caller = Caller(name, trusted=name == CORE)
        info = self.infos[name] = PluginInfo(caller, version)
        if isinstance(plugin, Exception):
            self.quarantine(name, plugin)
            return
        try:
            self._manager.register(plugin, name)
            callers = self._manager.get_hookcallers(plugin) or []
            hooks = sorted(_known(caller) for caller in callers)
            info.versions = {hook: _version(getattr(plugin, hook)) for hook in hooks}
            notes = [note for hook in info.hooks for note in self._notes(name, hook)]
            info.notes = tuple(notes if hooks else [_NO_HOOKS])
            declared = collect(name, partial(self._one, name), caller)
            self._check_free(declared)
            self.declared[name] = declared
            self._forget()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, only the plugin is left out
            self.quarantine(name, error)

    def _check_free(self, declared: Declared) -> None:
        for owner, other in self.declared.items():
            for claim in declared.claims & other.claims:
                raise ValueError(f"{claim} is claimed by {owner} already")

    def _notes(self, name: str, hook: str) -> Iterator[str]:
        """What the plugin's author should know of its implementation; raises where it is no use."""
        for each in self.implementations(hook):
            version, current = _version(each.function), HOOKS[hook].version
            if each.plugin == name and version != current:
                if version not in HOOKS[hook].adapted:
                    raise ValueError(f"{hook} version {version} is not supported")
                yield (
                    f"{hook} version {version} is deprecated: mark what fits the "
                    f"current one with @hookimpl(version={current})"
                )

    def _one(self, name: str, hook: str) -> Any:
        """The answer of one plugin to a declaring hook; None where it does not implement it."""
        for each in self.implementations(hook):
            if each.plugin == name:
                declare = partial(_declared, hook, each.function)
                if name == CORE:
                    return declare()
                return in_time(declare, DECLARE_SECONDS, hook, plugin=name)
        return None

    def quarantine(self, name: str, error: BaseException) -> None:
        """Leave a plugin out as a whole, now and for good; the operator is shown why."""
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)
        self.declared.pop(name, None)
        self._forget()
        info = self.infos[name]
        info.caller.note("", error)
        info.reason = info.errors[-1]
        log.error("plugin quarantined", extra={"plugin": name, "reason": info.reason})

    def _forget(self) -> None:
        """Who declares what has changed: what was put together of it counts no more."""
        for name in ("kinds", "field_types"):
            vars(self).pop(name, None)

    def implementers(self, hook: str) -> list[str]:
        """The plugins that implement a hook, quarantined ones too."""
        return [each.name for each in self.infos.values() if hook in each.versions]

    def unknown(self) -> list[str]:
        """The quarantined plugins of which nobody can say what they implement."""
        return [each.name for each in self.infos.values() if each.reason and not each.versions]

    def implementations(self, hook: str) -> list[Implementation]:
        """Who implements a hook, in the order in which they are asked."""
        found = getattr(self._manager.hook, hook).get_hookimpls()
        return [
            Implementation(hook, each.plugin_name, each.function, frozenset(each.argnames))
            for each in found
        ]

    async def ask(
        self,
        implementation: Implementation,
        arguments: Mapping[str, Any],
        *,
        seconds: float,
        check: Check = as_it_is,
    ) -> Any:
        """What a hook answers, handed the arguments that it names; raises `PluginFailed`."""
        wanted = {name: arguments[name] for name in implementation.argnames}
        return await self.infos[implementation.plugin].caller.call(
            implementation.hook,
            implementation.function,
            seconds=seconds,
            check=check,
            organisation_id=workspace_of(arguments.values()),
            **wanted,
        )

    async def call(
        self,
        owner: str,
        function: Callable[..., Any],
        *arguments: Any,
        hook: str,
        seconds: float,
        check: Check = as_it_is,
        honest: tuple[type[Exception], ...] = (),
        organisation_id: UUID | None = None,
    ) -> Any:
        """What a function that a plugin declared answers: see `Caller.call`."""
        return await self.infos[owner].caller.call(
            hook,
            function,
            *arguments,
            seconds=seconds,
            check=check,
            honest=honest,
            organisation_id=organisation_id,
        )

    def identifier_kind(self, key: str) -> IdentifierKind | None:
        """The kind with this key, if a plugin declares it."""
        for each in self.declared.values():
            if key in each.kinds:
                return each.kinds[key]
        return None


def _unknown(asked: str, key: str) -> str:
    return (
        f"{asked} is never asked for {key}: no plugin declares this kind of identifiers. "
        "Install the one that does, or correct the key"
    )


def _version(function: Any) -> int:
    """Which version of its hook an implementation was written for."""
    found: int = getattr(function, "clientgraph_version", DEFAULT_VERSION)
    return found


def _known(caller: pluggy.HookCaller) -> str:
    """The name of a hook; raises for one that there is not, with what may have been meant."""
    if caller.has_spec():
        return caller.name
    near = get_close_matches(caller.name, HOOKS, 1)
    meant = f"did you mean '{near[0]}'?" if near else "docs/plugins/hooks.md has all of them"
    raise ValueError(f"unknown hook '{caller.name}': {meant}")


def _declared(hook: str, function: Callable[[], Any]) -> Any:
    """What a declaring hook answers, as the hook's current version has it."""
    answer = function()
    if inspect.iscoroutine(answer):
        answer.close()
        raise TypeError(f"{hook} must not be async")
    if isinstance(answer, Iterator):
        answer = list(islice(answer, MOST_DECLARED + 1))
    if isinstance(answer, Sized) and len(answer) > MOST_DECLARED:
        raise ValueError(f"{hook}: more than {MOST_DECLARED} things are declared")
    version = _version(function)
    return answer if version == HOOKS[hook].version else ADAPTERS[hook, version](answer)
