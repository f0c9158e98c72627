"""PostgreSQL behind Tortoise: a pool with bounded waits, and row-level security as the wall."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper

from clientgraph.errors import Busy, Unavailable
from clientgraph.storage.outages import LOST
from clientgraph.storage.scope import Scope, parameters


class PlainConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that needs no reset: every setting of ours ends with its transaction."""

    def get_reset_query(self) -> str:
        """Nothing to send when the connection goes back to the pool: one round trip less."""
        return ""


class _SessionClient(TransactionWrapper):
    """Tortoise's view of one open transaction on one pooled connection."""

    def __init__(self, parent: Client, connection: asyncpg.Connection) -> None:
        super().__init__(parent)
        self._connection = connection


class Client(AsyncpgDBClient):
    """The Tortoise engine: hands out sessions on pooled connections."""

    connection_class = PlainConnection

    def __init__(self, *, wait: float = 10.0, **options: Any) -> None:
        super().__init__(**options)
        self._wait = wait
        self.extra.pop("wait", None)

    @asynccontextmanager
    async def session(self, scope: Scope, *, write: bool) -> AsyncIterator[TransactionWrapper]:
        """A transaction in a scope: committed when the block ends well, else undone."""
        pool = self._pool
        if pool is None:
            raise RuntimeError("the database is not open")
        connection = await self._begun(pool, scope, write=write)
        try:
            try:
                yield _SessionClient(self, connection)
            except BaseException:
                await asyncio.shield(self._undo(connection))
                raise
            await self._end(connection, "COMMIT" if write else "ROLLBACK")
        except LOST as error:
            _discard(connection)
            raise Unavailable from error
        finally:
            await pool.release(connection)

    async def _begun(self, pool: asyncpg.Pool, scope: Scope, *, write: bool) -> Any:
        """A connection in a new transaction. Those that were lost while idle are replaced."""
        for _ in range(self.pool_maxsize + 1):
            try:
                connection = await pool.acquire(timeout=self._wait)
            except TimeoutError as error:
                raise Busy from error
            except (*LOST, asyncpg.PostgresError, OSError) as error:
                raise Unavailable from error
            try:
                await connection.execute(opening(scope, write=write))
            except asyncio.CancelledError:
                await asyncio.shield(self._undo(connection))
                await pool.release(connection)
                raise
            except LOST:
                _discard(connection)
                await pool.release(connection)
            except BaseException:
                await asyncio.shield(self._undo(connection))
                await pool.release(connection)
                raise
            else:
                return connection
        raise Unavailable

    @staticmethod
    async def _undo(connection: asyncpg.Connection) -> None:
        # A connection that is gone has undone everything itself.
        with suppress(*LOST):
            await connection.execute("ROLLBACK")

    @staticmethod
    async def _end(connection: asyncpg.Connection, how: str) -> None:
        done = await connection.execute(how)
        if done != how:
            # PostgreSQL answers COMMIT so when a statement had failed and nobody said it.
            raise RuntimeError("the transaction was undone: a statement in it had failed")


def _discard(connection: asyncpg.Connection) -> None:
    # One that the pool has noticed to be closed is out of our hands already.
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


def opening(scope: Scope, *, write: bool) -> str:
    """The statements that begin a session, sent in one round trip.

    Reads see one snapshot and cannot write. Scope values are UUIDs, hex and a constant.
    """
    mode = "READ COMMITTED" if write else "REPEATABLE READ READ ONLY"
    settings = "".join(
        f"SET LOCAL clientgraph.{name} = '{value}';" for name, value in parameters(scope).items()
    )
    return f"BEGIN ISOLATION LEVEL {mode};{settings}"


client_class = Client
