"""No test waits for ever: one that does fails and says where, and the run goes on or ends."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

import pytest

# What outlasts this in another way ends the whole run: `faulthandler_timeout` in pyproject.toml.
LONGEST_SECONDS = 300


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Cancel an asynchronous test that takes far too long."""
    test = pyfuncitem.obj
    if iscoroutinefunction(test):

        @wraps(test)
        async def ended_in_time(*arguments: Any, **named: Any) -> None:
            async with asyncio.timeout(LONGEST_SECONDS):
                await test(*arguments, **named)

        pyfuncitem.obj = ended_in_time
    return (yield)
