"""One transaction on one connection, seen through one scope."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from typing import Any, Literal
from uuid import UUID

import orjson
from tortoise.backends.base.client import TransactionalDBClient

from clientgraph.storage.cleanup import to_its_end
from clientgraph.storage.scope import Scope

Dialect = Literal["sqlite", "postgres"]


class SessionClient(TransactionalDBClient):
    """Tortoise's view of one open transaction, and what each database does in its own way."""

    async def select_apart(self, query: str, values: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """Rows of a query that is undone alone when it fails."""
        raise NotImplementedError


class Session:
    """What services read and write through; ends with the transaction that it stands for."""

    def __init__(self, client: SessionClient, scope: Scope, dialect: Dialect) -> None:
        self.client = client
        self.scope = scope
        self.dialect: Dialect = dialect
        self._savepoints = count(1)

    async def select(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query with ``?`` placeholders, as dicts."""
        text, values = self._dialect_form(sql, parameters)
        rows = await self.client.execute_query_dict(text, values)
        return [dict(row) for row in rows]

    async def select_apart(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The same for SQL that may fail: it then fails alone, and the transaction goes on."""
        text, values = self._dialect_form(sql, parameters)
        return [dict(row) for row in await self.client.select_apart(text, values)]

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement with ``?`` placeholders; the number of rows it touched."""
        text, values = self._dialect_form(sql, parameters)
        touched, _ = await self.client.execute_query(text, values)
        return int(touched)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part of the transaction that is undone alone when it raises.

        It is not released: the end of the transaction does so, for one round trip less.
        """
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
        parts = sql.split("?")
        numbered = "".join(f"{part}${n}" for n, part in enumerate(parts[:-1], 1)) + parts[-1]
        return numbered, list(parameters)


def _for_sqlite(value: Any) -> Any:
    """A value as Tortoise stores it in SQLite; a list as the JSON text that json_each reads."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, list):
        return orjson.dumps([_for_sqlite(item) for item in value]).decode()
    return value
