"""The history of the schema: from nothing, from any state before, at once, cut short, edited."""

from __future__ import annotations

import asyncio
import sys
import textwrap
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from tests.storage.history import EXTRA, step
from tests.storage.servers import ROOT
from tests.writes.whole_database import contents

from clientgraph.config import Settings
from clientgraph.loading import installed
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import MigrationError, migrate, missing
from clientgraph.testing import fresh_database

pytestmark = pytest.mark.anyio

NAMES = [f"{migration.namespace}/{migration.name}" for migration in CORE]
EXTRA_NAMES = [f"{migration.namespace}/{migration.name}" for migration in EXTRA]


@pytest.fixture
async def empty(dialect: str, tmp_path: Path) -> AsyncIterator[Settings]:
    """A database without any table."""
    async with fresh_database(dialect, tmp_path, migrated=False) as (owner_url, app_url):
        yield Settings(database_url=app_url, migration_url=owner_url, secret_key="k" * 40)


async def tables(settings: Settings) -> set[str]:
    """The names of all tables."""
    return set(await contents(settings))


async def stored(settings: Settings, table: str) -> list[str]:
    """The rows of a table that has one column."""
    return [row.strip("(),") for row in (await contents(settings))[table]]


async def test_from_nothing(empty: Settings) -> None:
    """All migrations in order; a second run finds nothing to do."""
    assert await missing(empty.owner_url, CORE) == NAMES
    assert await migrate(empty.owner_url, CORE, empty.database_url) == NAMES
    assert await missing(empty.owner_url, CORE) == []
    assert await migrate(empty.owner_url, CORE, empty.database_url) == []


@pytest.mark.parametrize("steps", range(len(CORE) + len(EXTRA)))
async def test_from_each_earlier_state(empty: Settings, settings: Settings, steps: int) -> None:
    """A database that stopped anywhere on the way ends up like one made in one go."""
    history = [*CORE, *EXTRA]
    await migrate(empty.owner_url, history[:steps], empty.database_url)
    names = [f"{migration.namespace}/{migration.name}" for migration in history[steps:]]
    assert await missing(empty.owner_url, history) == names
    assert await migrate(empty.owner_url, history, empty.database_url) == names
    added = {f"extra_{number}" for number in range(1, 4)}
    of_plugins = set(chain.from_iterable(each.tables for each in installed().declared.values()))
    assert await tables(empty) == (await tables(settings) - of_plugins) | added


async def test_an_edited_past_is_refused(empty: Settings) -> None:
    """A migration that was released and then edited is named, with the way out; nothing is done."""
    await migrate(empty.owner_url, CORE, empty.database_url)
    edited = replace(CORE[-1], statements=lambda _: ["CREATE TABLE other (id INTEGER)"])
    history = [*CORE[:-1], edited, *EXTRA]
    for attempt in (migrate, missing):
        with pytest.raises(MigrationError) as refused:
            await attempt(empty.owner_url, history)
        assert str(refused.value) == (
            f"migration {NAMES[-1]} was applied with other statements than this release has. "
            "Restore the release that made this database, or a backup."
        )
    assert "extra_1" not in await tables(empty)


async def test_a_failing_step_leaves_whole_migrations(empty: Settings) -> None:
    """What came before a broken migration is kept, nothing of it, and a repaired one goes on."""
    broken = replace(EXTRA[1], statements=lambda _: [*step(2), "SELECT nonsense FROM x"])
    with pytest.raises(Exception, match="x"):
        await migrate(empty.owner_url, [*CORE, EXTRA[0], broken, EXTRA[2]])
    assert not {"extra_2", "extra_3"} & await tables(empty)
    assert await migrate(empty.owner_url, [*CORE, *EXTRA]) == EXTRA_NAMES[1:]
    assert await stored(empty, "extra_2") == ["1"]


def _script(body: str) -> list[str]:
    start = """
        import asyncio, sys
        from clientgraph.storage.migrations import CORE
        from clientgraph.storage.migrator import migrate
        from tests.storage.history import EXTRA
    """
    return [sys.executable, "-c", textwrap.dedent(start) + textwrap.dedent(body)]


async def _spawned(arguments: list[str], *more: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *arguments, *more, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
    )


async def test_four_processes_at_once(empty: Settings) -> None:
    """Four that migrate the same empty database at one moment: each step is done once."""
    script = _script("""
        print("ready", flush=True)
        sys.stdin.readline()
        print(asyncio.run(migrate(sys.argv[1], [*CORE, *EXTRA], sys.argv[2])))
    """)
    urls = (empty.owner_url, empty.database_url)
    processes = [await _spawned(script, *urls) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    done = await asyncio.gather(*(process.communicate(b"\n") for process in processes))
    assert [process.returncode for process in processes] == [0] * 4, done
    applied = [name for printed, _ in done for name in _names(printed)]
    assert sorted(applied) == sorted([*NAMES, *EXTRA_NAMES])
    assert await stored(empty, "extra_3") == ["1"]


def _names(printed: bytes) -> list[str]:
    return [part for part in printed.decode().strip("[]\n").replace("'", "").split(", ") if part]


async def test_a_run_that_is_killed_leaves_whole_migrations(empty: Settings) -> None:
    """Killed in the middle of a step: the steps before it are there, of it nothing."""
    script = _script("""
        import time
        from dataclasses import replace

        class Slow(list):
            def __iter__(self):
                yield from super().__iter__()
                print("inside", flush=True)
                time.sleep(60)

        stuck = replace(EXTRA[1], statements=lambda d: Slow(EXTRA[1].statements(d)))
        object.__setattr__(stuck, "checksum", lambda dialect: "")
        asyncio.run(migrate(sys.argv[1], [*CORE, EXTRA[0], stuck], sys.argv[2]))
    """)
    process = await _spawned(script, empty.owner_url, empty.database_url)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"inside\n"
    process.kill()
    await process.communicate()

    left = await migrate(empty.owner_url, [*CORE, *EXTRA], empty.database_url)
    assert left == EXTRA_NAMES[1:]
    assert await stored(empty, "extra_2") == ["1"]
