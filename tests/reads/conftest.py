"""A database, an application and a world of records for the tests of reading."""

from __future__ import annotations

import pytest

from clientgraph.testing import Workspaces
from tests.package_database import settings, workspaces
from tests.walls.worlds import AWAY, HOME, World, settle

__all__ = ["settings", "workspaces"]


@pytest.fixture(scope="package")
async def home(workspaces: Workspaces) -> World:
    """Records of every kind."""
    return await settle(workspaces, HOME, 9)


@pytest.fixture(scope="package")
async def away(workspaces: Workspaces) -> World:
    """Those of somebody else."""
    return await settle(workspaces, AWAY, 3)
