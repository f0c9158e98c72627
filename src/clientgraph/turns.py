"""Work on many things in one process that others are waiting for, too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from typing import Final, TypeVar

T = TypeVar("T")
# So long requests wait for work beside them, as a rule.
SLICE_SECONDS: Final = 0.002


async def in_turns(things: Iterable[T]) -> AsyncIterator[T]:
    """The things in their order; now and then, whoever else is waiting comes first."""
    begun = perf_counter()
    for each in things:
        yield each
        if perf_counter() - begun > SLICE_SECONDS:
            await asyncio.sleep(0)
            begun = perf_counter()
