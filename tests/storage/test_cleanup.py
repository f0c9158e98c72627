"""Work that goes on while the next is got ready."""

from __future__ import annotations

import asyncio

import pytest

from clientgraph.storage.cleanup import Ahead

pytestmark = pytest.mark.anyio


async def test_one_is_done_after_the_other_while_the_next_is_got_ready() -> None:
    """And all of them at the end."""
    seen: list[str] = []

    async def work(name: str) -> None:
        seen.append(f"{name} begins")
        await asyncio.sleep(0.01)
        seen.append(f"{name} ends")

    async with Ahead() as ahead:
        for name in "ab":
            await ahead.begin(work, name)
            await asyncio.sleep(0)
            seen.append(f"behind {name}")
    assert seen == ["a begins", "behind a", "a ends", "b begins", "behind b", "b ends"]


async def test_a_failure_is_raised_where_the_next_begins() -> None:
    """The next does not begin then."""
    seen: list[str] = []

    async def work(name: str) -> None:
        seen.append(name)
        raise ValueError(name)

    async def both() -> None:
        async with Ahead() as ahead:
            await ahead.begin(work, "a")
            await ahead.begin(work, "b")

    with pytest.raises(ValueError, match="a"):
        await both()
    assert seen == ["a"]


async def test_what_is_under_way_ends_before_a_failure_goes_on() -> None:
    """Nobody uses its connection meanwhile."""
    seen: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        seen.append("done")

    async def failing() -> None:
        async with Ahead() as ahead:
            await ahead.begin(work)
            raise ValueError("beside it")

    with pytest.raises(ValueError, match="beside it"):
        await failing()
    assert seen == ["done"]
