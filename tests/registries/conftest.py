"""A registry behind a local server, and applications that it is plugged into."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from tests.invoicing import with_plugin
from tests.registries.recherche import Recherche, Server, serving

from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace, running


@pytest.fixture
def server() -> Iterator[Server]:
    """A registry's server that behaves."""
    with serving() as found:
        yield found


@pytest.fixture
async def asking(settings: Settings, workspace: Workspace, server: Server) -> AsyncIterator[Api]:
    """The API of a workspace whose service has the registry."""
    plugins = with_plugin("recherche", Recherche(server.url))
    async with running(settings, plugins) as client:
        yield replace(workspace, client=client).api()
