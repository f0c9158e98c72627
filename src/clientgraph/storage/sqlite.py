"""SQLite behind Tortoise: one writer, several readers that never wait for it, and the wall.

On every connection a temporary view hides each table that has an ``organisation_id``: the name
``client`` means "the clients of this session's workspace", whatever the SQL says. Writes go to
the table itself and are checked by temporary triggers; an authorizer refuses any other way in,
and everything that could take the wall down again.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiosqlite
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionWrapper,
    translate_exceptions,
)

from clientgraph.errors import Busy
from clientgraph.storage import private
from clientgraph.storage.cleanup import to_its_end
from clientgraph.storage.scope import Scope, parameters
from clientgraph.storage.session import OnlyReads, SessionClient

_WRITE = re.compile(r'^\s*(INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# The only way past the views is the schema's name, which SQLite also takes in any quotes.
_PAST_THE_VIEW = re.compile(r"\bmain\b", re.IGNORECASE)
_DENY_TEXT = "row of another workspace or member"
_REFUSAL = "access to the tables themselves is prohibited"
_ALSO_VISIBLE = {
    "api_token": " OR token_hash = cg_credential()",
    "member": " OR id = (SELECT member_id FROM main.api_token WHERE token_hash = cg_credential())",
    "organisation": " OR cg_operator() = 'on'",
}


# What sessions do. Anything else (DDL, PRAGMA, ATTACH…) could take the wall down.
_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
    }
)
_WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
# What FTS5 asks on the session's connection: whether others wrote; and, to set itself up anew when
# the schema has changed, for numbers of the catalogue's rows.
_OF_INDEXES = frozenset(
    {
        (sqlite3.SQLITE_PRAGMA, "data_version", None),
        (sqlite3.SQLITE_READ, "sqlite_master", "ROWID"),
    }
)


class Connection:
    """One SQLite connection with its scope and its wall."""

    def __init__(self, raw: aiosqlite.Connection) -> None:
        self.raw = raw
        self.scope = parameters(Scope())
        self.walled: frozenset[str] = frozenset()
        self.indexes: frozenset[str] = frozenset()
        self._inside_indexes: re.Pattern[str] | None = None
        # To the authorizer a view and a CTE of its name look alike, so nobody may know the names.
        self._mark = f"wall_{secrets.token_hex(8)}_"
        self._writing = False
        self._read_only = False
        self._guarded = False
        self._setting = ""

    async def prepare(self) -> None:
        """Register what the wall calls; before any table is touched."""
        for name in self.scope:
            await self.raw.create_function(f"cg_{name}", 0, self._reader(name), deterministic=True)

    async def raise_wall(self, *, read_only: bool) -> None:
        """Hide the tables that exist now behind views and triggers; once per connection."""
        tables = await self.raw.execute_fetchall(
            "SELECT m.name FROM main.sqlite_master m WHERE m.type = 'table' AND "
            "(m.name = 'organisation' OR EXISTS (SELECT 1 FROM pragma_table_info(m.name) c "
            "WHERE c.name = 'organisation_id'))"
        )
        self.walled = frozenset(row[0] for row in tables)
        for table in sorted(self.walled):
            for statement in wall_statements(table, self._mark):
                await self.raw.execute(statement)
        found = await self.raw.execute_fetchall(
            "SELECT name FROM main.sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
        )
        self.indexes = frozenset(row[0] for row in found)
        if self.indexes:
            names = "|".join(map(re.escape, sorted(self.indexes)))
            self._inside_indexes = re.compile(rf"\b(?:{names})_", re.IGNORECASE)
        # SQLite sets json_each up at its first use, which looks like DDL to the authorizer.
        await self.raw.execute_fetchall("SELECT value FROM json_each('[]')")
        self._read_only = read_only
        if read_only:
            await self.raw.execute("PRAGMA query_only=ON")
        await self.raw.set_authorizer(self._authorize)

    @asynccontextmanager
    async def only_reading(self) -> AsyncIterator[None]:
        """Have SQLite refuse what writes; a reader's connection does so always."""
        if self._read_only:
            yield
            return
        self._guarded = True
        try:
            await self._hold(to="ON")
            yield
        finally:
            await to_its_end(self.let_write())

    async def let_write(self) -> None:
        """Have a writer's connection write again, where it was held to reading."""
        if self._guarded:
            await self._hold(to="OFF")
            self._guarded = False

    async def _hold(self, *, to: str) -> None:
        self._setting = to
        try:
            await self.raw.execute(f"PRAGMA query_only={to}")
        finally:
            self._setting = ""

    def route(self, sql: str) -> str:
        """Send a write past the view to the guarded table; leave reads as they are.

        Raises `sqlite3.DatabaseError` when such a write names another way past the views, and for
        SQL that names what an index is made of: FTS5 alone may touch that, by statements of its
        own, which no authorizer can tell from others.
        """
        if self._inside_indexes is not None and self._inside_indexes.search(sql):
            raise sqlite3.DatabaseError(_REFUSAL)
        found = _WRITE.match(sql)
        self._writing = found is not None and found[2] in self.walled
        if found is None or not self._writing:
            return sql
        if _PAST_THE_VIEW.search(sql):
            raise sqlite3.DatabaseError(_REFUSAL)
        return f'{sql[: found.start(1)]}{found[1]} main."{found[2]}"{sql[found.end() :]}'

    def _reader(self, name: str) -> Callable[[], str]:
        return lambda: self.scope[name]

    def _authorize(
        self, action: int, table: str | None, column: str | None, db: str | None, by: str | None
    ) -> int:
        ours = action == sqlite3.SQLITE_PRAGMA and (table, column) == ("query_only", self._setting)
        if ours or (action, table, column) in _OF_INDEXES:
            return sqlite3.SQLITE_OK
        # Only what happens to documents changes their index, by triggers.
        if action not in _ALLOWED or (action in _WRITES and table in self.indexes and by is None):
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and db in ("main", "temp") and table is not None:
            inside = self._writing or (by is not None and by.startswith(self._mark))
            walled = db == "main" and table in self.walled
            if table.startswith("sqlite_") or (walled and not inside):
                return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK


