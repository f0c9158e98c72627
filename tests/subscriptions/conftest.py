"""One real server over the run's database, and the API through it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from tests.storage.servers import Server, served

from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace, Workspaces


@pytest.fixture(scope="module")
async def server(settings: Settings, workspaces: Workspaces) -> AsyncIterator[Server]:
    """A process of its own."""
    async with served(settings) as running:
        yield running


@pytest.fixture
async def remote(server: Server, workspace: Workspace) -> AsyncIterator[Api]:
    """The API of the process, as the workspace's owner."""
    async with httpx2.AsyncClient(base_url=server.url, timeout=30) as client:
        yield Api(client, workspace.tokens["OWNER"])
