"""Plugins called 'bad' whose resolvers are given, and what is shown of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clientgraph import (
    Info,
    Permission,
    query,
)
from clientgraph.plugins import Plugins
from clientgraph.testing import Api
from tests.invoicing import with_plugin
from tests.plugins.declared import plugin

LAST = "{ plugins { name status lastErrors { hook error } timings { hook calls failures } } }"


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """What hanging plugins wait for; they end with the test."""
    event = threading.Event()
    yield event
    event.set()


def field_of(kind: Callable[..., Any], resolver: Any, name: str, result: Any = str) -> Any:
    """A root field of this name."""

    async def found(info: Info) -> Any:
        return await resolver(info)

    def at_once(info: Info) -> Any:
        return resolver(info)

    made: Any = found if asyncio.iscoroutinefunction(resolver) else at_once
    made.__annotations__ = {"info": Info, "return": result | None}
    field = kind(Permission.PUBLIC, "A field of a plugin.")(made)
    field.python_name = name
    return field


def asks(resolver: Any, *, name: str = "bad", result: Any = str) -> Plugins:
    """Plugins, of which 'bad' has a query that is resolved so."""
    return with_plugin(
        "bad",
        plugin(graphql_fields=lambda: {"Query": [field_of(query, resolver, name, result)]}),
    )


async def of_bad(api: Api) -> Any:
    """What is shown of the plugin."""
    return (await api(LAST))["plugins"][-1]
