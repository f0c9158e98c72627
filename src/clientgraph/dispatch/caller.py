"""The one way to call a function that a plugin wrote."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from clientgraph.contract.records import PluginContext
from clientgraph.dispatch.leases import Lease
from clientgraph.dispatch.loops import PluginLoop
from clientgraph.dispatch.suspension import Key, Suspensions
from clientgraph.dispatch.threads import Outcome, Threads, TookTooLong, outcome
from clientgraph.dispatch.timings import Timings

log = logging.getLogger(__name__)

AT_A_TIME: Final = 4
KEPT_FAILURES: Final = 20
LONGEST_MESSAGE: Final = 500

Check = Callable[[Any], Any]
Honest = tuple[type[Exception], ...]


class PluginFailed(Exception):
    """A plugin did not answer as promised, or is not asked for now. Says why to the operator."""

    def __init__(self, plugin: str, reason: str) -> None:
        super().__init__(f"{plugin}: {reason}")
        self.plugin = plugin


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A failure of a plugin.

    ``hook``             what was called; empty for one that concerns the plugin as a whole.
    ``kind``             the class of what was raised.
    ``organisation_id``  the workspace that it was called for: the message may speak of what that
                         workspace keeps, so it is shown to no other. None where that is not known.
    """

    hook: str
    time: datetime
    kind: str
    message: str
    organisation_id: UUID | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


def as_it_is(answer: Any) -> Any:
    """The check of an answer that may be anything."""
    return answer


@dataclass(frozen=True, kw_only=True)
class Call:
    """One of several functions without arguments that are called together."""

    hook: str
    function: Callable[[], Any]
    is_async: bool
    check: Check = as_it_is


@dataclass
class Caller:
    """Calls the functions of one plugin, and remembers how they failed.

    ``trusted`` ones are core's own: they run where they are called from.
    """

    plugin: str
    trusted: bool = False
    failures: deque[Failure] = field(default_factory=lambda: deque(maxlen=KEPT_FAILURES))
    suspensions: Suspensions = field(default_factory=Suspensions)

    def __post_init__(self) -> None:
        self.timings = Timings(self.plugin)
        self._threads = Threads(self.plugin, AT_A_TIME)
        self._loop = PluginLoop(self.plugin)

    async def call(
        self,
        hook: str,
        function: Callable[..., Any],
        *arguments: Any,
        seconds: float | None,
        check: Check = as_it_is,
        honest: Honest = (),
        organisation_id: UUID | None = None,
        **named: Any,
    ) -> Any:
        """What a function, plain or async, answers, as ``check`` makes it.

        ``hook`` says in the plugin's failures what was called, and names what is suspended when it
        fails again and again, for each workspace apart: that of the context among the arguments,
        or ``organisation_id`` for a function that takes none. Without ``seconds`` it may wait for
        as long as it likes. ``check`` raises where the answer is not what was promised; it works
        in the plugin's thread, since what it looks at may hang, too. Exceptions that are
        ``honest`` answers are raised as they are. Raises `PluginFailed` for everything else, and
        `asyncio.CancelledError` only where the caller is cancelled.
        """
        key = hook, organisation_id or workspace_of(arguments)
        self.check_asked(key)
        lease = Lease()
        started = time.perf_counter()
        try:
            lent = as_it_is if self.trusted else lease.lent
            handed = {name: lent(each) for name, each in named.items()}
            call = partial(function, *map(lent, arguments), **handed)
            found = await self._outcome(call, function, seconds, check)
        finally:
            await lease.close()
        taken = None if seconds is None else time.perf_counter() - started
        return self._judged(key, found, honest, taken)

    async def call_together(
        self, calls: Sequence[Call], *, seconds: float, honest: Honest, organisation_id: UUID
    ) -> list[Outcome]:
        """How each of these ends that are called at one time, all plain or all async.

        They cross over as one, plain ones one after the other. Each is answered as by `call`: with
        what it answered, or with what `call` raises.
        """
        made = [_Made(call) for call in calls]
        try:
            async with asyncio.timeout(seconds):
                await self._together(made)
        except TimeoutError:
            late = TookTooLong(f"it took more than {seconds:g} s")
            for each in made:
                each.end(Outcome(error=late))
        return [
            outcome(
                partial(self._judged, (each.hook, organisation_id), each.found, honest, each.taken)
            )
            for each in made
        ]

    def check_asked(self, key: Key) -> None:
        """Raises `PluginFailed` where this is not asked for now."""
        if left := self.suspensions.left(key):
            raise PluginFailed(self.plugin, f"{key[0]} is not asked for another {left:.0f} s")

    def note(self, hook: str, error: BaseException, organisation_id: UUID | None = None) -> None:
        """Remember a failure, and log it."""
        self.remember(hook, error, organisation_id)
        log.error("a plugin failed", extra={"plugin": self.plugin, "hook": hook}, exc_info=error)

    def remember(
        self, hook: str, error: BaseException, organisation_id: UUID | None = None
    ) -> Failure:
        """Keep what is to be shown among the plugin's failures."""
        made = Failure(
            hook=hook,
            time=datetime.now(UTC),
            kind=type(error).__name__,
            message=_told(error),
            organisation_id=organisation_id,
        )
        self.failures.append(made)
        return made

    def status_for(self, organisation_id: UUID) -> str:
        """SUSPENDED where something is not asked for this workspace now, else ACTIVE."""
        concerned = {organisation_id, None}
        suspended = any(of in concerned for _, of in self.suspensions.under_way())
        return "SUSPENDED" if suspended else "ACTIVE"

    def close(self) -> None:
        """Let the plugin's loop end."""
        self._loop.close()

    def _judged(self, key: Key, found: Outcome, honest: Honest, taken: float | None) -> Any:
        """The answer, after noting how the call went; raises as `call` does."""
        good = False
        try:
            answer = found.value()
            good = True
        except honest:
            good = True
            raise
        except Exception as error:
            self.suspensions.failed(key)
            self.note(key[0], error, key[1])
            raise PluginFailed(self.plugin, f"{type(error).__name__}: {_told(error)}") from error
        finally:
            if good:
                self.suspensions.succeeded(key)
            if taken is not None:
                self.timings.note(*key, taken, good=good)
        return answer

    async def _outcome(
        self, call: Callable[[], Any], function: Any, seconds: float | None, check: Check
    ) -> Outcome:
        try:
            async with asyncio.timeout(seconds) as limit:
                if self.trusted:
                    return Outcome(check(await _settled(call())))
                return await self._apart(call, function, check)
        except Exception as error:  # noqa: BLE001 - judged by whoever called
            late = TookTooLong(f"it took more than {seconds:g} s") if limit.expired() else error
            return Outcome(error=late)

    async def _apart(self, call: Callable[[], Any], function: Any, check: Check) -> Outcome:
        if not inspect.iscoroutinefunction(function):
            found = await asyncio.wrap_future(self._threads.submit(lambda: _plain(call, check)))
            if not inspect.isawaitable(found.answer):
                return found
            awaited = found.answer
            call = lambda: awaited  # noqa: E731
        return await asyncio.wrap_future(self._loop.submit(lambda: _checked(call, check)))

    async def _together(self, made: Sequence[_Made]) -> None:
        if not made[0].is_async:
            await asyncio.wrap_future(self._threads.submit(lambda: _one_by_one(made)))
        left = [each for each in made if each.is_async]
        if left:
            await asyncio.wrap_future(self._loop.submit(lambda: _all(left)))


