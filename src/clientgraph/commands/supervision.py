"""Keeps the service answering: processes that serve are watched, and replaced when they stop.

Code of a plugin can hold up a whole Python process, such as a regular expression that backtracks
for hours and lets no other thread run meanwhile. Nothing in that process can end it. Its parent
does nothing but watch, so it can: it sees which thread is at work, and starts another process
without the plugin whose thread that is.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import os
import select
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from clientgraph.dispatch.threads import plugin_of_thread

BEAT_SECONDS: Final = 1.0
HELD_SECONDS: Final = 15.0
START_SECONDS: Final = 120.0
ENDING_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 1.0
SAMPLE_SECONDS: Final = 2.0
MOST_RESTARTS: Final = 5
RESTARTS_WITHIN: Final = 60.0
_SIGNAL_AT_PARENTS_END: Final = 1
_FORWARDED: Final = (signal.SIGINT, signal.SIGTERM)

log = logging.getLogger(__name__)


@dataclass
class Watched:
    """What a process that serves knows of the one that watches it.

    ``left_out`` are the plugins that held up a process before this one.
    """

    left_out: frozenset[str] = frozenset()
    pulse: int | None = None

    def beat(self) -> None:
        """Tell that this process answers; where nobody watches any more, end it.

        Linux has ended it already in that case.
        """
        if self.pulse is None:
            return
        try:
            os.write(self.pulse, b".")
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.pulse = None
            os.kill(os.getpid(), signal.SIGTERM)


def supervised(processes: int) -> Watched:
    """Return in so many processes, and in others after these; what calls it never gets back.

    It ends with `SystemExit` when it was told to, after the processes have ended; when one of them
    cannot start, with that one's exit code; and with 1 when they end again and again. Where there
    is no ``fork``, it returns at once, and nobody watches.
    """
    if not hasattr(os, "fork"):
        return Watched()
    crew = _Crew(processes)
    while True:
        while crew.lacks_one:
            watched = crew.begin()
            if watched is not None:
                return watched
        crew.watch()


@dataclass
class _Process:
    """One process that serves: since when it was not heard of, and whether it ever was."""

    pid: int
    pulse: int
    last: float
    serves: bool = False

    @property
    def is_held_up(self) -> bool:
        """Whether it has been silent for too long."""
        patience = HELD_SECONDS if self.serves else START_SECONDS
        return time.monotonic() - self.last > patience

    def listen(self) -> None:
        """Take what it has told."""
        with suppress(BlockingIOError):
            if os.read(self.pulse, 4096):
                self.last, self.serves = time.monotonic(), True


@dataclass
class _Crew:
    """The processes that serve."""

    wanted: int
    _running: dict[int, _Process] = field(default_factory=dict)
    _left_out: set[str] = field(default_factory=set)
    _restarts: deque[float] = field(default_factory=deque)
    _ends: bool = False
    _code: int = 0

    def __post_init__(self) -> None:
        # A signal writes here what wakes the parent up.
        self._woken, self._wakes = socket.socketpair()
        for end in (self._woken, self._wakes):
            end.setblocking(False)  # noqa: FBT003 - it has no name
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        self._before: dict[int, Any] = {
            each: signal.signal(each, self._forward) for each in _FORWARDED
        }
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)

    @property
    def lacks_one(self) -> bool:
        """Whether another process is to begin; the first must serve before others follow."""
        first_serves = all(each.serves for each in self._running.values())
        return not self._ends and len(self._running) < self.wanted and first_serves

    def begin(self) -> Watched | None:
        """Begin another process, in which this is not None."""
        heard, pulse = os.pipe()
        for end in (heard, pulse):
            os.set_blocking(end, False)
        _flush()
        # A signal meanwhile would miss the new process, or be forwarded by it.
        signal.pthread_sigmask(signal.SIG_BLOCK, _FORWARDED)
        pid = os.fork()
        if pid:
            os.close(pulse)
            self._running[pid] = _Process(pid, heard, time.monotonic())
            if self._ends:
                _end(pid, signal.SIGTERM)
        else:
            self._leave()
            os.close(heard)
            _end_with_parent()
            # What it was at when it was held up is written before it is ended.
            faulthandler.enable()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
        return None if pid else Watched(frozenset(self._left_out), pulse)

    def _leave(self) -> None:
        """In a new process: what was the parent's is none of its business."""
        signal.set_wakeup_fd(-1)
        for each, before in self._before.items():
            signal.signal(each, before)
        for end in (self._woken, self._wakes):
            end.close()
        for process in self._running.values():
            os.close(process.pulse)
        # Ctrl-C in a terminal is told to the parent alone, which passes it on.
        os.setpgid(0, 0)

    def watch(self) -> None:
        """Wait until something has happened, and see to it."""
        heard = [self._woken.fileno(), *(each.pulse for each in self._running.values())]
        select.select(heard, [], [], LOOK_SECONDS)
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        for process in [*self._running.values()]:
            process.listen()
            if process.is_held_up:
                self._free(process)
            self._reap(process)
        if self._ends and not self._running:
            raise SystemExit(self._code)

    def _free(self, process: _Process) -> None:
        """End a process that is held up, and remember by whom."""
        thread = _busiest_thread(process.pid)
        plugin = plugin_of_thread(thread)
        if plugin is not None:
            self._left_out.add(plugin)
        log.error(
            "the service was held up: it is started again, without the plugin that did it",
            extra={"plugin": plugin, "pid": process.pid, "seconds": HELD_SECONDS},
        )
        _end(process.pid, signal.SIGABRT)
        _wait(lambda: _is_gone(process.pid))
        _end(process.pid, signal.SIGKILL)

    def _reap(self, process: _Process) -> None:
        """Take note of a process that has ended."""
        pid, status = os.waitpid(process.pid, os.WNOHANG)
        if not pid:
            return
        os.close(process.pulse)
        del self._running[pid]
        if self._ends:
            return
        code = os.waitstatus_to_exitcode(status)
        if not process.serves and code >= 0:
            self._give_up(code or 1)
            return
        log.error("a process of the service has ended", extra={"pid": pid, "code": code})
        now = time.monotonic()
        self._restarts.append(now)
        while now - self._restarts[0] > RESTARTS_WITHIN:
            self._restarts.popleft()
        if len(self._restarts) > MOST_RESTARTS:
            log.error("the service ends again and again: it is not started any more")
            self._give_up(1)

    def _give_up(self, code: int) -> None:
        """End all processes, and then with this code."""
        self._code = code
        self._forward(signal.SIGTERM, None)

    def _forward(self, number: int, _frame: Any) -> None:
        self._ends = True
        for pid in [*self._running]:
            _end(pid, number)


