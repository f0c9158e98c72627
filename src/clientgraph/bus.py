"""Tells listeners what was committed: in this process, or through PostgreSQL to all of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import orjson

from clientgraph.contract.records import RecordChange
from clientgraph.storage.migrator import connect
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session

log = logging.getLogger(__name__)

CHANNEL = "clientgraph_changes"
WAITING = 1000
# PostgreSQL takes less than 8,000 bytes (documentation of NOTIFY).
LONGEST_PAYLOAD = 7_900
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 10.0


Watcher = Callable[[RecordChange], None]


class Bus(Protocol):
    """Where changes are told and heard."""

    async def open(self) -> None:
        """Begin."""

    async def close(self) -> None:
        """End."""

    async def announce(self, session: Session, changes: Sequence[RecordChange]) -> None:
        """Tell changes along with the transaction; called just before it is committed."""

    def committed(self, changes: Sequence[RecordChange]) -> None:
        """The transaction is committed."""

    def listen(self, scope: Scope) -> AsyncIterator[RecordChange]:
        """The changes from now on that a member of a workspace may know of."""

    def watch(self, watcher: Watcher) -> None:
        """Have every workspace's changes told to this, from now on; this process's at once."""


class _Listeners:
    """Queues of those who listen. One that falls behind loses the oldest, never holds others."""

    def __init__(self) -> None:
        self._queues: dict[UUID | None, dict[asyncio.Queue[RecordChange], UUID | None]] = {}
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def show(self, change: RecordChange) -> None:
        for watcher in self._watchers:
            watcher(change)

    def tell(self, change: RecordChange) -> None:
        self.show(change)
        for queue, member in self._queues.get(change.organisation_id, {}).items():
            if change.audience is not None and member not in change.audience:
                continue
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(change)

    def listen(self, scope: Scope) -> AsyncIterator[RecordChange]:
        queue: asyncio.Queue[RecordChange] = asyncio.Queue(WAITING)
        self._queues.setdefault(scope.organisation, {})[queue] = scope.member
        return self._heard(scope.organisation, queue)

    async def _heard(
        self, organisation_id: UUID | None, queue: asyncio.Queue[RecordChange]
    ) -> AsyncIterator[RecordChange]:
        try:
            while True:
                yield await queue.get()
        finally:
            del self._queues[organisation_id][queue]
            if not self._queues[organisation_id]:
                del self._queues[organisation_id]


class LocalBus(_Listeners):
    """For SQLite: one process serves, so one process hears."""

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def announce(self, session: Session, changes: Sequence[RecordChange]) -> None:
        """Nothing to do before the commit."""

    def committed(self, changes: Sequence[RecordChange]) -> None:
        """Tell the listeners of this process."""
        for change in changes:
            self.tell(change)


class PostgresBus(_Listeners):
    """NOTIFY rides on the transaction: heard by every process, if and only if it commits."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._pause = SHORTEST_PAUSE

    async def open(self) -> None:
        """Begin to hear; after a lost connection, hear again as soon as there is one."""
        self._task = asyncio.create_task(self._keep_hearing())
        await asyncio.wait_for(self._ready.wait(), 15)

    async def close(self) -> None:
        """Stop hearing."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def announce(self, session: Session, changes: Sequence[RecordChange]) -> None:
        """Put the changes into the transaction, as many at a time as a payload takes."""
        if payloads := list(_payloads(changes)):
            await session.select(
                "SELECT pg_notify(?, payload) FROM unnest(?::text[]) payload", [CHANNEL, payloads]
            )

    def committed(self, changes: Sequence[RecordChange]) -> None:
        """PostgreSQL tells everybody, this process too; its watchers know before it does."""
        for change in changes:
            self.show(change)

    async def _keep_hearing(self) -> None:
        while True:
            try:
                await self._hear()
            except Exception:
                # Whatever went wrong, the only way back is to begin again.
                log.warning("cannot hear changes, trying again", exc_info=True)
            else:
                log.warning("lost the connection that hears changes; some may be missed")
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _hear(self) -> None:
        """Hear until the connection is lost."""
        connection = await connect(self._url)
        try:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener(CHANNEL, self._received)
            self._pause = SHORTEST_PAUSE
            self._ready.set()
            await lost.wait()
        finally:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await connection.close(timeout=2)

    def _received(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        try:
            changes = [_unpacked(packed) for packed in orjson.loads(payload)]
        except (ValueError, TypeError, AttributeError):
            # Whoever can connect to the database can also notify.
            log.warning("ignored a message that is not ours", extra={"channel": CHANNEL})
            return
        for change in changes:
            self.tell(change)


def _payloads(changes: Sequence[RecordChange]) -> Iterator[str]:
    """The changes as JSON lists, none longer than a payload may be."""
    waiting: list[str] = []
    for change in changes:
        text = orjson.dumps(_packed(change)).decode()
        if waiting and sum(map(len, waiting)) + len(waiting) + len(text) > LONGEST_PAYLOAD:
            yield f"[{','.join(waiting)}]"
            waiting = []
        waiting.append(text)
    if waiting:
        yield f"[{','.join(waiting)}]"


def _packed(change: RecordChange) -> list[Any]:
    parent = change.client_id.hex if change.client_id else None
    return [
        change.organisation_id.hex,
        change.type,
        change.id.hex,
        change.action,
        change.version,
        parent,
        None if change.audience is None else sorted(each.hex for each in change.audience),
    ]


def _unpacked(packed: list[Any]) -> RecordChange:
    organisation, kind, row, action, version, parent, audience = packed
    return RecordChange(
        organisation_id=UUID(organisation),
        type=kind,
        id=UUID(row),
        action=action,
        version=version,
        client_id=UUID(parent) if parent else None,
        audience=None if audience is None else frozenset(map(UUID, audience)),
    )
