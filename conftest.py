"""No test and no run lasts for ever: what takes far too long ends, and says where it was."""

from __future__ import annotations

import asyncio
import faulthandler
from collections.abc import Generator
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

import pytest

# What outlasts this in another way ends the whole run: `faulthandler_timeout` in pyproject.toml.
TEST_SECONDS = 300
# Threads that a test left behind would keep the process after its last word.
EXIT_SECONDS = 120


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Cancel an asynchronous test that takes far too long."""
    test = pyfuncitem.obj
    if iscoroutinefunction(test):

        @wraps(test)
        async def ended_in_time(*arguments: Any, **named: Any) -> None:
            async with asyncio.timeout(TEST_SECONDS):
                await test(*arguments, **named)

        pyfuncitem.obj = ended_in_time
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """End the process with an error if it does not end by itself."""
    faulthandler.dump_traceback_later(EXIT_SECONDS, exit=True)
