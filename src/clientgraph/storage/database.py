"""The database of one application: opened once, handing out sessions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise.context import TortoiseContext, _current_context
from tortoise.exceptions import OperationalError

from clientgraph.errors import Refusal
from clientgraph.storage import postgres, sqlite
from clientgraph.storage.outages import LOST
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Dialect, Session


class Database:
    """Opens the connections; the only way to a `Session`."""

    def __init__(
        self,
        url: str,
        models: Sequence[str],
        *,
        pool: int = 10,
        wait: float = 5.0,
        pooled: bool = False,
    ) -> None:
        """``pooled``: the URL is that of a pooler, behind which each transaction has another
        connection to the server.
        """
        self.url = url
        self.dialect: Dialect = dialect_of(url)
        self._models = list(models)
        self._pool = pool
        self._wait = wait
        self._pooled = pooled
        self._orm = TortoiseContext()
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: sqlite.Client | postgres.Client | None = None

    async def open(self) -> None:
        """Connect. The schema must be there already (see `clientgraph.storage.migrator`)."""
        connection = {
            "engine": f"clientgraph.storage.{self.dialect}",
            "credentials": credentials(
                self.url, pool=self._pool, wait=self._wait, pooled=self._pooled
            ),
        }
        self.bind()
        await self._orm.init(
            config={
                "connections": {"default": connection},
                "apps": {"clientgraph": {"models": self._models}},
                "use_tz": True,
                "timezone": "UTC",
            }
        )
        client: Any = self._orm.connections.get("default")
        await client.create_connection(with_db=True)
        self._client = client

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the request that asks for it; whether it succeeds is of no matter."""
        task = asyncio.create_task(self._unheeded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _unheeded(self, work: Coroutine[Any, Any, None]) -> None:
        with suppress(Refusal, *LOST, OperationalError):
            await work

    async def close(self) -> None:
        """Disconnect, after what was begun in the background."""
        await asyncio.gather(*self._tasks)
        if self._client is not None:
            await self._client.close()
            self._client = None

    def read(self, scope: Scope, *, once: bool = False) -> AbstractAsyncContextManager[Session]:
        """One consistent snapshot, read-only.

        ``once``: for one statement, where that is less work; then a second one raises `AskedAgain`.
        """
        return self._session(scope, write=False, once=once)

    def write(self, scope: Scope) -> AbstractAsyncContextManager[Session]:
        """One transaction: committed when the block ends well, undone when it raises."""
        return self._session(scope, write=True)

    @asynccontextmanager
    async def _session(
        self, scope: Scope, *, write: bool, once: bool = False
    ) -> AsyncIterator[Session]:
        if self._client is None:
            raise RuntimeError("the database is not open")
        self.bind()
        async with self._client.session(scope, write=write, once=once) as client:
            yield Session(client, scope, self.dialect)

    def bind(self) -> None:
        """Let this task work through sessions of this database, those of other tasks too."""
        # Tortoise finds dialect and connections of a model through this context variable; it is
        # per task, and each request is a task of its own, so several applications can coexist.
        _current_context.set(self._orm)


def dialect_of(url: str) -> Dialect:
    """``sqlite`` or ``postgres``, from a database URL whose scheme was validated."""
    return "sqlite" if urlsplit(url).scheme == "sqlite" else "postgres"


def credentials(url: str, *, pool: int, wait: float, pooled: bool = False) -> dict[str, Any]:
    """The URL as the engine's arguments."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"file_path": sqlite_path(url), "readers": min(pool, 4), "wait": wait}
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", None) or parts.hostname or "127.0.0.1"
    return {
        "host": host,
        "port": parts.port or 5432,
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "database": parts.path.lstrip("/"),
        "minsize": 1,
        "maxsize": pool,
        "wait": wait,
        **postgres.options(pooled=pooled),
        **query,
    }


def sqlite_path(url: str) -> str:
    """The file of a ``sqlite:`` URL: ``sqlite:///relative.db``, ``sqlite:////absolute.db``."""
    path = unquote(urlsplit(url).path)
    return path.removeprefix("/")
