"""A database of its own for all tests of jobs: workers take whatever there is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from clientgraph.config import Settings
from clientgraph.jobs import worker
from tests.jobs.bench import Bench, benched
from tests.package_database import settings, workspaces

__all__ = ["settings", "workspaces"]


@pytest.fixture
async def bench(settings: Settings) -> AsyncIterator[Bench]:
    """A way to begin jobs and workers."""
    async with benched(settings) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers look at the queue again and again, and failed steps are done again at once."""
    monkeypatch.setattr(worker, "LONGEST_SLEEP", 0.05)
    monkeypatch.setattr(worker, "WHILE_OTHERS_WORK", 0.05)
    monkeypatch.setattr(worker, "SHORTEST_PAUSE", worker.SHORTEST_PAUSE / 100)
