"""Statements that are sent as one: what they leave, and in which order they write."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.storage.bulk import execute_together
from clientgraph.storage.conditions import Condition
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.storage.statements import inserting
from clientgraph.testing import Workspace

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the test."""
    opened = Database(settings.database_url, MODELS)
    await opened.open()
    yield opened
    await opened.close()


async def test_they_write_in_their_order(database: Database, workspace: Workspace) -> None:
    """Whoever wants the same unique values waits in the same order: none waits in a circle."""
    async with database.write(Scope(organisation=workspace.id)) as session:
        if session.dialect == "sqlite":
            pytest.skip("SQLite has one writer")
        await session.execute("CREATE TEMPORARY SEQUENCE written")
        for name in "abc":
            await session.execute(
                f"CREATE TEMPORARY TABLE {name} (place BIGINT DEFAULT nextval('written'), n INT)"
            )
        inserts = [inserting(name, ["n"]) for name in "abc"]
        await execute_together(session, [Condition(each, (7,)) for each in inserts])
        found = await session.select(
            "SELECT a.place AS a, b.place AS b, c.place AS c, a.n + b.n + c.n AS n FROM a, b, c"
        )
        assert found == [{"a": 1, "b": 2, "c": 3, "n": 21}]
