"""What is asked is answered before work beside it goes on, which never stops for long."""

from __future__ import annotations

import asyncio
import time

import pytest

from clientgraph.turns import beside, going_first, in_turns, in_turns_of_threads

pytestmark = pytest.mark.anyio

# Far longer than a slice, so that work stops after each thing.
AT_IT = 0.03


async def ask(told: list[str]) -> None:
    """Something that takes a few rounds of the loop."""
    with going_first():
        for _ in range(3):
            await asyncio.sleep(0.001)
    told.append("answered")


async def work(told: list[str]) -> None:
    """Three things, one after the other."""
    async for each in in_turns("abc"):
        time.sleep(AT_IT)  # noqa: ASYNC251 - so long the loop is held
        told.append(each)


def work_in_thread(told: list[str]) -> None:
    """The same beside the loop."""
    for each in in_turns_of_threads("abc"):
        time.sleep(AT_IT)
        told.append(each)


async def test_work_beside_requests_waits_until_they_are_answered() -> None:
    """After the thing that it is at."""
    told: list[str] = []
    asking = asyncio.create_task(ask(told))
    await asyncio.sleep(0)
    with beside():
        await work(told)
    await asking
    assert told == ["a", "answered", "b", "c"]


async def test_work_of_a_request_waits_for_no_other() -> None:
    """It only lets others have a look."""
    told: list[str] = []
    asking = asyncio.create_task(ask(told))
    await asyncio.sleep(0)
    await work(told)
    await asking
    assert told == ["a", "b", "c", "answered"]


async def test_work_in_threads_waits_too() -> None:
    """So the loop has the interpreter for itself."""
    told: list[str] = []
    with going_first():
        with beside():
            working = asyncio.create_task(asyncio.to_thread(work_in_thread, told))
        while not told:  # noqa: ASYNC110 - a thread tells
            await asyncio.sleep(0.001)
        told.append("answered")
    await working
    assert told == ["a", "answered", "b", "c"]


async def test_what_work_asks_itself_waits_for_nothing() -> None:
    """Else it would wait for itself."""
    told: list[str] = []
    asking = asyncio.create_task(ask(told))
    await asyncio.sleep(0)
    with beside(), going_first():
        await work(told)
    await asking
    assert told == ["a", "b", "c", "answered"]


async def test_work_comes_to_its_end_however_much_is_asked() -> None:
    """It waits three times as long as it was at it, and goes on."""
    told: list[str] = []
    with going_first(), beside():
        await work(told)
        await asyncio.to_thread(work_in_thread, told)
    assert told == [*"abcabc"]
