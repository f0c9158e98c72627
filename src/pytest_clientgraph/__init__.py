"""Fixtures for tests of plugins: an application, workspaces in it, the API as one of them.

pytest loads this module in every environment that has clientgraph, so it imports nothing of it:
`clientgraph.testing` is loaded with the first fixture that needs it.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from clientgraph.config import Settings
    from clientgraph.testing import Api, Statements, Workspace, Workspaces

    _Serve = Callable[[Mapping[str, object] | None], Awaitable[Workspaces]]

# A failed assertion of the kit shows what it compared, as one of a test does.
pytest.register_assert_rewrite("clientgraph.testing")


_LOGS: pytest.StashKey[_Log] = pytest.StashKey()


class _Log(logging.Handler):
    """What the service and the kit warn of while one test runs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Listen."""
    item.stash[_LOGS] = made = _Log()
    logger = logging.getLogger("clientgraph")
    logger.addHandler(made)
    try:
        return (yield)
    finally:
        logger.removeHandler(made)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows why a plugin was not available, and which requests had no route."""
    report = yield
    made = item.stash.get(_LOGS, None)
    if report.when == "call" and report.failed and made is not None and made.records:
        form = import_module("clientgraph.logs").PlainLines()
        told = "\n".join(form.format(each) for each in made.records)
        report.sections.append(("What clientgraph warned of", told))
    return report


def _kit() -> Any:
    return import_module("clientgraph.testing")


@pytest.fixture(scope="session")
def clientgraph_plugins() -> Mapping[str, object] | None:
    """Name → plugin, besides core; None for all that are installed. Override it in conftest.py."""
    return None


@pytest.fixture(scope="session")
async def clientgraph_settings(
    anyio_backend: object,  # noqa: ARG001 - async fixtures ask for it
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Settings]:
    """Settings of a migrated, empty database that is there for this run alone."""
    kit = _kit()
    folder = tmp_path_factory.mktemp("database")
    async with kit.fresh_database(kit.dialect_of_tests(), folder) as urls:
        yield replace(kit.settings_for(*urls), file_folder=str(folder / "files"))


@pytest.fixture(scope="session")
async def _applications(clientgraph_settings: Settings) -> AsyncIterator[_Serve]:
    """Plugins → the application that runs with them, begun when it is first asked for."""
    kit = _kit()
    known: dict[Any, Workspaces] = {}
    async with AsyncExitStack() as stack:

        async def serve(plugins: Mapping[str, object] | None) -> Workspaces:
            key = None if plugins is None else tuple((name, id(plugins[name])) for name in plugins)
            if key not in known:
                # It is there for all tests: it does nothing that no test has asked for.
                quiet = replace(clientgraph_settings, periodic_tasks=False, jobs=0)
                begun = kit.begun(quiet, kit.plugins_for(plugins))
                known[key] = await stack.enter_async_context(begun)
            return known[key]

        yield serve


# By module: modules of one run may be about different plugins.
@pytest.fixture(scope="module")
async def workspaces(
    _applications: _Serve, clientgraph_plugins: Mapping[str, object] | None
) -> Workspaces:
    """The running application, and a way to make workspaces in it."""
    return await _applications(clientgraph_plugins)


@pytest.fixture
async def workspace(workspaces: Workspaces) -> Workspace:
    """A new workspace with a token for each role."""
    return await workspaces.make()


@pytest.fixture
async def other(workspaces: Workspaces) -> Workspace:
    """Another new workspace, which must never notice the first."""
    return await workspaces.make()


@pytest.fixture
def api(workspace: Workspace) -> Api:
    """The API as the workspace's owner."""
    return workspace.api("OWNER")


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """The SQL on connections that are opened while the test runs."""
    made: Statements = _kit().Statements()
    made.watch(monkeypatch)
    return made