def wall_statements(table: str, mark: str) -> list[str]:
    """The temporary views and triggers that keep one table's rows in their workspace.

    ``mark`` begins the names of all that may look at the table itself.
    """
    key = "id" if table == "organisation" else "organisation_id"
    visible = f"{key} = cg_organisation()" + _ALSO_VISIBLE.get(table, "")
    kept = private.condition(table)
    if kept is not None:
        visible += f" AND {kept}"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_DENY_TEXT}'); END"
    new, old = (f"{row}.{key} IS NOT cg_organisation()" for row in ("NEW", "OLD"))
    guard = f"CREATE TEMP TRIGGER {mark}{table}"
    return [
        f'CREATE TEMP VIEW {mark}{table} AS SELECT * FROM main."{table}" WHERE {visible}',
        f'CREATE TEMP VIEW "{table}" AS SELECT * FROM {mark}{table}',
        f'{guard}_i BEFORE INSERT ON main."{table}" WHEN {new} {refuse}',
        f'{guard}_u BEFORE UPDATE ON main."{table}" WHEN {old} OR {new} {refuse}',
        f'{guard}_d BEFORE DELETE ON main."{table}" WHEN {old} {refuse}',
        *(private.guards(table, guard, refuse) if kept is not None else []),
    ]


class _SessionClient(SqliteTransactionWrapper, SessionClient):
    """Tortoise's view of one open transaction on one of our connections."""

    def __init__(self, parent: Client, connection: Connection) -> None:
        super().__init__(parent)
        self._connection = connection.raw
        self._walled = connection

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        return int(await super().execute_insert(self._walled.route(query), values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await super().execute_many(self._walled.route(query), values)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Any]:
        return await super().execute_query(self._walled.route(query), values)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> Any:
        return await super().execute_query_dict(self._walled.route(query), values)

    @translate_exceptions
    async def select_apart(self, query: str, values: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """Rows of a query that cannot write; in SQLite what fails is undone alone anyway.

        Nothing else runs on the connection meanwhile: it could not write either.
        """
        async with self.acquire_connection() as raw, self._walled.only_reading():
            try:
                return [*await raw.execute_fetchall(self._walled.route(query), list(values))]
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
                    raise OnlyReads from error
                raise

    async def execute_counted(self, query: str, values: Sequence[Any]) -> int:
        """Run one statement; the number of rows it touched."""
        touched, _ = await self.execute_query(query, list(values))
        return touched

    async def execute_script(self, query: str) -> None:
        # executescript() would commit first (sqlite3 documentation); one statement never does.
        await self._walled.raw.execute(query)


class Client(SqliteClient):
    """The Tortoise engine: hands out sessions on one writer or on any of several readers."""

    def __init__(
        self, file_path: str, *, readers: int = 4, wait: float = 5.0, **pragmas: Any
    ) -> None:
        super().__init__(file_path, **pragmas)
        self._wait = wait
        self._reader_count = readers
        self._writer: Connection | None = None
        self._write_lock = asyncio.Lock()
        self._readers: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        # Each has a thread, which keeps the process from ending until it is closed.
        self._opened: list[aiosqlite.Connection] = []

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002
        """Open the writer and the readers, each behind its wall."""
        try:
            self._writer = await self._open(read_only=False)
            self._connection = self._writer.raw
            for _ in range(self._reader_count):
                self._readers.put_nowait(await self._open(read_only=True))
        except BaseException:
            await self.close()
            raise

    async def _open(self, *, read_only: bool) -> Connection:
        raw = await aiosqlite.connect(self.filename, isolation_level=None)
        self._opened.append(raw)
        raw.row_factory = sqlite3.Row
        pragmas = {
            "journal_mode": "WAL",
            "foreign_keys": "ON",
            # Without it, rows that INSERT OR REPLACE removes pass by the triggers.
            "recursive_triggers": "ON",
            "synchronous": "FULL",
            "busy_timeout": int(self._wait * 1000),
        }
        for name, value in pragmas.items():
            await raw.execute(f"PRAGMA {name}={value}")
        connection = Connection(raw)
        await connection.prepare()
        await connection.raise_wall(read_only=read_only)
        return connection

    @asynccontextmanager
    async def session(self, scope: Scope, *, write: bool) -> AsyncIterator[SessionClient]:
        """A transaction in a scope: committed when the block ends well, else undone."""
        async with self._writing() if write else self._reading() as connection:
            try:
                await self._begin(connection, scope, write=write)
                yield _SessionClient(self, connection)
                await self._end(connection, "COMMIT" if write else "ROLLBACK")
            except asyncio.CancelledError:
                # The statement that runs in the connection's thread must not outlive its caller.
                await to_its_end(self._interrupted(connection))
                raise
            except BaseException:
                await to_its_end(self._undo(connection))
                raise

    async def _begin(self, connection: Connection, scope: Scope, *, write: bool) -> None:
        connection.scope = parameters(scope)
        try:
            await connection.let_write()
            await connection.raw.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        except sqlite3.OperationalError as error:
            # Another process holds the file for longer than busy_timeout.
            raise Busy from error

    async def _end(self, connection: Connection, how: str) -> None:
        connection.scope = parameters(Scope())
        if connection.raw.in_transaction:
            await connection.raw.execute(how)

    async def _interrupted(self, connection: Connection) -> None:
        with suppress(ValueError):
            await connection.raw.interrupt()
        await self._undo(connection)

    async def _undo(self, connection: Connection) -> None:
        connection.scope = parameters(Scope())
        # Sent without looking first: a BEGIN whose caller is gone may not have run yet.
        # A connection that was closed meanwhile has nothing to undo: to aiosqlite, a ValueError.
        with suppress(sqlite3.OperationalError, ValueError):
            await connection.raw.execute("ROLLBACK")

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Connection]:
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
    async def _reading(self) -> AsyncIterator[Connection]:
        try:
            async with asyncio.timeout(self._wait):
                connection = await self._readers.get()
        except TimeoutError as error:
            raise Busy from error
        try:
            yield connection
        finally:
            self._readers.put_nowait(connection)

    async def close(self) -> None:
        """Close every connection, those in use too."""
        await to_its_end(self._close())

    async def _close(self) -> None:
        self._writer = self._connection = None
        self._readers = asyncio.LifoQueue()
        while self._opened:
            await self._opened.pop().close()


client_class = Client
