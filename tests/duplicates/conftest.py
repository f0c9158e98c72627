"""A way to ask for duplicates as a member of a workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from clientgraph.config import Settings
from tests.jobs.bench import Bench, benched
from tests.package_database import settings, workspaces

__all__ = ["settings", "workspaces"]


@pytest.fixture
async def bench(settings: Settings) -> AsyncIterator[Bench]:
    """What makes contexts."""
    async with benched(settings) as made:
        yield made
