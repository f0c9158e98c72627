"""One transaction on one connection, seen through one scope."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID

import orjson
from tortoise.backends.base.client import TransactionalDBClient

from clientgraph.contract.operation import Dialect
from clientgraph.storage.cleanup import to_its_end
from clientgraph.storage.scope import Scope
from clientgraph.turns import give_way

__all__ = ["Dialect", "Session", "SessionClient"]


class OnlyReads(PermissionError):
    """A statement that writes was sent where only reading is possible."""

    def __init__(self) -> None:
        super().__init__("select only reads: what writes goes to execute, one statement at a time")


class AskedAgain(Exception):
    """A second statement was sent where one was to be all."""


class SessionClient(TransactionalDBClient):
    """Tortoise's view of one open transaction, and what each database does in its own way.

    ``opened`` is a savepoint that was set along with the beginning, if there is one.
    """

    opened: str | None = None

    async def select_apart(self, query: str, values: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """Rows of a query that cannot write, and is undone alone when it fails.

        The database itself refuses what writes, functions and all: `OnlyReads`.
        """
        raise NotImplementedError

    async def execute_counted(self, query: str, values: Sequence[Any]) -> int:
        """Run one statement; the number of rows it touched."""
        raise NotImplementedError


class Session:
    """What services read and write through; ends with the transaction that it stands for.

    ``uses`` counts how often its client was asked for: once for each statement, at least.
    """

    def __init__(self, client: SessionClient, scope: Scope, dialect: Dialect) -> None:
        self._client = client
        self.uses = 0
        self.scope = scope
        self.dialect: Dialect = dialect
        self._savepoints = count(1)

    @property
    def client(self) -> SessionClient:
        """What statements are run through."""
        self.uses += 1
        return self._client

    def through(self, client: SessionClient) -> Session:
        """The same transaction, whose statements another client sends."""
        made = copy(self)
        made._client = client
        return made

    async def select(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query with ``?`` placeholders, as dicts."""
        text, values = self._dialect_form(sql, parameters)
        rows = await self.client.execute_query_dict(text, values)
        await give_way()
        return [dict(row) for row in rows]

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Sequence[Any]:
        """The same as the driver hands them over: values by their places."""
        text, values = self._dialect_form(sql, parameters)
        _, found = await self.client.execute_query(text, values)
        await give_way()
        return found

    async def select_apart(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The same for SQL of others: it cannot write, and where it fails it fails alone."""
        text, values = self._dialect_form(sql, parameters)
        return [dict(row) for row in await self.client.select_apart(text, values)]

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement with ``?`` placeholders; the number of rows it touched."""
        text, values = self._dialect_form(sql, parameters)
        touched = await self.client.execute_counted(text, values)
        await give_way()
        return touched

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part of the transaction that is undone alone when it raises.

        It is not released: the end of the transaction does so, for one round trip less.
        """
        name = self._client.opened if self.uses == 0 else None
        if name is None:
            name = f"part_{next(self._savepoints)}"
            await self.client.execute_script(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            await to_its_end(self.client.execute_script(f"ROLLBACK TO SAVEPOINT {name}"))
            raise

    def _dialect_form(self, sql: str, parameters: Sequence[Any]) -> tuple[str, list[Any]]:
        if self.dialect == "sqlite":
            return sql, [_for_sqlite(value) for value in parameters]
        return _numbered(sql), list(parameters)


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> str:
    """A statement with PostgreSQL's placeholders."""
    parts = sql.split("?")
    return "".join(f"{part}${n}" for n, part in enumerate(parts[:-1], 1)) + parts[-1]


def _for_sqlite(value: Any) -> Any:
    """A value as Tortoise stores it in SQLite; a list as the JSON text that json_each reads."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return orjson.dumps([_for_sqlite(item) for item in value]).decode()
    return value
