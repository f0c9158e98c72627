"""Commands run as their users run them: as processes, in a folder of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clientgraph.testing import fresh_database
from tests.commands.running import Shell


def pytest_configure(config: pytest.Config) -> None:
    """Say what our marks mean."""
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty folder without any settings: SQLite, below ``var``."""
    return Shell(tmp_path, {})


@pytest.fixture
async def empty(anyio_backend: str, dialect: str, tmp_path: Path) -> AsyncIterator[Shell]:
    """A folder whose settings name an empty database of this run's dialect."""
    async with fresh_database(dialect, tmp_path, migrated=False) as (owner_url, app_url):
        yield Shell(
            tmp_path,
            {
                "CLIENTGRAPH_DATABASE_URL": app_url,
                "CLIENTGRAPH_MIGRATION_URL": owner_url,
                "CLIENTGRAPH_SECRET_KEY": "s" * 40,
                "CLIENTGRAPH_PORT": "0",
            },
        )


@pytest.fixture
def migrated(empty: Shell) -> Shell:
    """The same, migrated."""
    assert empty("migrate").code == 0
    return empty
