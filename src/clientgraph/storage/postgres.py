"""PostgreSQL behind Tortoise: a pool with bounded waits, and row-level security as the wall."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import lru_cache
from typing import Any, Final

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base_postgres.client import translate_exceptions

from clientgraph.errors import Busy, Unavailable
from clientgraph.storage.cleanup import heeded, to_its_end
from clientgraph.storage.outages import LOST
from clientgraph.storage.scope import Scope, parameters
from clientgraph.storage.session import AskedAgain, OnlyReads, SessionClient

UNDO_SECONDS: Final = 5.0
_NAMED: Final = {"application_name": "clientgraph", "timezone": "UTC"}
_TIMEOUTS: Final = {"statement_timeout": "8000", "idle_in_transaction_session_timeout": "60000"}
OPENED: Final = "opened"


class PlainConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that needs no reset: every transaction has a scope of its own.

    ``standing`` is the scope of what is read without a transaction, if that has been done.
    """

    standing: Scope | None = None

    def get_reset_query(self) -> str:
        """Nothing to send when the connection goes back to the pool: one round trip less."""
        return ""

    async def stand(self, scope: Scope) -> None:
        """Have what follows without a transaction see this scope, and write nothing."""
        if self.standing != scope:
            self.standing = None
            await self.execute(_standing(scope))
            self.standing = scope


class _Once:
    """A connection for one statement, which is a snapshot by itself."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.statements = 0

    async def fetch(self, *arguments: Any) -> Any:
        """Rows."""
        self.statements += 1
        if self.statements > 1:
            raise AskedAgain
        return await self._connection.fetch(*arguments)

    async def execute(self, *arguments: Any) -> Any:
        """What the server says of a statement."""
        return await self.fetch(*arguments)

    async def unnamed(self, query: str) -> Any:
        """The same, for one without values."""
        return await self.fetch(query)


class _Carried:
    """A connection whose statements are carried to their ends, one after the other.

    Whoever stops waiting for one, because something beside it has failed, would otherwise abort
    the transaction for everybody who reads through it.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()

    async def fetch(self, *arguments: Any) -> Any:
        """Rows."""
        return await self._carry(self._connection.fetch(*arguments))

    async def fetchrow(self, *arguments: Any) -> Any:
        """The first row; None where there is none."""
        return await self._carry(self._connection.fetchrow(*arguments))

    async def execute(self, *arguments: Any) -> Any:
        """What the server says of a statement."""
        return await self._carry(self._connection.execute(*arguments))

    async def executemany(self, *arguments: Any) -> None:
        """One statement for many values."""
        await self._carry(self._connection.executemany(*arguments))

    async def unnamed(self, query: str) -> Any:
        """What the server says of one statement that is not taken apart at semicolons.

        It has no name, which behind a pooler might be another's.
        """
        return await self._carry(self._prepared(query))

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def ended(self) -> None:
        """End what is under way."""
        for task in self._under_way:
            task.cancel()
        await self.settled()

    async def _prepared(self, query: str) -> Any:
        prepared = await self._connection.prepare(query, name="")
        await prepared.fetch()
        return prepared.get_statusmsg()

    async def _carry(self, statement: Coroutine[Any, Any, Any]) -> Any:
        task = asyncio.create_task(self._in_turn(statement))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        task.add_done_callback(heeded)
        return await asyncio.shield(task)

    async def _in_turn(self, statement: Coroutine[Any, Any, Any]) -> Any:
        async with self._turn:
            return await statement


