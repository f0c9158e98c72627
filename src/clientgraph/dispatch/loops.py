"""An event loop for each plugin: what blocks in an async function blocks that plugin alone."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from threading import Event, Lock, Thread
from typing import Any, Final

from clientgraph.dispatch.threads import Outcome, name_thread

log = logging.getLogger(__name__)

CLOSING_SECONDS: Final = 1.0


class PluginLoop:
    """Runs async functions of one plugin in a thread that begins when it is first needed."""

    def __init__(self, plugin: str) -> None:
        self._plugin = plugin
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: Callable[[], Any] = lambda: None

    def submit(self, call: Callable[[], Awaitable[Any]]) -> Future[Outcome]:
        """Run this; cancelling the future cancels it."""
        return asyncio.run_coroutine_threadsafe(_outcome(call), self._running())

    def close(self) -> None:
        """Let the thread end, as soon as it answers; a later call begins another one."""
        with self._lock:
            self._end()
            self._loop = None

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop, over = asyncio.new_event_loop(), Event()
                self._end = weakref.finalize(self, _stop, self._loop, over)
                Thread(
                    target=_serve,
                    args=[self._plugin, self._loop, over],
                    name=f"plugin {self._plugin}",
                    daemon=True,
                ).start()
            return self._loop


def _stop(loop: asyncio.AbstractEventLoop, over: Event) -> None:
    asyncio.run_coroutine_threadsafe(_finish(loop, over), loop)


async def _finish(loop: asyncio.AbstractEventLoop, over: Event) -> None:
    """Stop once what is under way was told to end, and had a moment for it."""
    tasks = asyncio.all_tasks(loop) - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=CLOSING_SECONDS)
    over.set()
    loop.stop()


def _serve(plugin: str, loop: asyncio.AbstractEventLoop, over: Event) -> None:
    name_thread(plugin)
    asyncio.set_event_loop(loop)
    while not over.is_set():
        try:
            loop.run_forever()
        except BaseException:  # a task that wants to end the process ends nothing
            log.exception("a plugin's task failed")
    loop.close()


async def _outcome(call: Callable[[], Awaitable[Any]]) -> Outcome:
    try:
        return Outcome(await call())
    except BaseException as error:  # noqa: BLE001 - told to whoever waits, whatever it is
        return Outcome(error=error)
