"""The run's database is sound when the run is over."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from clientgraph.config import Settings
from clientgraph.storage.database import dialect_of, sqlite_path


@pytest.fixture(scope="session", autouse=True)
def _sound(settings: Settings) -> Iterator[None]:
    yield
    if dialect_of(settings.database_url) == "sqlite":
        check_file(sqlite_path(settings.database_url))


def check_file(path: str) -> None:
    """Fail unless SQLite finds the file whole and every reference in it good."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
