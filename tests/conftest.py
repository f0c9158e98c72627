"""One application for the whole run, a fresh workspace for every test.

``CLIENTGRAPH_TEST_DATABASE`` chooses the database: ``sqlite`` (the default) or ``postgres``. For
PostgreSQL, ``CLIENTGRAPH_TEST_POSTGRES`` names a server on which databases and roles can be made.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from clientgraph.app import create_app
from clientgraph.config import Settings
from tests.database import fresh_database
from tests.workspaces import Api, Workspace, Workspaces


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def dialect() -> str:
    """The database of this run: sqlite or postgres."""
    return os.environ.get("CLIENTGRAPH_TEST_DATABASE", "sqlite")


@pytest.fixture(scope="session")
async def settings(
    anyio_backend: str, dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """Settings of a migrated, empty database."""
    folder: Path = tmp_path_factory.mktemp("database")
    async with fresh_database(dialect, folder) as (owner_url, app_url):
        yield Settings(
            database_url=app_url,
            migration_url=owner_url,
            secret_key="k" * 40,
            bad_tokens_per_minute=1_000_000,
        )


@pytest.fixture(scope="session")
async def workspaces(settings: Settings) -> AsyncIterator[Workspaces]:
    """The running application, and a way to make workspaces in it."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            made = await Workspaces.begin(settings, client)
            yield made
            await made.database.close()


@pytest.fixture
async def workspace(workspaces: Workspaces) -> Workspace:
    """A new workspace with a token for each role."""
    return await workspaces.make()


@pytest.fixture
async def other(workspaces: Workspaces) -> Workspace:
    """Another new workspace, which must never notice the first."""
    return await workspaces.make()


@pytest.fixture
def api(workspace: Workspace) -> Api:
    """The API as the workspace's owner."""
    return workspace.api("OWNER")
