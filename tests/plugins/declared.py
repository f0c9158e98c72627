"""Plugins for tests, and what every service must still do beside a bad one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from clientgraph import BatchField, PluginContext, hookimpl
from clientgraph.testing import Api


def plugin(**hooks: Any) -> SimpleNamespace:
    """A plugin whose hooks are these functions."""
    return SimpleNamespace(**{name: hookimpl(function) for name, function in hooks.items()})


async def club(_context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Everybody's club."""
    return dict.fromkeys(ids, "x")


def field(load: Callable[..., Any] = club, name: str = "club") -> BatchField:
    """A field of clients that this loads."""
    return BatchField(
        type_name="Client", name=name, description="A club.", result=str | None, load=load
    )


async def serves(api: Api) -> None:
    """Read and write beside whatever the plugin does."""
    assert set(await api("{ clients { nodes { id } } }")) == {"clients"}
    renamed = await api.done("organisationUpdate", {"name": "Still"}, "organisation { name }")
    assert renamed["organisation"] == {"name": "Still"}
