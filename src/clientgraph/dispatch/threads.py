"""Threads that run what plugins wrote, so that what hangs there holds nobody else."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread, get_native_id
from typing import Any, Final

# The system keeps 15 bytes of a thread's name.
_MARK: Final = "cg:"
_KEPT: Final = 15


class TookTooLong(Exception):
    """What was called did not answer in time."""


@dataclass(frozen=True)
class Outcome:
    """How a call ended: with an answer, or with whatever was raised."""

    answer: Any = None
    error: BaseException | None = None

    def value(self) -> Any:
        """The answer; raises what was raised, as a `RuntimeError` where that would end more."""
        if isinstance(self.error, Exception):
            raise self.error
        if self.error is not None:
            raise RuntimeError(f"{type(self.error).__name__} was raised") from self.error
        return self.answer


def outcome(call: Callable[[], Any]) -> Outcome:
    """How this ends, which itself never raises."""
    try:
        return Outcome(call())
    except BaseException as error:  # noqa: BLE001 - told to whoever waits, whatever it is
        return Outcome(error=error)


def name_thread(plugin: str) -> None:
    """Have the system, too, know this thread by its plugin: ``top -H``, debuggers and supervisors.

    Where there is no /proc, it does not.
    """
    with suppress(OSError):
        Path(f"/proc/self/task/{get_native_id()}/comm").write_bytes(_thread_name(plugin))


def plugin_of_thread(name: str) -> str | None:
    """The beginning of the plugin's name, from the name of a thread; None for other threads."""
    return name.removeprefix(_MARK) if name.startswith(_MARK) else None


def is_of_thread(plugin: str, known: str) -> bool:
    """Whether this is the plugin, of which a thread's name tells the beginning."""
    return plugin_of_thread(_thread_name(plugin).decode("utf-8", "replace")) == known


def _thread_name(plugin: str) -> bytes:
    return f"{_MARK}{plugin}".encode()[:_KEPT]


class Threads:
    """At most so many threads at a time; what comes while all are busy waits for its turn.

    They end when there is nothing to do, and the end of the process waits for none of them.
    """

    def __init__(self, plugin: str, most: int) -> None:
        self._plugin = plugin
        self._most = most
        self._lock = Lock()
        self._running = 0
        self._waiting: deque[tuple[Future[Outcome], Callable[[], Any]]] = deque()

    def submit(self, call: Callable[[], Any]) -> Future[Outcome]:
        """Run this when a thread is free; it is not run any more once the future is cancelled."""
        future: Future[Outcome] = Future()
        with self._lock:
            self._waiting.append((future, partial(copy_context().run, call)))
            starts = self._running < self._most
            self._running += starts
        if starts:
            Thread(target=self._work, name=f"plugin {self._plugin}", daemon=True).start()
        return future

    def _work(self) -> None:
        name_thread(self._plugin)
        while (taken := self._next()) is not None:
            future, call = taken
            if future.set_running_or_notify_cancel():
                future.set_result(outcome(call))

    def _next(self) -> tuple[Future[Outcome], Callable[[], Any]] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._running -= 1
            return None


def in_time(call: Callable[[], Any], seconds: float, name: str, *, plugin: str) -> Any:
    """What this answers, in a thread of its own; raises `TookTooLong`, or what it raises."""
    answers: SimpleQueue[Outcome] = SimpleQueue()

    def work() -> None:
        name_thread(plugin)
        answers.put(outcome(call))

    Thread(target=work, name=name, daemon=True).start()
    try:
        return answers.get(timeout=seconds).value()
    except Empty:
        raise TookTooLong(f"{name} took more than {seconds:g} s") from None
