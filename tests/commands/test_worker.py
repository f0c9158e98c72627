"""``clientgraph worker``: what serves, without its port."""

from __future__ import annotations

import time

import pytest

from tests.commands.running import Shell

WORKS = "working on jobs, 3 at the same time"


def test_it_works_until_it_is_ended(migrated: Shell, dialect: str) -> None:
    """With PostgreSQL; Ctrl-C ends it with 0."""
    if dialect != "postgres":
        pytest.skip("SQLite is served by one process")
    with migrated.started("worker", "--jobs", "3") as (process, log):
        until = time.monotonic() + 60
        while WORKS not in log.read_text("utf-8"):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < until
            time.sleep(0.1)
        process.terminate()
        assert process.wait(30) == 0
    assert "ERROR" not in log.read_text("utf-8")


def test_it_is_not_for_sqlite(migrated: Shell, dialect: str) -> None:
    """Whose jobs are done by the process that serves."""
    if dialect == "postgres":
        pytest.skip("this is about SQLite")
    code, out, err = migrated("worker")
    assert (code, out) == (1, "")
    assert "SQLite is served by one process, which does the jobs, too." in err


def test_it_needs_a_database_that_is_up_to_date(empty: Shell, dialect: str) -> None:
    """It says which command to run first."""
    if dialect != "postgres":
        pytest.skip("SQLite is served by one process")
    code, out, err = empty("worker")
    assert (code, out) == (1, "")
    assert "Run 'clientgraph migrate' first" in err
