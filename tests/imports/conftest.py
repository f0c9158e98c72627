"""A service of its own that does the jobs of imports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from clientgraph.config import Settings
from clientgraph.operations.limits import Limits
from clientgraph.testing import Workspaces, running
from tests import own_database
from tests.imports.desk import ImportDesk
from tests.package_database import workspaces

__all__ = ["workspaces"]
# Who tests asks for more than people do.
PLENTY = Limits(cost=10_000, budget=1_000_000, refill=1_000_000)


@pytest.fixture(scope="package")
async def settings(
    anyio_backend: str, dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """Of services that leave jobs to others, whose files are elsewhere."""
    async for made in own_database.settings(anyio_backend, dialect, tmp_path_factory):
        yield replace(made, jobs=0)


@pytest.fixture
async def desk(
    settings: Settings, workspaces: Workspaces, tmp_path: Path
) -> AsyncIterator[ImportDesk]:
    """A fresh workspace, and a folder for its files."""
    chosen = replace(settings, file_folder=str(tmp_path / "files"), jobs=2)
    async with running(chosen, workspaces.plugins, limits=PLENTY) as client:
        yield ImportDesk(client, await workspaces.make())
