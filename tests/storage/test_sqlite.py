"""SQLite's own: how each connection is set, and readers that never wait for the writer."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from tests.storage.opening import opened

from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.errors import Busy
from clientgraph.storage.database import Database, sqlite_path
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio

EXPECTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.fixture(autouse=True)
def _sqlite(dialect: str) -> None:
    if dialect != "sqlite":
        pytest.skip("PostgreSQL has no such settings")


@pytest.fixture
async def impatient(settings: Settings, workspaces: Workspaces) -> AsyncIterator[Database]:
    """A database that waits half a second for whatever it needs."""
    async with opened(settings, wait=0.5) as database:
        yield database


def _threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if not each.daemon}


@pytest.mark.parametrize("write", [False, True], ids=["reading", "writing"])
async def test_closing_ends_connections_in_use(
    settings: Settings, workspaces: Workspaces, workspace: Workspace, *, write: bool
) -> None:
    """A session that is left open keeps no thread, which would keep the process from ending."""
    before = _threads()
    database = Database(settings.database_url, MODELS)
    await database.open()
    scope = Scope(organisation=workspace.id)
    session = database.write(scope) if write else database.read(scope)
    opened = await session.__aenter__()
    # The writer's; a reader has one only for what takes long.
    assert len(_threads() - before) == 1
    await database.close()
    assert not {each for each in _threads() - before if _lives_on(each)}
    with pytest.raises((ValueError, RuntimeError), match=r"no active connection|has ended"):
        await opened.rows("SELECT 1", [])
    with suppress(ValueError):
        await session.__aexit__(None, None, None)


async def test_a_database_that_cannot_be_opened_keeps_no_thread(tmp_path: Path) -> None:
    """A file that is no database is found out once it has been connected to."""
    (tmp_path / "letter.db").write_text("Dear reader, " * 100)
    before = _threads()
    database = Database(f"sqlite:///{tmp_path / 'letter.db'}", MODELS)
    with pytest.raises(sqlite3.DatabaseError, match="file is not a database"):
        await database.open()
    assert not {each for each in _threads() - before if _lives_on(each)}


def _lives_on(thread: threading.Thread) -> bool:
    thread.join(5)
    return thread.is_alive()


async def test_every_connection_is_durable_and_checks_references(
    settings: Settings, workspaces: Workspaces
) -> None:
    """Write-ahead log, flushes, foreign keys; a writer that waits, readers that only read."""
    database = Database(settings.database_url, MODELS)
    await database.open()
    client: Any = database._client
    readers = [client._readers.get_nowait() for _ in range(client._readers.qsize())]
    assert len(readers) == 4
    connections = [(client._writer.raw, {"query_only": 0, "busy_timeout": 5000})]
    for reader in readers:
        in_thread = await aiosqlite.Connection(lambda raw=reader._raw: raw, 1)
        connections.append((in_thread, {"query_only": 1, "busy_timeout": 0}))
    for connection, own in connections:
        await connection.set_authorizer(None)
        found = {}
        for name in (*EXPECTED, *own):
            rows = await connection.execute_fetchall(f"PRAGMA {name}")
            found[name] = next(iter(rows))[0]
        assert found == {**EXPECTED, **own}
        await connection.close()


async def test_readers_do_not_wait_for_an_open_transaction(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """While another connection writes, queries are answered, with what was committed before."""
    await api.new_client("Before")
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        await session.execute(
            "UPDATE client SET name = ? WHERE organisation_id = ?", ["Open", workspace.id]
        )
        async with asyncio.timeout(3):
            answers = await asyncio.gather(
                *(api("{ clients { nodes { name } } }") for _ in range(8))
            )
    assert {answer["clients"]["nodes"][0]["name"] for answer in answers} == {"Before"}
    assert (await api("{ clients { nodes { name } } }"))["clients"]["nodes"][0]["name"] == "Open"


def held_by(settings: Settings) -> sqlite3.Connection:
    """A connection as of another process."""
    path = sqlite_path(settings.database_url)
    return sqlite3.connect(path, timeout=30, check_same_thread=False)


async def test_a_file_that_is_held_by_another_process_is_busy(
    impatient: Database, settings: Settings, workspace: Workspace
) -> None:
    """A write that cannot begin in time is told so; reads go on, and so do writes afterwards."""
    scope = Scope(organisation=workspace.id)
    with closing(held_by(settings)) as holder:
        # In a thread: the service notes the use of tokens on the side, and needs the loop for it.
        await asyncio.to_thread(holder.execute, "BEGIN IMMEDIATE")
        async with asyncio.timeout(5):
            with pytest.raises(Busy):
                async with impatient.write(scope):
                    pass
            async with impatient.read(scope) as session:
                assert await session.select("SELECT name FROM organisation") == [{"name": "Firm"}]
        holder.rollback()
    async with impatient.write(scope) as session:
        await session.select("SELECT 1 AS one")


async def test_a_held_file_is_answered_as_busy(
    api: Api, settings: Settings, workspace: Workspace
) -> None:
    """Through the API: TIMEOUT with its sentence, nothing written, nothing hung."""
    query = 'mutation { clientCreate(input: {name: "A"}) { client { name } } }'
    with closing(held_by(settings)) as holder:
        await api("{ viewer { name } }")
        await asyncio.to_thread(holder.execute, "BEGIN IMMEDIATE")
        async with asyncio.timeout(20):
            body = await api.answer(query)
        holder.rollback()
    assert [(error["message"], error["extensions"]["code"]) for error in body["errors"]] == [
        ("The service is busy. Try again in a moment.", "TIMEOUT")
    ]
    assert (await api("{ clients { totalCount } }"))["clients"]["totalCount"] == 0
    await api.new_client("A")
