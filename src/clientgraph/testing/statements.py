"""The SQL that really goes to the database, as the drivers report it."""

from __future__ import annotations

import asyncio
import sqlite3
from itertools import dropwhile
from typing import Any

import asyncpg
import pytest


class Statements:
    """Every statement on connections that are opened while the drivers are watched."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have sqlite3 and asyncpg report what they send; on new connections only."""
        connect, create_pool = sqlite3.connect, asyncpg.create_pool

        def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection = connect(*arguments, **options)
            connection.set_trace_callback(self._seen.append)
            return connection

        async def log(connection: Any) -> None:
            connection.add_query_logger(lambda record: self._seen.append(record.query))

        def logged(*arguments: Any, **options: Any) -> Any:
            return create_pool(*arguments, init=log, **options)

        monkeypatch.setattr(sqlite3, "connect", traced)
        monkeypatch.setattr(asyncpg, "create_pool", logged)

    async def take(self) -> list[str]:
        """The statements since the last call, without what triggers run."""
        await asyncio.sleep(0)  # asyncpg calls its loggers in the loop's next turn
        seen = [text for text in self._seen if not text.startswith("--")]
        self._seen.clear()
        return seen

    async def noted(self) -> None:
        """Wait until it is written that a token was used for the first time; beside its request."""
        seen: list[str] = []
        while "COMMIT" not in dropwhile(lambda text: 'SET "last_used_at"' not in text, seen):
            await asyncio.sleep(0.01)
            seen += await self.take()
