"""Hooks that are asked for many records at once: decisions, and fields that plugins load."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from types import CoroutineType
from typing import Any, Final, NamedTuple
from uuid import UUID

from clientgraph.contract.records import (
    BatchField,
    DeletionBlocker,
    NodeType,
    Objection,
    PluginContext,
    RecordDraft,
)
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.errors import UserError
from clientgraph.plugins import Plugins
from clientgraph.turns import in_turns

DECIDE_SECONDS: Final = 5.0
LOAD_SECONDS: Final = 5.0
MOST_IDS: Final = 100
MOST_BLOCKERS: Final = 100
MOST_OBJECTIONS: Final = 100
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
# What nobody can change.
_UNCHANGING: Final = frozenset(
    {type(None), bool, int, float, str, bytes, UUID, Decimal, date, datetime, time}
)
# What is no value yet. Rows of Tortoise can be awaited, too, and are values.
_UNFINISHED: Final = (Iterator, AsyncIterator, CoroutineType, asyncio.Future)

ContextFor = Callable[[str], PluginContext]
# Plugins that cannot be asked → language → sentence.
Absences = Mapping[str, Mapping[str, str]]
# None for a plugin that takes no part in the workspace.
ContextOfActive = Callable[[str], PluginContext | None]


async def deletion_blockers(
    plugins: Plugins,
    context_for: ContextOfActive,
    client_ids: Sequence[UUID],
    absent: Absences,
) -> dict[UUID, list[DeletionBlocker]]:
    """What stands against deleting each client.

    A plugin that fails stands against all, as do those that are ``absent`` and might have something
    against it.
    """
    found: dict[UUID, list[DeletionBlocker]] = {}
    for name, texts in absent.items():
        for client_id in client_ids:
            found.setdefault(client_id, []).append(_unavailable(name, texts))
    for each in plugins.implementations("deletion_blockers"):
        name = each.plugin
        context = context_for(name)
        for ids in _batches(client_ids) if context else ():
            try:
                blockers = await plugins.ask(
                    each,
                    {"context": context, "client_ids": ids},
                    seconds=DECIDE_SECONDS,
                    check=partial(_blockers, ids, name),
                )
            except PluginFailed:
                blockers = {client_id: [_unavailable(name)] for client_id in ids}
            for client_id, against in blockers.items():
                found.setdefault(client_id, []).extend(against)
    return found


def _unavailable(plugin: str, texts: Mapping[str, str] | None = None) -> DeletionBlocker:
    """Core has a sentence for one that did not answer; ``texts`` say what else is the matter."""
    return DeletionBlocker(code="PLUGIN_UNAVAILABLE", count=1, message=texts or {}, source=plugin)


class Objected(NamedTuple):
    """What was said against a draft, by its place among them; None: against all of them."""

    draft: int | None
    error: UserError
    refuses: bool


async def objections(
    plugins: Plugins,
    context_for: ContextOfActive,
    drafts: Sequence[RecordDraft],
    absent: Absences,
) -> list[Objected]:
    """What refuses these changes, and what only warns of them.

    A plugin that fails refuses, as do those that are ``absent`` and would have been asked.
    """
    said = [_unasked(name, texts) for name, texts in absent.items()]
    for each in plugins.implementations("before_change"):
        context = context_for(each.plugin)
        if context is None:
            continue
        # Its own copy: what one plugin does to it reaches neither the row nor the next plugin.
        shown = [_own(draft) async for draft in in_turns(drafts)]
        arguments = {"context": context, "drafts": tuple(shown)}
        try:
            check = partial(_objections, len(drafts))
            found = await plugins.ask(each, arguments, seconds=DECIDE_SECONDS, check=check)
        except PluginFailed:
            said.append(_unasked(each.plugin))
            continue
        for objection in found:
            error = UserError(objection.path, objection.code, objection.params)
            said.append(Objected(objection.draft, error, objection.refuses))
    return said


def _own(draft: RecordDraft) -> RecordDraft:
    before = None if draft.before is None else _copied(draft.before)
    return replace(draft, before=before, values=_copied(draft.values))


def _copied(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if type(value) in _UNCHANGING else deepcopy(value)
        for name, value in columns.items()
    }


def _unasked(plugin: str, texts: Mapping[str, str] | None = None) -> Objected:
    error = UserError((), "PLUGIN_UNAVAILABLE", {"plugin": plugin}, texts=texts)
    return Objected(None, error, refuses=True)


async def loaded(
    plugins: Plugins, owner: str, field: BatchField, context_for: ContextFor, ids: Sequence[UUID]
) -> dict[UUID, Any]:
    """A plugin's field of these records; raises `PluginFailed` where one batch has no answer."""
    hook = f"batch_fields {field.type_name}.{field.name}"
    return await _in_batches(plugins, owner, field.load, hook, _at_hand, context_for, ids)