class _Made:
    """One of several calls that are made together: filled in where the plugin runs."""

    def __init__(self, call: Call) -> None:
        self.hook, self.is_async = call.hook, call.is_async
        self._call = call
        self._started = time.perf_counter()
        self._ended: tuple[Outcome, float] | None = None

    @property
    def found(self) -> Outcome:
        """How it ended; that it did not, where the whole was given up."""
        return self._ended[0] if self._ended else Outcome(error=TookTooLong("it was not called"))

    @property
    def taken(self) -> float:
        """Seconds from the crossing on."""
        return self._ended[1] if self._ended else 0.0

    def end(self, found: Outcome) -> None:
        """Where it has not ended by now, it ended so."""
        if self._ended is None:
            self._ended = found, time.perf_counter() - self._started

    def run(self) -> None:
        """In a thread: what answers something to be awaited is left to the loop."""
        found = outcome(partial(_plain, self._call.function, self._call.check))
        if inspect.isawaitable(found.answer):
            awaited, self.is_async = found.answer, True
            self._call = replace(self._call, function=lambda: awaited)
        else:
            self.end(found)

    async def run_in_loop(self) -> None:
        """In the plugin's loop."""
        try:
            self.end(Outcome(await _checked(self._call.function, self._call.check)))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            # Who has it cancelled knows why; else the plugin's own code has raised this.
            if task is None or not task.cancelling():
                self.end(Outcome(error=error))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits, whatever it is
            self.end(Outcome(error=error))


def _one_by_one(made: Iterable[_Made]) -> None:
    for each in made:
        each.run()


async def _all(made: Iterable[_Made]) -> None:
    await asyncio.gather(*(each.run_in_loop() for each in made))


def _plain(call: Callable[[], Any], check: Check) -> Any:
    """What a plain function answers; unchecked where that has to be awaited first."""
    answer = call()
    return answer if inspect.isawaitable(answer) else check(answer)


async def _checked(call: Callable[[], Awaitable[Any]], check: Check) -> Any:
    return check(await call())


async def _settled(answer: Any) -> Any:
    return await answer if inspect.isawaitable(answer) else answer


def workspace_of(arguments: Iterable[Any]) -> UUID | None:
    """The workspace of the context that is among these, if there is one."""
    for each in arguments:
        if isinstance(each, PluginContext):
            return each.organisation_id
    return None


def _told(error: BaseException) -> str:
    """What an error says, which may fail as well."""
    try:
        return str(error)[:LONGEST_MESSAGE]
    except Exception:  # noqa: BLE001 - a stranger's class
        return "its message cannot be read"
