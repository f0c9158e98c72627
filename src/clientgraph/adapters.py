"""Implementations of earlier versions of hooks, made to fit the current ones."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from clientgraph.contract.companies import CompanyRegistry


def _registries_of_version_1(answer: Iterable[Any]) -> list[Any]:
    """Its ``search`` and ``lookup`` were handed no context."""
    return [
        replace(each, search=_without_first(each.search), lookup=_without_first(each.lookup))
        if isinstance(each, CompanyRegistry)
        else each
        for each in answer
    ]


def _without_first(function: Any) -> Any:
    if not callable(function):
        return function
    if inspect.iscoroutinefunction(function):

        async def adapted_async(_context: Any, *arguments: Any) -> Any:
            return await function(*arguments)

        return adapted_async

    def adapted(_context: Any, *arguments: Any) -> Any:
        return function(*arguments)

    return adapted


# (hook, version of the implementation) → its answer as the current version has it.
ADAPTERS: Final[Mapping[tuple[str, int], Callable[[Any], Any]]] = {
    ("company_registries", 1): _registries_of_version_1,
}
