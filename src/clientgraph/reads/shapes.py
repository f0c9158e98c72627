"""Values completed for all rows of a level at once: lists taken apart and put together again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from graphql.pyutils import is_iterable

from clientgraph.reads.refused import Unplanned

# Completes every value of a list, in order; it may change the list that it is given.
Complete = Callable[[Any, list[Any]], Awaitable[list[Any]]]


def required(inner: Complete) -> Complete:
    """None is a fault, which ordinary execution tells at its place."""

    async def complete(run: Any, values: list[Any]) -> list[Any]:
        if None in values:
            raise Unplanned
        return await inner(run, values)

    return complete


def nullable(inner: Complete) -> Complete:
    """None stays."""

    async def complete(run: Any, values: list[Any]) -> list[Any]:
        if None not in values:
            return await inner(run, values)
        places = [place for place, value in enumerate(values) if value is not None]
        found = await inner(run, [values[place] for place in places]) if places else ()
        made: list[Any] = [None] * len(values)
        for place, value in zip(places, found, strict=True):
            made[place] = value
        return made

    return complete


def listed(inner: Complete) -> Complete:
    """The items of all lists are completed together."""

    async def complete(run: Any, values: list[Any]) -> list[Any]:
        lists = [_items(value) for value in values]
        found = await inner(run, [item for each in lists for item in each])
        return _regrouped(found, lists)

    return complete


def shown(show: Callable[[Any], Any]) -> Complete:
    """Scalars and enums."""

    async def complete(_run: Any, values: list[Any]) -> list[Any]:
        return [show(value) for value in values]

    return complete


def _items(value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    if not is_iterable(value):
        raise Unplanned
    return list(value)


def _regrouped(found: Sequence[Any], lists: Iterable[Sequence[Any]]) -> list[list[Any]]:
    made = []
    start = 0
    for each in lists:
        end = start + len(each)
        made.append(list(found[start:end]))
        start = end
    return made