def _busiest_thread(pid: int) -> str:
    """The name of the thread that takes most of the time that a process has just now.

    Empty where there is none, or where the system does not tell; see proc(5).
    """
    before = _ticks(pid)
    time.sleep(SAMPLE_SECONDS)
    spent = {key: ticks - before.get(key, ticks) for key, ticks in _ticks(pid).items()}
    busiest = max(spent, key=spent.__getitem__, default=None)
    # Who holds up all others is at work nearly alone, however little the machine has left for it.
    if busiest is None or 2 * spent[busiest] <= sum(spent.values()):
        return ""
    return busiest[1]


def _ticks(pid: int) -> dict[tuple[str, str], int]:
    """The time that each thread has taken: ticks by its number and name."""
    found = {}
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError):
            # The name stands in parentheses, and may have some of its own.
            name, _, numbers = (task / "stat").read_text("utf-8", "replace").rpartition(")")
            fields = numbers.split()
            found[task.name, name.partition("(")[2]] = int(fields[11]) + int(fields[12])
    return found


def _is_gone(pid: int) -> bool:
    """Whether a child has ended, without taking note of it."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + ENDING_SECONDS
    while not done() and time.monotonic() < until:
        time.sleep(0.05)


def _end(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _end_with_parent() -> None:
    """Have Linux kill this process when its parent ends, also where it is held up; see prctl(2)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SIGNAL_AT_PARENTS_END, signal.SIGKILL)


def _flush() -> None:
    """Write what is buffered, which both processes would write otherwise."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
