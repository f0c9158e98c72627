"""A furnished workspace, and a view of the SQL that its screens take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Statements, Workspace, running
from tests.docs.showcase import Showcase, furnish
from tests.invoicing import Invoicing, with_plugin


@pytest.fixture
async def showcase(
    settings: Settings, workspace: Workspace, statements: Statements
) -> AsyncIterator[Showcase]:
    """A firm with everything, which an invoicing product is plugged into."""
    invoicing = Invoicing()
    async with running(settings, with_plugin("invoicing", invoicing)) as client:
        await statements.take()
        yield await furnish(replace(workspace, client=client), invoicing)
