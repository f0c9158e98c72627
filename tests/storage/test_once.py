"""What is read by one statement alone: in its scope, and as little able to write as a snapshot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from tests.storage.opening import opened
from tortoise.exceptions import OperationalError, TransactionManagementError

from clientgraph.config import Settings
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import AskedAgain, Session
from clientgraph.testing import Workspaces

pytestmark = pytest.mark.anyio

NAMES = "SELECT name FROM organisation"


@pytest.fixture
async def narrow(settings: Settings, workspaces: Workspaces) -> AsyncIterator[Database]:
    """A database with one connection to read from."""
    async with opened(settings, pool=1, wait=0.5) as database:
        yield database


async def _named(session: Session) -> list[str]:
    return [row["name"] for row in await session.select(NAMES)]


async def test_each_sees_its_own_workspace_on_the_same_connection(
    narrow: Database, workspaces: Workspaces
) -> None:
    """Whatever the connection was used for before: for another, for nobody, for a transaction."""
    one = Scope(organisation=(await workspaces.make(name="One")).id)
    two = Scope(organisation=(await workspaces.make(name="Two")).id)
    for scope, names in ((one, ["One"]), (two, ["Two"]), (Scope(), []), (one, ["One"])):
        async with narrow.read(scope, once=True) as session:
            assert await _named(session) == names
        async with narrow.read(two) as session:
            assert await _named(session) == ["Two"]
        async with narrow.read(scope, once=True) as session:
            assert await _named(session) == names


async def test_it_cannot_write_and_those_that_may_still_can(
    narrow: Database, workspaces: Workspaces
) -> None:
    """The connection goes back to the same pool."""
    scope = Scope(organisation=(await workspaces.make(name="Before")).id)
    rename = "UPDATE organisation SET name = ? WHERE id = ?"
    with pytest.raises((OperationalError, TransactionManagementError)):
        async with narrow.read(scope, once=True) as session:
            await session.execute(rename, ["Changed", scope.organisation])
    async with narrow.write(scope) as session:
        assert await _named(session) == ["Before"]
        await session.execute(rename, ["After", scope.organisation])
    async with narrow.read(scope, once=True) as session:
        assert await _named(session) == ["After"]


async def test_a_second_statement_is_refused_even_where_nobody_minds(
    narrow: Database, workspaces: Workspaces
) -> None:
    """Two statements without a transaction would be no snapshot. SQLite always has one."""
    scope = Scope(organisation=(await workspaces.make(name="Firm")).id)
    if narrow.dialect == "sqlite":
        async with narrow.read(scope, once=True) as session:
            assert await _named(session) == await _named(session) == ["Firm"]
        return
    with pytest.raises(AskedAgain):
        await _ask_again(narrow, scope)
    async with narrow.read(scope, once=True) as session:
        assert await _named(session) == ["Firm"]


async def _ask_again(database: Database, scope: Scope) -> None:
    """Ask twice, and do not mind that the second time is refused."""
    async with database.read(scope, once=True) as session:
        await _named(session)
        with suppress(AskedAgain):
            await _named(session)
