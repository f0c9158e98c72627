"""Two worlds for the tests of the walls, and the count of what was tried."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from clientgraph.testing import Workspaces
from tests.imports.conftest import settings
from tests.package_database import workspaces
from tests.walls.matrix import TRIED
from tests.walls.worlds import AWAY, HOME, World, settle

__all__ = ["settings", "workspaces"]

# Two sizes that no page and no other list has.
HOME_CLIENTS, AWAY_CLIENTS = 3, 37


@dataclass(frozen=True)
class Worlds:
    """The caller's workspace and the one that must stay unseen."""

    home: World
    away: World


@pytest.fixture(scope="module")
async def worlds(workspaces: Workspaces) -> Worlds:
    """Two workspaces of one shape with different words."""
    home = await settle(workspaces, HOME, HOME_CLIENTS)
    return Worlds(home, await settle(workspaces, AWAY, AWAY_CLIENTS))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cells of field × role × id were tried."""
    for kind, number in sorted(TRIED.items()):
        terminalreporter.write_line(f"walls: {number} cells tried: {kind}")