class _SessionClient(TransactionWrapper, SessionClient):
    """Tortoise's view of one open transaction on one pooled connection."""

    def __init__(self, parent: Client, connection: _Carried | _Once, *, write: bool) -> None:
        super().__init__(parent)
        self._connection = connection
        self.opened = OPENED if write else None

    @translate_exceptions
    async def select_apart(self, query: str, values: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """Rows of a query that cannot write, and is undone alone when it fails.

        Nothing else runs on the connection meanwhile: it would fail along with the query. That the
        transaction is read-only ends with the savepoint, to which it is brought back in any case.
        """
        async with self.acquire_connection() as connection:
            await connection.execute("SAVEPOINT apart; SET TRANSACTION READ ONLY")
            try:
                found: Sequence[Mapping[str, Any]] = await connection.fetch(query, *values)
            except asyncpg.ReadOnlySQLTransactionError as error:
                raise OnlyReads from error
            finally:
                await to_its_end(self._back(connection))
            return found

    @translate_exceptions
    async def execute_counted(self, query: str, values: Sequence[Any]) -> int:
        """Run one statement; the number of rows it touched, which Tortoise tells of some alone."""
        async with self.acquire_connection() as connection:
            if values:
                status = await connection.execute(query, *values)
            else:
                status = await connection.unnamed(query)
            touched = status.rsplit(" ", 1)[-1]
            return int(touched) if touched.isdigit() else 0

    @staticmethod
    async def _back(connection: _Carried) -> None:
        await connection.execute("ROLLBACK TO SAVEPOINT apart; RELEASE SAVEPOINT apart")


class Client(AsyncpgDBClient):
    """The Tortoise engine: hands out sessions on pooled connections."""

    connection_class = PlainConnection

    def __init__(self, *, wait: float = 10.0, pooled: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._wait = wait
        self._pooled = pooled
        self.extra.pop("wait", None)

    def _check_loop(self) -> bool:
        """Tortoise asks this of whoever makes a query, to connect anew in other event loops.

        Resolvers of plugins make theirs in loops of their own: it is sent from this one.
        """
        return True

    def session(
        self, scope: Scope, *, write: bool, once: bool = False
    ) -> AbstractAsyncContextManager[SessionClient]:
        """A transaction in a scope: committed when the block ends well, else undone.

        ``once``: one statement, which needs no transaction; a second one raises `AskedAgain`.
        """
        if self._pool is None:
            raise RuntimeError("the database is not open")
        # What a pooler's connection is told outside of a transaction, others would hear.
        if once and not self._pooled:
            return self._reading_once(self._pool, scope)
        return self._transaction(self._pool, scope, write=write)

    @asynccontextmanager
    async def _reading_once(self, pool: asyncpg.Pool, scope: Scope) -> AsyncIterator[SessionClient]:
        connection = await self._acquired(pool, lambda found: found.stand(scope))
        once = _Once(connection)
        try:
            yield _SessionClient(self, once, write=False)
        except LOST as error:
            await to_its_end(_drop(pool, connection))
            raise Unavailable from error
        except AskedAgain:
            await pool.release(connection)
            raise
        except BaseException:
            # A statement that nobody waits for any more may still be under way.
            await to_its_end(_drop(pool, connection))
            raise
        await pool.release(connection)
        if once.statements > 1:
            raise AskedAgain

    @asynccontextmanager
    async def _transaction(
        self, pool: asyncpg.Pool, scope: Scope, *, write: bool
    ) -> AsyncIterator[SessionClient]:
        begun = opening(scope, write=write, pooled=self._pooled)
        connection = await self._acquired(pool, lambda found: found.execute(begun))
        carried = _Carried(connection)
        try:
            yield _SessionClient(self, carried, write=write)
            await carried.settled()
            await self._end(connection, "COMMIT" if write else "ROLLBACK")
        except LOST as error:
            await to_its_end(_drop(pool, connection))
            raise Unavailable from error
        except BaseException:
            await to_its_end(_undo_all(pool, connection, carried))
            raise
        await pool.release(connection)

    async def _acquired(self, pool: asyncpg.Pool, opened: Callable[[Any], Awaitable[Any]]) -> Any:
        """A connection that was opened so. Those that were lost while idle are replaced."""
        for _ in range(self.pool_maxsize + 1):
            try:
                async with asyncio.timeout(self._wait):
                    connection = await pool.acquire()
            except TimeoutError as error:
                raise Busy from error
            except (*LOST, asyncpg.PostgresError, OSError) as error:
                raise Unavailable from error
            try:
                await opened(connection)
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


async def _undo_all(pool: asyncpg.Pool, connection: Any, carried: _Carried) -> None:
    """End what is under way, then undo it."""
    await carried.ended()
    await _undo(pool, connection)


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


def options(*, pooled: bool) -> dict[str, Any]:
    """How to connect: to the server itself, or to a pooler that lends its connections.

    A pooler takes no settings but those that it knows, and what one transaction prepares is not
    there for the next.
    """
    if pooled:
        return {"pooled": True, "statement_cache_size": 0, "server_settings": _NAMED}
    return {"server_settings": {**_NAMED, **_TIMEOUTS}}


@lru_cache(maxsize=1024)
def opening(scope: Scope, *, write: bool, pooled: bool) -> str:
    """The statements that begin a session, sent in one round trip.

    Reads see one snapshot and cannot write. Scope values are UUIDs, hex and a constant.
    """
    mode = "READ COMMITTED READ WRITE" if write else "REPEATABLE READ READ ONLY"
    settings = _settings("SET LOCAL", scope)
    if pooled:
        settings += "".join(f"SET LOCAL {name} = {value};" for name, value in _TIMEOUTS.items())
    # What is to be done again after a conflict begins here, at no round trip of its own.
    savepoint = f"SAVEPOINT {OPENED};" if write else ""
    return f"BEGIN ISOLATION LEVEL {mode};{settings}{savepoint}"


def _standing(scope: Scope) -> str:
    """The statements after which a connection reads in a scope without a transaction."""
    return f"{_settings('SET', scope)}SET default_transaction_read_only = on"


def _settings(how: str, scope: Scope) -> str:
    return "".join(
        f"{how} clientgraph.{name} = '{value}';" for name, value in parameters(scope).items()
    )


client_class = Client
