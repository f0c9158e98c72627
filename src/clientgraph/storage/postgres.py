"""PostgreSQL behind Tortoise: a pool with bounded waits, and row-level security as the wall."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base_postgres.client import translate_exceptions

from clientgraph.errors import Busy, Unavailable
from clientgraph.storage.cleanup import to_its_end
from clientgraph.storage.outages import LOST
from clientgraph.storage.scope import Scope, parameters
from clientgraph.storage.session import SessionClient

UNDO_SECONDS: Final = 5.0


class PlainConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that needs no reset: every setting of ours ends with its transaction."""

    def get_reset_query(self) -> str:
        """Nothing to send when the connection goes back to the pool: one round trip less."""
        return ""


class _SessionClient(TransactionWrapper, SessionClient):
    """Tortoise's view of one open transaction on one pooled connection."""

    def __init__(self, parent: Client, connection: asyncpg.Connection) -> None:
        super().__init__(parent)
        self._connection = connection

    @translate_exceptions
    async def select_apart(self, query: str, values: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """Rows of a query that is undone alone when it fails.

        Nothing else runs on the connection meanwhile: it would fail along with the query.
        """
        async with self.acquire_connection() as connection:
            await connection.execute("SAVEPOINT apart")
            try:
                found: Sequence[Mapping[str, Any]] = await connection.fetch(query, *values)
            except BaseException:
                await to_its_end(self._back(connection))
                raise
            await connection.execute("RELEASE SAVEPOINT apart")
            return found

    @staticmethod
    async def _back(connection: asyncpg.Connection) -> None:
        await connection.execute("ROLLBACK TO SAVEPOINT apart; RELEASE SAVEPOINT apart")


class Client(AsyncpgDBClient):
    """The Tortoise engine: hands out sessions on pooled connections."""

    connection_class = PlainConnection

    def __init__(self, *, wait: float = 10.0, **options: Any) -> None:
        super().__init__(**options)
        self._wait = wait
        self.extra.pop("wait", None)

    @asynccontextmanager
    async def session(self, scope: Scope, *, write: bool) -> AsyncIterator[SessionClient]:
        """A transaction in a scope: committed when the block ends well, else undone."""
        pool = self._pool
        if pool is None:
            raise RuntimeError("the database is not open")
        connection = await self._begun(pool, scope, write=write)
        try:
            yield _SessionClient(self, connection)
            await self._end(connection, "COMMIT" if write else "ROLLBACK")
        except LOST as error:
            await to_its_end(_drop(pool, connection))
            raise Unavailable from error
        except BaseException:
            await to_its_end(_undo(pool, connection))
            raise
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
            except LOST:
                await to_its_end(_drop(pool, connection))
            except BaseException:
                await to_its_end(_undo(pool, connection))
                raise
            else:
                return connection
        raise Unavailable

    @staticmethod
    async def _end(connection: asyncpg.Connection, how: str) -> None:
        done = await connection.execute(how)
        if done != how:
            # PostgreSQL answers COMMIT so when a statement had failed and nobody said it.
            raise RuntimeError("the transaction was undone: a statement in it had failed")


async def _undo(pool: asyncpg.Pool, connection: Any) -> None:
    """Undo what was begun and give the connection back."""
    try:
        await connection.execute("ROLLBACK", timeout=UNDO_SECONDS)
    except (*LOST, TimeoutError):
        # A connection that is gone has undone everything itself; one that hangs is let go.
        await _drop(pool, connection)
    else:
        await pool.release(connection)


async def _drop(pool: asyncpg.Pool, connection: Any) -> None:
    """Close the connection at once; the pool opens another when it needs one."""
    # One that the pool has noticed to be closed is out of our hands already.
    with suppress(asyncpg.InterfaceError):
        connection.terminate()
    await pool.release(connection)


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
