"""Three members of one workspace and a client of theirs."""

from __future__ import annotations

import pytest
from tests.events.people import Person, person

from clientgraph.testing import Workspace


@pytest.fixture
async def ada(workspace: Workspace) -> Person:
    """A member who writes."""
    return await person(workspace, "Ada")


@pytest.fixture
async def ben(workspace: Workspace) -> Person:
    """A member to whom things are granted."""
    return await person(workspace, "Ben")


@pytest.fixture
async def eve(workspace: Workspace) -> Person:
    """An owner, who sees no more than other members."""
    return await person(workspace, "Eve", "OWNER")


@pytest.fixture
async def client_id(workspace: Workspace) -> str:
    """A client."""
    made = await workspace.api().new_client("Ganymède")
    found: str = made["id"]
    return found
