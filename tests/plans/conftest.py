"""An application and a database for each module alone.

These tests look at the database's plans and fill it with very much: what others left does not
change their plans, and they slow nobody down.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Workspaces, begun, fresh_database, settings_for


@pytest.fixture(scope="module")
async def settings(
    anyio_backend: str, dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """Settings of a migrated, empty database."""
    async with fresh_database(dialect, tmp_path_factory.mktemp("database")) as urls:
        yield settings_for(*urls)


@pytest.fixture(scope="module")
async def workspaces(settings: Settings) -> AsyncIterator[Workspaces]:
    """The running application, and a way to make workspaces in it."""
    async with begun(settings) as made:
        yield made
