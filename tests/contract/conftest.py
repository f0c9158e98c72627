"""What several products' promises need: an invoicing product, and a view of the SQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from clientgraph.config import Settings
from tests.invoicing import Invoicing, running, with_plugin
from tests.statements import Statements
from tests.workspaces import Workspace


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
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """The statements of connections that the test opens."""
    made = Statements()
    made.watch(monkeypatch)
    return made


@pytest.fixture
async def watched_workspace(
    settings: Settings, workspace: Workspace, statements: Statements
) -> AsyncIterator[Workspace]:
    """The workspace, served by an application whose statements are seen."""
    async with running(settings) as client:
        await statements.take()
        yield replace(workspace, client=client)
