"""Sessions under stress: cancelled at any moment, starved, cut off; the next one always works."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from tests.storage.opening import opened
from tests.writes.whole_database import superuser

from clientgraph.config import Settings
from clientgraph.errors import Busy, Unavailable
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio

RENAME = "UPDATE organisation SET name = ? WHERE id = ?"


@pytest.fixture
async def small(settings: Settings, workspaces: Workspaces) -> AsyncIterator[Database]:
    """A database with two connections to read from, and half a second of patience."""
    async with opened(settings, pool=2, wait=0.5) as database:
        yield database


async def test_a_starved_session_is_told_so(small: Database, workspace: Workspace) -> None:
    """With every connection taken, the next waits its time and is refused; then there is room."""
    scope = Scope(organisation=workspace.id)
    async with AsyncExitStack() as held:
        for _ in range(2):
            await held.enter_async_context(small.read(scope))
        async with asyncio.timeout(5):
            with pytest.raises(Busy):
                async with small.read(scope):
                    pass
    async with small.read(scope) as session:
        assert await session.select("SELECT name FROM organisation") == [{"name": "Firm"}]


@pytest.mark.parametrize("turns", [0, 1, 10, 100, 1000])
async def test_who_stops_waiting_for_a_statement_harms_nobody(
    small: Database, workspace: Workspace, turns: int
) -> None:
    """Whenever that is: other statements of the session are answered, and so are later sessions."""
    scope = Scope(organisation=workspace.id)
    counts = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
        " SELECT max(i) FROM n"
    )
    for _ in range(3):
        async with small.read(scope) as session:
            given_up = asyncio.create_task(session.select(counts))
            for _ in range(turns):
                await asyncio.sleep(0)
            given_up.cancel()
            assert await session.select("SELECT name FROM organisation") == [{"name": "Firm"}]


@pytest.mark.parametrize("write", [False, True], ids=["reads", "writes"])
async def test_sessions_cancelled_at_any_moment(
    small: Database, workspace: Workspace, write: bool
) -> None:
    """However many callers leave at whatever moment, what they held is free and undone."""
    scope = Scope(organisation=workspace.id)
    chance = random.Random(7)  # noqa: S311

    async def work(number: int) -> None:
        async with small.write(scope) if write else small.read(scope) as session:
            if write:
                await session.execute(RENAME, [f"Cancelled {number}", workspace.id])
            await session.select("SELECT name FROM organisation")
            await asyncio.sleep(60)

    for number in range(60):
        task = asyncio.create_task(work(number))
        await asyncio.sleep(chance.random() * 0.006)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    for kind in (small.write, small.read, small.read, small.read):
        async with kind(scope) as session:
            assert await session.select("SELECT name FROM organisation") == [{"name": "Firm"}]


@pytest.mark.parametrize("write", [False, True], ids=["reads", "writes"])
async def test_sessions_cancelled_again_and_again(
    small: Database, workspace: Workspace, write: bool
) -> None:
    """Callers that are told twice or three times to leave still leave all in order."""
    scope = Scope(organisation=workspace.id)

    async def work(number: int) -> None:
        async with small.write(scope) if write else small.read(scope) as session:
            if write:
                await session.execute(RENAME, [f"Cancelled {number}", workspace.id])
            async with session.savepoint():
                await session.select("SELECT name FROM organisation")
                await asyncio.sleep(60)

    for number in range(60):
        task = asyncio.create_task(work(number))
        await asyncio.sleep(number % 7 / 1000)
        while not task.done():
            task.cancel()
            for _ in range(number % 4):
                await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert task.cancelled()
    for kind in (small.write, small.read, small.read, small.read):
        async with kind(scope) as session:
            assert await session.select("SELECT name FROM organisation") == [{"name": "Firm"}]


async def test_a_session_that_raises_is_undone(small: Database, workspace: Workspace) -> None:
    """Nothing of it remains, whatever was raised."""
    scope = Scope(organisation=workspace.id)

    async def fail(error: type[BaseException]) -> None:
        async with small.write(scope) as session:
            await session.execute(RENAME, ["Undone", workspace.id])
            raise error

    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error):
            await fail(error)
    async with small.read(scope) as session:
        assert await session.select("SELECT name FROM organisation") == [{"name": "Firm"}]


async def test_a_savepoint_is_undone_alone(small: Database, workspace: Workspace) -> None:
    """The rest of the transaction is kept."""
    scope = Scope(organisation=workspace.id)

    async def part(session: Session) -> None:
        async with session.savepoint():
            await session.execute(RENAME, ["Undone", workspace.id])
            raise ValueError("undone")

    async with small.write(scope) as session:
        await session.execute(RENAME, ["Kept", workspace.id])
        with pytest.raises(ValueError, match="undone"):
            await part(session)
    async with small.read(scope) as session:
        assert await session.select("SELECT name FROM organisation") == [{"name": "Kept"}]


@pytest.fixture
def _postgres(dialect: str) -> None:
    if dialect != "postgres":
        pytest.skip("SQLite has no server to lose")


async def cut_off(settings: Settings) -> int:
    """End every connection of the service that is in the middle of a transaction; how many."""
    connection = await superuser(settings)
    try:
        found = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
        )
        return len(found)
    finally:
        await connection.close()


@pytest.mark.usefixtures("_postgres")
@pytest.mark.parametrize("noticed", [False, True])
async def test_a_commit_that_cannot_be_sent_is_no_success(
    small: Database, settings: Settings, workspace: Workspace, noticed: bool
) -> None:
    """A connection lost after the last statement: the session fails, and nothing is written."""
    scope = Scope(organisation=workspace.id)

    async def lose() -> None:
        async with small.write(scope) as session:
            await session.execute(RENAME, ["Lost", workspace.id])
            assert await cut_off(settings) == 1
            if noticed:
                await asyncio.sleep(0.1)

    with pytest.raises(Unavailable):
        await lose()
    async with small.read(scope) as session:
        assert await session.select("SELECT name FROM organisation") == [{"name": "Firm"}]


@pytest.mark.usefixtures("_postgres")
async def test_a_transaction_that_failed_inside_is_no_success(
    small: Database, workspace: Workspace
) -> None:
    """A failed statement that somebody swallowed: all is undone, and the session says so."""
    scope = Scope(organisation=workspace.id)

    async def swallow() -> None:
        async with small.write(scope) as session:
            await session.execute(RENAME, ["Half", workspace.id])
            with pytest.raises(Exception, match="division by zero"):
                await session.select("SELECT 1 / 0 AS nothing")

    with pytest.raises(RuntimeError, match="undone"):
        await swallow()
    async with small.read(scope) as session:
        assert await session.select("SELECT name FROM organisation") == [{"name": "Firm"}]


@pytest.mark.usefixtures("_postgres")
async def test_connections_that_were_lost_while_idle(
    api: Api, settings: Settings, workspace: Workspace
) -> None:
    """After the server ended all idle connections, the next request is served by a new one."""
    await api("{ viewer { name } }")
    connection = await superuser(settings)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'clientgraph'"
    )
    await connection.close()
    for _ in range(12):
        await api("{ viewer { name } }")