async def loaded_nodes(
    plugins: Plugins, owner: str, node: NodeType, context_for: ContextFor, ids: Sequence[UUID]
) -> dict[UUID, Any]:
    """A plugin's records by their ids; raises `PluginFailed` where one batch has no answer."""
    hook, check = f"graphql_types {node.type.__name__}", partial(_rows, node)
    return await _in_batches(plugins, owner, node.load_many, hook, check, context_for, ids)


async def _in_batches(
    plugins: Plugins,
    owner: str,
    load: Callable[..., Any],
    hook: str,
    check: Callable[[Sequence[UUID], Any], dict[UUID, Any]],
    context_for: ContextFor,
    ids: Sequence[UUID],
) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    for batch in _batches(ids):
        found |= await plugins.call(
            owner,
            load,
            context_for(owner),
            batch,
            hook=hook,
            seconds=LOAD_SECONDS,
            check=partial(check, batch),
        )
    return found


def _batches(ids: Sequence[UUID]) -> Iterator[tuple[UUID, ...]]:
    """The ids, at most as many at a time as the contract promises to plugins."""
    for start in range(0, len(ids), MOST_IDS):
        yield tuple(ids[start : start + MOST_IDS])


def _values(ids: Iterable[UUID], answer: Any) -> dict[UUID, Any]:
    """What a loader answered for what it was asked."""
    if not isinstance(answer, Mapping):
        raise TypeError(f"{type(answer).__name__} is not a mapping of ids to values")
    return {each: answer[each] for each in ids if each in answer}


def _at_hand(ids: Iterable[UUID], answer: Any) -> dict[UUID, Any]:
    """The same of values that are there: what is to be worked out later would hold up everybody."""
    found = _values(ids, answer)
    for value in found.values():
        for each in (value, *value) if isinstance(value, list | tuple) else (value,):
            if isinstance(each, _UNFINISHED):
                raise TypeError(f"{type(each).__name__} is no value: answer what comes of it")
    return found


def _rows(node: NodeType, ids: Sequence[UUID], answer: Any) -> dict[UUID, Any]:
    """The rows that a loader answered, each of its type and with the id that was asked for."""
    found = _values(ids, answer)
    is_type_of: Any = getattr(node.type, "is_type_of", None)
    for row_id, row in found.items():
        if row is not None and not (is_type_of(row, None) and row.id == row_id):
            raise TypeError(f"{row!r:.200} is not the {node.type.__name__} {row_id}")
    return found


def _blockers(ids: Iterable[UUID], name: str, answer: Any) -> dict[UUID, list[DeletionBlocker]]:
    """A plugin's answer under its name; raises where it is not what the hook promises."""
    if answer is None:
        return {}
    found = {each: _few(against) for each, against in _values(ids, answer).items()}
    for blocker in itertools.chain.from_iterable(found.values()):
        if not (
            isinstance(blocker, DeletionBlocker)
            and isinstance(blocker.code, str)
            and isinstance(blocker.count, int)
            and (not blocker.message or isinstance(blocker.message.get("en"), str))
        ):
            raise TypeError(f"{blocker!r:.200} is not a usable DeletionBlocker")
    return {
        client_id: [replace(blocker, source=name) for blocker in against]
        for client_id, against in found.items()
        if against
    }


def _objections(drafts: int, answer: Any) -> list[Objection]:
    """A plugin's answer to so many drafts; raises where it is not what the hook promises."""
    most = MOST_OBJECTIONS + drafts
    found = list(itertools.islice(answer or (), most + 1))
    if len(found) > most:
        raise ValueError(f"more than {most} objections")
    for each in found:
        if not (
            isinstance(each, Objection)
            and isinstance(each.path, tuple)
            and all(isinstance(part, str) for part in each.path)
            and isinstance(each.code, str)
            and _CODE.fullmatch(each.code)
            and isinstance(each.params, Mapping)
            and all(isinstance(name, str) for name in each.params)
            and all(isinstance(value, str | int | float) for value in each.params.values())
            and isinstance(each.refuses, bool)
            and (each.draft is None or each.draft in range(drafts))
        ):
            raise TypeError(f"{each!r:.200} is not a usable Objection")
    return found


def _few(against: Iterable[Any]) -> list[Any]:
    found = list(itertools.islice(against, MOST_BLOCKERS + 1))
    if len(found) > MOST_BLOCKERS:
        raise ValueError(f"more than {MOST_BLOCKERS} blockers for one client")
    return found
