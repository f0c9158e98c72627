"""An oracle, and the API of a workspace whose service asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace, running
from tests.invoicing import with_plugin
from tests.verifications.oracle import Oracle


@pytest.fixture
def oracle() -> Oracle:
    """Says that everything is valid, until it is told otherwise."""
    return Oracle()


@pytest.fixture
async def asking(settings: Settings, workspace: Workspace, oracle: Oracle) -> AsyncIterator[Api]:
    """The API of a workspace whose service has the oracle."""
    async with running(settings, with_plugin("oracle", oracle.plugin())) as client:
        yield replace(workspace, client=client).api()
