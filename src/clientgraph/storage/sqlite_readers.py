"""SQLite's readers: their statements are run in place, in the event loop, where they are quick.

To hand a statement to a thread and its rows back takes longer than most statements do. One that
takes longer than `IN_PLACE` is interrupted and run again in a thread, in the same snapshot.

A connection has one owner at any time: the pool, or one `Snapshot`, which lets go of it when it
ends. Within a snapshot statements are run one after the other, wherever each is run.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import count
from typing import Any, Final

from clientgraph.storage.cleanup import heeded, to_its_end
from clientgraph.storage.scope import Scope, parameters
from clientgraph.storage.sqlite_wall import NO_SCOPE, Wall
from clientgraph.turns import SLICE_SECONDS

IN_PLACE: Final = 0.02
"""Seconds for which a statement may hold the event loop."""
# Steps of SQLite's machine between two looks at the clock: a fraction of a millisecond.
_STEPS: Final = 2_000
_PAUSE: Final = 0.01
_MOST_RENAMED: Final = 256


class Reader:
    """A connection that only reads, for the thread that calls it: never two at once."""

    def __init__(self, file: str, wait: float) -> None:
        self._wall = Wall(read_only=True)
        self._raw = self._wall.connect(file, wait, check_same_thread=False)
        self._until = math.inf
        self._texts: dict[str, str] = {}
        self._names = count(1)
        self._raw.set_progress_handler(self._is_late, _STEPS)

    def begin(self, scope: Scope) -> None:
        """A snapshot, as of its first statement."""
        self._wall.scope = parameters(scope)
        self._raw.execute("BEGIN")

    def bound(self, until: float) -> None:
        """Have statements interrupted that are still run at this time, the one under way too."""
        self._until = until

    def fetch(self, sql: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        """All rows of a statement."""
        text = self._wall.route(self._texts.get(sql, sql))
        try:
            return self._raw.execute(text, values).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                self._rename(sql)
            raise

    def _rename(self, sql: str) -> None:
        """Give a statement another text from here on.

        One that is interrupted between two rows is in use for ever to Python's sqlite3 (up to
        3.11), and by the same text it would be compiled anew each time.
        """
        if len(self._texts) >= _MOST_RENAMED:
            self._texts.clear()
        self._texts[sql] = f"{sql} /* {next(self._names)} */"

    def end(self) -> None:
        """Let go of the snapshot."""
        self._until = math.inf
        self._wall.scope = NO_SCOPE
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")

    def close(self) -> None:
        """Disconnect."""
        self._raw.close()

    def _is_late(self) -> bool:
        return time.monotonic() > self._until


class _Stretch:
    """How long the event loop has been at it since a statement was run, without a look around."""

    def __init__(self) -> None:
        self._begun: float | None = None

    def is_long(self) -> bool:
        """Whether it is time for others."""
        now = time.monotonic()
        if self._begun is None:
            self._begun = now
            asyncio.get_running_loop().call_soon(self._end)
        is_long = now - self._begun > SLICE_SECONDS
        if is_long:
            # Who asks lets others have a turn, whatever becomes of the loop that was to tell so.
            self._end()
        return is_long

    def _end(self) -> None:
        self._begun = None


_stretch: Final = _Stretch()


class Snapshot:
    """What one session reads, through a reader that is its own until it ends."""

    def __init__(self, reader: Reader, scope: Scope, threads: Executor, wait: float) -> None:
        self._reader = reader
        self._threads = threads
        self._wait = wait
        self._turn = asyncio.Lock()
        self._is_over = False
        self._has_let_go = False
        reader.begin(scope)

    async def fetch(self, sql: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        """All rows of a statement; another process that holds the file is waited for."""
        async with self._turn:
            patience = time.monotonic() + self._wait
            if _stretch.is_long():
                # One statement after the other in place, and nobody else would come to anything.
                await asyncio.sleep(0)
            while not self._is_over:
                self._reader.bound(time.monotonic() + IN_PLACE)
                try:
                    return self._reader.fetch(sql, values)
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                        return await self._in_thread(sql, values)
                    if not _is_busy(error) or time.monotonic() > patience:
                        raise
                await asyncio.sleep(_PAUSE)
        raise RuntimeError("the session has ended")

    async def _in_thread(self, sql: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        """The same however long it takes, until nobody waits for it any more."""
        self._reader.bound(math.inf)
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._threads, self._reader.fetch, sql, values)
        running.add_done_callback(heeded)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._reader.bound(-math.inf)
            await to_its_end(_settled(running))
            raise

    async def end(self) -> None:
        """Interrupt what is under way, let nothing more begin, and let go of the reader."""
        self._is_over = True
        try:
            if self._turn.locked():
                self._reader.bound(-math.inf)
                await to_its_end(self._idle())
        finally:
            if not self._has_let_go:
                self._has_let_go = True
                self._reader.end()

    async def _idle(self) -> None:
        async with self._turn:
            pass


async def _settled(running: asyncio.Future[Any]) -> None:
    await asyncio.wait([running])


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another process holds the file; extended codes say in which way."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
