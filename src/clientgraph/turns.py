"""Work on many things in one process that others are waiting for, too.

Who asks something is answered first: what is done beside that stops, between two things, until
nobody waits any more. It never stops for long, so that who asks without end does not keep it from
its end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Final, TypeVar

T = TypeVar("T")
# So long requests wait for work beside them, as a rule.
SLICE_SECONDS: Final = 0.001
# Work waits for requests so many times as long as it was at it: a quarter of the time is its own.
_PATIENCE: Final = 3
_PAUSE: Final = 0.001
_IS_BESIDE: Final[ContextVar[bool]] = ContextVar("is_beside", default=False)
# What is asked now; of each process, whatever thread works beside it.
_asked: Final[set[object]] = set()


@contextmanager
def going_first() -> Iterator[None]:
    """Answer something that is waited for, be it by work beside."""
    own, token = object(), _IS_BESIDE.set(False)
    _asked.add(own)
    try:
        yield
    finally:
        _asked.discard(own)
        _IS_BESIDE.reset(token)


@contextmanager
def beside() -> Iterator[None]:
    """Work that nobody waits for: it gives way to what is asked."""
    token = _IS_BESIDE.set(True)
    try:
        yield
    finally:
        _IS_BESIDE.reset(token)


async def give_way(spent: float = SLICE_SECONDS) -> None:
    """Let be answered what is asked now, after work beside it of so many seconds."""
    if _IS_BESIDE.get():
        until = _until(spent)
        # No event of one loop tells of what is asked in others, or of the time.
        while _must_wait(until):  # noqa: ASYNC110
            await asyncio.sleep(_PAUSE)


async def in_turns(things: Iterable[T]) -> AsyncIterator[T]:
    """The things in their order; now and then, whoever else is waiting comes first."""
    begun = perf_counter()
    for each in things:
        yield each
        if perf_counter() - begun > SLICE_SECONDS:
            await asyncio.sleep(0)
            await give_way(perf_counter() - begun)
            begun = perf_counter()


def in_turns_of_threads(things: Iterable[T]) -> Iterator[T]:
    """The same in a thread, which takes half of the time from the event loop else."""
    begun = perf_counter()
    for each in things:
        yield each
        if perf_counter() - begun > SLICE_SECONDS:
            until = _until(perf_counter() - begun)
            while _IS_BESIDE.get() and _must_wait(until):
                time.sleep(_PAUSE)
            begun = perf_counter()


def _until(spent: float) -> float:
    return perf_counter() + _PATIENCE * spent


def _must_wait(until: float) -> bool:
    return bool(_asked) and perf_counter() < until
