"""Kinds of identifiers at work: asked for many values at once, where their plugins run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from clientgraph.contract.identifiers import IdentifierError, IdentifierKind
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.plugins import Plugins

# The key of a kind, and a text as it was typed or a value as it is stored.
Pair = tuple[str, str]

ANSWER_SECONDS: Final = 2.0


async def parsed(
    plugins: Plugins, organisation_id: UUID, wanted: Iterable[Pair]
) -> dict[Pair, str | IdentifierError | PluginFailed]:
    """The stored form of what was typed, or why there is none.

    What is of a kind that nobody declares is missing.
    """
    return await _asked(plugins, organisation_id, wanted, _parse)


async def printed(
    plugins: Plugins, organisation_id: UUID, wanted: Iterable[Pair]
) -> dict[Pair, str]:
    """The printed form of stored values; as they are stored where nobody prints them."""
    pairs = list(wanted)
    found = await _asked(plugins, organisation_id, pairs, lambda kind, value: kind.format(value))
    return {pair: text if isinstance(text := found.get(pair), str) else pair[1] for pair in pairs}


async def derived(
    plugins: Plugins, organisation_id: UUID, wanted: Iterable[Pair]
) -> dict[Pair, Mapping[str, str]]:
    """What follows from stored values: kind → stored form; nothing where nobody can say."""
    pairs = list(wanted)
    found = await _asked(plugins, organisation_id, pairs, lambda kind, value: kind.derive(value))
    return {
        pair: follows if isinstance(follows := found.get(pair), Mapping) else {} for pair in pairs
    }


def _parse(kind: IdentifierKind, text: str) -> str | IdentifierError:
    try:
        return kind.parse(text)
    except IdentifierError as error:
        return error


async def _asked(
    plugins: Plugins,
    organisation_id: UUID,
    wanted: Iterable[Pair],
    function: Callable[[IdentifierKind, str], Any],
) -> dict[Pair, Any]:
    by_kind: dict[str, list[str]] = {}
    for key, text in dict.fromkeys(wanted):
        by_kind.setdefault(key, []).append(text)
    kinds = [(key, kind) for key in by_kind if (kind := plugins.identifier_kind(key))]
    found = await asyncio.gather(
        *(_of_kind(plugins, organisation_id, kind, by_kind[key], function) for key, kind in kinds)
    )
    return {pair: answer for each in found for pair, answer in each.items()}


async def _of_kind(
    plugins: Plugins,
    organisation_id: UUID,
    kind: IdentifierKind,
    texts: Sequence[str],
    function: Callable[[IdentifierKind, str], Any],
) -> dict[Pair, Any]:
    """The answers for values of one kind; the failure of its plugin for each where it fails."""
    try:
        answers = await plugins.call(
            plugins.owner_of_identifier_kind(kind.key),
            lambda: [function(kind, text) for text in texts],
            hook=f"identifier_kinds {kind.key}",
            seconds=ANSWER_SECONDS,
            organisation_id=organisation_id,
        )
    except PluginFailed as error:
        answers = [error] * len(texts)
    return {(kind.key, text): answer for text, answer in zip(texts, answers, strict=True)}
