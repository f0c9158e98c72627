"""What holds for every test, those of the bundled plugins included.

No test and no run lasts for ever: what takes far too long ends, and says where it was. What has
nothing to do with the database is marked, so that it is tested once.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
import threading
from collections.abc import Generator
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

import pytest

# What outlasts this in another way ends the whole run: `faulthandler_timeout` in pyproject.toml.
TEST_SECONDS = 300
# Threads that a test left behind would keep the process after its last word.
EXIT_SECONDS = 120

WITHOUT_DATABASE = (
    "plugins/clientgraph-be",
    "plugins/clientgraph-ch",
    "plugins/clientgraph-cz",
    "plugins/clientgraph-documents",
    "plugins/clientgraph-fr",
    "plugins/clientgraph-gb",
    "plugins/clientgraph-gleif",
    "plugins/clientgraph-nl",
    "plugins/clientgraph-no",
    "plugins/clientgraph-peppol",
    "plugins/clientgraph-pl",
    "plugins/clientgraph-stdnum",
    "plugins/clientgraph-vies",
    "tests/commands/test_command_line.py",
    "tests/commands/test_demo.py",
    "tests/commands/test_plugin_operation.py",
    "tests/commands/test_supervision.py",
    "tests/commands/test_wheel.py",
    "tests/docs",
    "tests/documents/test_hostile_text.py",
    "tests/fields/test_failing_types.py",
    "tests/fields/test_typed.py",
    "tests/graphiql",
    "tests/house",
    "tests/identifiers",
    "tests/outbound",
    "tests/sheets",
    "tests/test_fixed_names.py",
    "tests/test_schema.py",
    "tests/testing",
    "tests/values",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what has nothing to do with the database."""
    places = [config.rootpath / each for each in WITHOUT_DATABASE]
    if gone := [str(each) for each in places if not each.exists()]:
        raise pytest.UsageError(f"conftest.py: WITHOUT_DATABASE names what is not there: {gone}")
    for item in items:
        if any(item.path.is_relative_to(place) for place in places):
            item.add_marker(pytest.mark.without_database)


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
def pytest_sessionfinish(exitstatus: int) -> None:
    """Tell which threads keep the process from ending, and end it."""
    timer = threading.Timer(EXIT_SECONDS, _end, [int(exitstatus)])
    timer.daemon = True
    timer.start()


def _end(status: int) -> None:
    faulthandler.dump_traceback()
    sys.stdout.flush()
    os._exit(status)
