"""Plugins with one hook in the place of their own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from clientgraph.contract.outbound import OutboundService
from clientgraph.hookspecs import HOOKS, hookimpl


def standing_in(plugin: Any, name: str, function: Callable[..., Any]) -> SimpleNamespace:
    """The plugin with this function as one of its hooks; the others are its own."""
    own = {hook: getattr(plugin, hook) for hook in HOOKS if hasattr(plugin, hook)}
    assert name in own, f"the plugin has no hook {name}"
    return SimpleNamespace(**{**own, name: hookimpl(function)})


def unlimited(plugin: Any) -> SimpleNamespace:
    """The plugin, whose services may be asked at any rate and are asked each time."""

    def outbound_services() -> list[OutboundService]:
        return [replace(each, cache=0.0, requests=None) for each in plugin.outbound_services()]

    return standing_in(plugin, "outbound_services", outbound_services)


async def called(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """What a hook answers, plain or async, handed the arguments that it names."""
    named = inspect.signature(function).parameters
    answer = function(**{name: each for name, each in given.items() if name in named})
    return await answer if inspect.isawaitable(answer) else answer
