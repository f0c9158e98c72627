"""What holds for every test, those of the bundled plugins included.

No test and no run lasts for ever: what takes far too long ends, and says where it was. What has
nothing to do with the database is tested on SQLite alone.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
from collections.abc import Generator
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
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
    "plugins/clientgraph-fr",
    "plugins/clientgraph-gb",
    "plugins/clientgraph-gleif",
    "plugins/clientgraph-nl",
    "plugins/clientgraph-no",
    "plugins/clientgraph-peppol",
    "plugins/clientgraph-pl",
    "plugins/clientgraph-stdnum",
    "plugins/clientgraph-vies",
    "tests/docs",
    "tests/documents/test_hostile_text.py",
    "tests/fields/test_failing_types.py",
    "tests/fields/test_typed.py",
    "tests/graphiql",
    "tests/house",
    "tests/identifiers",
    "tests/outbound",
    "tests/test_fixed_names.py",
    "tests/test_schema.py",
    "tests/testing",
    "tests/values",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what does not depend on it."""
    if os.environ.get("CLIENTGRAPH_TEST_DATABASE") != "postgres":
        return
    places = [config.rootpath / each for each in WITHOUT_DATABASE]
    if gone := [str(each) for each in places if not each.exists()]:
        raise pytest.UsageError(f"conftest.py: WITHOUT_DATABASE names what is not there: {gone}")
    left_out = [each for each in items if _is_in(each.path, places)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [each for each in items if not _is_in(each.path, places)]


def _is_in(path: Path, places: list[Path]) -> bool:
    return any(path.is_relative_to(place) for place in places)


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
