"""The API of an application that answers hundreds of questions in a row."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest

from clientgraph.app import create_app
from clientgraph.config import Settings
from clientgraph.operations.limits import Limits
from clientgraph.testing import Api, Workspaces
from tests.identifiers.judging import PER_REQUEST

ROOMY = Limits(
    tokens=20_000,
    aliases=PER_REQUEST,
    root_fields_mutation=PER_REQUEST,
    nodes=100_000,
    cost=100_000,
    budget=10_000_000,
    refill=10_000,
)


@pytest.fixture(scope="module")
async def roomy_api(settings: Settings, workspaces: Workspaces) -> AsyncIterator[Api]:
    """A workspace's owner, free of the limits that a caller has in production."""
    workspace = await workspaces.make()
    app = create_app(settings, limits=ROOMY)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            yield replace(workspace, client=client).api()
