"""What several products' promises need: an invoicing product, and a view of the SQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Statements, Workspace, running
from tests.invoicing import Invoicing, with_plugin


@pytest.fixture
def invoicing() -> Invoicing:
    """An invoicing product that has sent no invoice yet."""
    return Invoicing()


@pytest.fixture
async def invoiced_workspace(
    settings: Settings, workspace: Workspace, invoicing: Invoicing
) -> AsyncIterator[Workspace]:
    """The workspace, served by an application that the invoicing product is plugged into."""
    async with running(settings, with_plugin("invoicing", invoicing)) as client:
        yield replace(workspace, client=client)


@pytest.fixture
async def watched_workspace(
    settings: Settings, workspace: Workspace, statements: Statements
) -> AsyncIterator[Workspace]:
    """The workspace, served by an application whose statements are seen."""
    async with running(settings) as client:
        await statements.take()
        yield replace(workspace, client=client)
