"""SQLite behind Tortoise: one writer, several readers that never wait for it, and the wall."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Any

import aiosqlite
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionWrapper,
    translate_exceptions,
)

from clientgraph.errors import Busy
from clientgraph.storage.cleanup import to_its_end
from clientgraph.storage.scope import Scope, parameters
from clientgraph.storage.session import OnlyReads, SessionClient
from clientgraph.storage.sqlite_readers import Reader, Snapshot
from clientgraph.storage.sqlite_wall import NO_SCOPE, Wall

# Rows that aiosqlite hands over at a time where they are iterated, which nobody does.
_CHUNK = 64


class Writer:
    """The connection that writes, in a thread of its own, and its wall."""

    def __init__(self, raw: aiosqlite.Connection, wall: Wall) -> None:
        self.raw = raw
        self.wall = wall
        self._guarded = False

    @asynccontextmanager
    async def only_reading(self) -> AsyncIterator[None]:
        """Have SQLite refuse what writes."""
        self._guarded = True
        try:
            await self._hold(to="ON")
            yield
        finally:
            await to_its_end(self.let_write())

    async def let_write(self) -> None:
        """Have it write again, where it was held to reading."""
        if self._guarded:
            await self._hold(to="OFF")
            self._guarded = False

    async def _hold(self, *, to: str) -> None:
        self.wall.setting = to
        try:
            await self.raw.execute(f"PRAGMA query_only={to}")
        finally:
            self.wall.setting = ""


class _WritingClient(SqliteTransactionWrapper, SessionClient):
    """Tortoise's view of the writer's transaction."""

    def __init__(self, parent: Client, writer: Writer) -> None:
        super().__init__(parent)
        self._connection = writer.raw
        self._writer = writer
        self._route = writer.wall.route

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        return int(await super().execute_insert(self._route(query), values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await super().execute_many(self._route(query), values)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Any]:
        return await super().execute_query(self._route(query), values)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> Any:
        return await super().execute_query_dict(self._route(query), values)

    @translate_exceptions
    async def select_apart(self, query: str, values: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """Rows of a query that cannot write; in SQLite what fails is undone alone anyway.

        Nothing else runs on the connection meanwhile: it could not write either.
        """
        async with self.acquire_connection() as raw, self._writer.only_reading():
            try:
                return [*await raw.execute_fetchall(self._route(query), list(values))]
            except sqlite3.OperationalError as error:
                raise _told(error) from error

    async def execute_counted(self, query: str, values: Sequence[Any]) -> int:
        """Run one statement; the number of rows it touched."""
        touched, _ = await self.execute_query(query, list(values))
        return touched

    async def execute_script(self, query: str) -> None:
        # executescript() would commit first (sqlite3 documentation); one statement never does.
        await self._writer.raw.execute(query)


class _ReadingClient(SqliteTransactionWrapper, SessionClient):
    """Tortoise's view of one snapshot. What writes is sent, too: SQLite refuses it."""

    def __init__(self, parent: Client, snapshot: Snapshot) -> None:
        super().__init__(parent)
        # Nothing here may find its way to the writer.
        del self._connection
        self._snapshot = snapshot

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Any]:
        found = await self._fetch(query, values or ())
        return len(found), found

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> Any:
        return [dict(row) for row in await self._fetch(query, values or ())]

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        return len(await self._fetch(query, values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        for each in values:
            await self._fetch(query, each)

    async def execute_script(self, query: str) -> None:
        await self._fetch(query, ())

    async def execute_counted(self, query: str, values: Sequence[Any]) -> int:
        """Run one statement; the number of its rows."""
        return len(await self._fetch(query, values))

    @translate_exceptions
    async def select_apart(self, query: str, values: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """Rows of a query; here no query can write."""
        try:
            return [dict(row) for row in await self._snapshot.fetch(query, values)]
        except sqlite3.OperationalError as error:
            raise _told(error) from error

    @translate_exceptions
    async def _fetch(self, query: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        self.log.debug("%s: %s", query, values)
        return await self._snapshot.fetch(query, values)


def _told(error: sqlite3.OperationalError) -> Exception:
    """What stands for the failure of a query that must not write."""
    return OnlyReads() if error.sqlite_errorcode == sqlite3.SQLITE_READONLY else error


class Client(SqliteClient):
    """The Tortoise engine: hands out sessions on one writer or on any of several readers."""

    def __init__(
        self, file_path: str, *, readers: int = 4, wait: float = 5.0, **pragmas: Any
    ) -> None:
        super().__init__(file_path, **pragmas)
        self._wait = wait
        self._reader_count = readers
        self._writer: Writer | None = None
        self._write_lock = asyncio.Lock()
        self._readers: asyncio.LifoQueue[Reader] = asyncio.LifoQueue()
        # Those in use, by their snapshots.
        self._lent: dict[Snapshot, Reader] = {}
        self._threads = ThreadPoolExecutor(readers, "sqlite-reader")

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002
        """Open the writer and the readers, each behind its wall."""
        try:
            # Whoever gives up meanwhile leaves no connection behind that nobody knows of.
            await to_its_end(self._open())
        except BaseException:
            await self.close()
            raise

    async def _open(self) -> None:
        wall = Wall(read_only=False)
        opened = partial(wall.connect, self.filename, self._wait)
        self._connection = await aiosqlite.Connection(opened, _CHUNK)
        self._writer = Writer(self._connection, wall)
        for _ in range(self._reader_count):
            self._readers.put_nowait(Reader(self.filename, self._wait))

    def session(
        self,
        scope: Scope,
        *,
        write: bool,
        once: bool = False,  # noqa: ARG002
    ) -> AbstractAsyncContextManager[SessionClient]:
        """A transaction in a scope: committed when the block ends well, else undone.

        To begin one costs nothing: there is no shorter way for one statement.
        """
        return self._writing(scope) if write else self._reading(scope)

    @asynccontextmanager
    async def _writing(self, scope: Scope) -> AsyncIterator[SessionClient]:
        async with self._only_writer() as writer:
            try:
                await self._begin(writer, scope)
                yield _WritingClient(self, writer)
                await self._commit(writer)
            except asyncio.CancelledError:
                # The statement that runs in the connection's thread must not outlive its caller.
                await to_its_end(self._interrupted(writer))
                raise
            except BaseException:
                await to_its_end(self._undo(writer))
                raise

    async def _begin(self, writer: Writer, scope: Scope) -> None:
        writer.wall.scope = parameters(scope)
        try:
            await writer.let_write()
            await writer.raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            # Another process holds the file for longer than busy_timeout.
            raise Busy from error

    async def _commit(self, writer: Writer) -> None:
        writer.wall.scope = NO_SCOPE
        if writer.raw.in_transaction:
            await writer.raw.execute("COMMIT")

    async def _interrupted(self, writer: Writer) -> None:
        with suppress(ValueError):
            await writer.raw.interrupt()
        await self._undo(writer)

    async def _undo(self, writer: Writer) -> None:
        writer.wall.scope = NO_SCOPE
        # Sent without looking first: a BEGIN whose caller is gone may not have run yet.
        # A connection that was closed meanwhile has nothing to undo: to aiosqlite, a ValueError.
        with suppress(sqlite3.OperationalError, ValueError):
            await writer.raw.execute("ROLLBACK")

    @asynccontextmanager
    async def _only_writer(self) -> AsyncIterator[Writer]:
        if self._writer is None:
            raise RuntimeError("the database is not open")
        try:
            async with asyncio.timeout(self._wait):
                await self._write_lock.acquire()
        except TimeoutError as error:
            raise Busy from error
        try:
            yield self._writer
        finally:
            self._write_lock.release()

    @asynccontextmanager
    async def _reading(self, scope: Scope) -> AsyncIterator[SessionClient]:
        reader = await self._free_reader()
        snapshot = Snapshot(reader, scope, self._threads, self._wait)
        self._lent[snapshot] = reader
        try:
            yield _ReadingClient(self, snapshot)
        finally:
            try:
                await snapshot.end()
            finally:
                # Where the database was closed meanwhile, the reader was closed with it.
                if self._lent.pop(snapshot, None) is not None:
                    self._readers.put_nowait(reader)

    async def _free_reader(self) -> Reader:
        if not self._readers.empty():
            return self._readers.get_nowait()
        try:
            async with asyncio.timeout(self._wait):
                return await self._readers.get()
        except TimeoutError as error:
            raise Busy from error

    async def close(self) -> None:
        """Close every connection, those in use too; sessions that are open end."""
        # A thread that is left keeps the process from ending.
        await to_its_end(self._close())

    async def _close(self) -> None:
        while self._lent:
            snapshot, reader = self._lent.popitem()
            await snapshot.end()
            reader.close()
        while not self._readers.empty():
            self._readers.get_nowait().close()
        self._threads.shutdown(wait=False)
        if self._writer is not None:
            await self._writer.raw.close()
        self._writer = self._connection = None


client_class = Client
