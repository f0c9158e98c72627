"""The fields of a fresh workspace."""

from __future__ import annotations

import pytest

from clientgraph.columns.fields import SheetFields
from clientgraph.testing import Workspace, Workspaces
from tests.columns.preparing import fields_of


@pytest.fixture
async def fields(workspaces: Workspaces, workspace: Workspace) -> SheetFields:
    """Those of a workspace without anything of its own."""
    return await fields_of(workspaces, workspace)
