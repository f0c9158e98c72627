"""SQLite's readers: in place while they are quick, in a thread when not, and free afterwards."""

from __future__ import annotations

import asyncio
import math
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import Any

import pytest
from tests.storage.opening import opened

from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.storage.database import Database, sqlite_path
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.storage.sqlite_readers import Reader
from clientgraph.testing import Workspace, Workspaces

pytestmark = pytest.mark.anyio

NAME = "SELECT name FROM organisation"
COUNT = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    " SELECT max(i) FROM n"
)
SLOW = 2_000_000
ENDLESS = 10**15


@pytest.fixture(autouse=True)
def _sqlite(dialect: str) -> None:
    if dialect != "sqlite":
        pytest.skip("PostgreSQL has readers of its own")


@pytest.fixture
async def single(settings: Settings, workspaces: Workspaces) -> AsyncIterator[Database]:
    """A database with one reader, so that each session has what the one before left."""
    async with opened(settings, pool=1, wait=5) as database:
        yield database


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """In which thread each statement of a reader was run, in order; two at once are a failure."""
    seen: list[int] = []
    at_work = threading.Lock()
    fetch = Reader.fetch

    def watched(reader: Reader, *arguments: Any) -> Any:
        assert at_work.acquire(blocking=False), "two statements at once on one connection"
        try:
            seen.append(threading.get_ident())
            return fetch(reader, *arguments)
        finally:
            at_work.release()

    monkeypatch.setattr(Reader, "fetch", watched)
    return seen


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must come to be."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a thread
            await asyncio.sleep(0.001)


async def test_a_quick_statement_is_run_in_place(
    single: Database, workspace: Workspace, threads: list[int]
) -> None:
    """In the loop's own thread; on a loaded machine one in many may be taken for slow."""
    async with single.read(Scope(organisation=workspace.id)) as session:
        for _ in range(20):
            assert await session.select(NAME) == [{"name": "Firm"}]
    assert threads.count(threading.get_ident()) >= 20


async def test_a_slow_statement_goes_on_in_a_thread(
    single: Database, workspace: Workspace, threads: list[int]
) -> None:
    """It is answered all the same, in the snapshot that it began in, and the loop goes on."""
    scope = Scope(organisation=workspace.id)
    async with single.read(scope) as session:
        assert await session.select(NAME) == [{"name": "Firm"}]
        async with single.write(scope) as writing:
            await writing.execute(
                "UPDATE organisation SET name = 'Later' WHERE id = ?", [workspace.id]
            )
        counting = asyncio.create_task(session.select(COUNT, [SLOW]))
        await until(lambda: threads[-1] != threading.get_ident())
        assert not counting.done()
        beside = asyncio.create_task(session.select(NAME))
        assert await counting == [{"max(i)": SLOW}]
        assert await beside == [{"name": "Firm"}]
    async with single.read(scope) as session:
        assert await session.select(NAME) == [{"name": "Later"}]


async def test_who_gives_a_slow_statement_up_interrupts_it(
    single: Database, workspace: Workspace, threads: list[int]
) -> None:
    """At whatever moment: the session goes on, and so does the one reader afterwards."""
    scope = Scope(organisation=workspace.id)
    for seconds in (0, 0.001, 0.02, 0.05):
        async with single.read(scope) as session:
            counting = asyncio.create_task(session.select(COUNT, [ENDLESS]))
            await until(lambda: bool(threads) and threads[-1] != threading.get_ident())
            await asyncio.sleep(seconds)
            counting.cancel()
            assert await session.select(NAME) == [{"name": "Firm"}]
            assert counting.cancelled()


async def test_a_request_that_is_given_up_frees_its_reader(
    single: Database, workspace: Workspace, threads: list[int]
) -> None:
    """Cancelled in the middle of a slow statement, once or over and over."""
    scope = Scope(organisation=workspace.id)

    async def read() -> None:
        async with single.read(scope) as session:
            await session.select(COUNT, [ENDLESS])

    for times in (1, 2, 5):
        reading = asyncio.create_task(read())
        begun = len(threads)
        await until(lambda begun=begun: threading.get_ident() in threads[begun:-1])  # type: ignore[misc]
        for _ in range(times):
            reading.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(reading, return_exceptions=True)
        assert reading.cancelled()
        async with single.read(scope) as session:
            assert await session.select(NAME) == [{"name": "Firm"}]


