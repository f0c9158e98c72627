"""Members who save views."""

from __future__ import annotations

import pytest
from tests.events.people import Person, person

from clientgraph.testing import Workspace


@pytest.fixture
async def ada(workspace: Workspace) -> Person:
    """A member."""
    return await person(workspace, "Ada")


@pytest.fixture
async def ben(workspace: Workspace) -> Person:
    """Another member."""
    return await person(workspace, "Ben")


@pytest.fixture
async def eve(workspace: Workspace) -> Person:
    """An owner, who sees no more than other members."""
    return await person(workspace, "Eve", "OWNER")