async def test_nothing_is_read_through_a_session_that_has_ended(
    single: Database, workspace: Workspace, threads: list[int]
) -> None:
    """Not even by a statement that was waiting for its turn: the reader is another's by then."""
    kept: list[Session] = []

    async def read() -> None:
        async with single.read(Scope(organisation=workspace.id)) as session:
            kept.append(session)
            counting = asyncio.create_task(session.select(COUNT, [ENDLESS]))
            waiting = asyncio.create_task(session.select(NAME))
            left.extend([counting, waiting])
            await until(lambda: bool(threads) and threads[-1] != threading.get_ident())

    left: list[asyncio.Task[Any]] = []
    await read()
    async with single.read(Scope()) as other:
        assert await other.select(NAME) == []
        counted, waited = await asyncio.gather(*left, return_exceptions=True)
        assert "interrupted" in str(counted)
        assert str(waited) == "the session has ended"
        with pytest.raises(RuntimeError, match="the session has ended"):
            await kept[0].select(NAME)
        assert await other.select(NAME) == []


async def test_a_database_that_is_closed_ends_its_sessions(
    settings: Settings, workspace: Workspace, threads: list[int]
) -> None:
    """In the middle of a slow statement, too: whoever waits is told, and the file is free."""
    database = Database(settings.database_url, MODELS, pool=1)
    await database.open()

    async def read() -> None:
        async with database.read(Scope(organisation=workspace.id)) as session:
            await session.select(COUNT, [ENDLESS])

    reading = asyncio.create_task(read())
    await until(lambda: bool(threads) and threads[-1] != threading.get_ident())
    async with asyncio.timeout(20):
        await database.close()
        with pytest.raises(Exception, match="interrupted"):
            await reading


async def test_readers_that_come_and_go_hold_up_no_checkpoint(
    single: Database, settings: Settings, workspace: Workspace
) -> None:
    """Between sessions no snapshot is left: the log can be emptied, which waits for readers."""
    scope = Scope(organisation=workspace.id)

    async def read() -> None:
        async with single.read(scope) as session:
            await session.select(COUNT, [ENDLESS])

    with closing(sqlite3.connect(sqlite_path(settings.database_url), timeout=0)) as other:
        for number in range(6):
            async with single.write(scope) as session:
                await session.execute(
                    "UPDATE organisation SET name = ? WHERE id = ?", [f"{number}", workspace.id]
                )
            reading = asyncio.create_task(read())
            await asyncio.sleep(0.005 * number)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            async with single.read(scope) as session:
                assert await session.select(NAME) == [{"name": f"{number}"}]
                held = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                assert held[0] == 1
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)


def test_an_interrupted_statement_is_compiled_once_more(settings: Settings) -> None:
    """And not each time: to Python's sqlite3 one that stops between two rows stays in use."""
    rows = COUNT.replace("max(i)", "i")
    reader = Reader(sqlite_path(settings.database_url), 5)
    compiled: list[str | None] = []
    with closing(reader):
        reader.begin(Scope())
        reader.fetch(rows, [10])
        reader.bound(time.monotonic() + 0.01)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            reader.fetch(rows, [ENDLESS])
        reader.bound(math.inf)
        reader._raw.set_authorizer(lambda *of: compiled.append(of[1]) or sqlite3.SQLITE_OK)
        for again in (True, False, False):
            compiled.clear()
            assert len(reader.fetch(rows, [10])) == 10
            assert bool(compiled) is again
        reader.end()


async def test_many_quick_statements_leave_others_a_turn(
    single: Database, workspace: Workspace, threads: list[int]
) -> None:
    """Each is run in place; together they do not hold the event loop."""
    turns = 0

    async def look() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    async with single.read(Scope(organisation=workspace.id)) as session:
        for _ in range(20):
            await session.select(COUNT, [10_000])
    looking.cancel()
    assert set(threads) == {threading.get_ident()}
    assert turns > 5
