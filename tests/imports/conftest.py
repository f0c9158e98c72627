"""A service of its own that does the jobs of imports."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clientgraph.config import Settings
from clientgraph.operations.limits import Limits
from clientgraph.testing import Workspaces, running
from tests import own_database
from tests.imports.desk import PATIENCE, ImportDesk
from tests.package_database import workspaces

__all__ = ["workspaces"]
ROOT = Path(__file__).parents[2]
Starting = Callable[[], Coroutine[Any, Any, asyncio.subprocess.Process]]
# Who tests asks for more than people do.
PLENTY = Limits(cost=10_000, budget=1_000_000, refill=1_000_000)


@pytest.fixture(scope="package")
async def settings(
    anyio_backend: str, dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """Of services that leave jobs to others, whose files are elsewhere."""
    async for made in own_database.settings(anyio_backend, dialect, tmp_path_factory):
        yield replace(made, jobs=0)


@pytest.fixture
async def desk(
    settings: Settings, workspaces: Workspaces, tmp_path: Path
) -> AsyncIterator[ImportDesk]:
    """A fresh workspace, and a folder for its files."""
    chosen = replace(settings, file_folder=str(tmp_path / "files"), jobs=2)
    async with running(chosen, workspaces.plugins, limits=PLENTY) as client:
        yield ImportDesk(client, await workspaces.make())


@pytest.fixture
async def starting(settings: Settings, tmp_path: Path) -> AsyncIterator[Starting]:
    """A way to start processes that do jobs; those that are left are ended with the test."""
    made: list[asyncio.subprocess.Process] = []

    async def start() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.imports.working"),
            cwd=ROOT,
            env={
                **os.environ,
                "CLIENTGRAPH_DATABASE_URL": settings.database_url,
                "CLIENTGRAPH_SECRET_KEY": settings.secret_key,
                "CLIENTGRAPH_FILE_FOLDER": str(tmp_path / "files"),
                "CLIENTGRAPH_JOBS": "1",
                "CLIENTGRAPH_LOG_LEVEL": "ERROR",
            },
            stdout=asyncio.subprocess.PIPE,
        )
        made.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            assert await process.stdout.readline() == b"works\n"
        return process

    yield start
    for each in made:
        if each.returncode is None:
            each.kill()
        await each.wait()


@pytest.fixture
async def begun(
    settings: Settings, workspaces: Workspaces, tmp_path: Path
) -> AsyncIterator[ImportDesk]:
    """A service that takes files and does no job itself."""
    chosen = replace(settings, file_folder=str(tmp_path / "files"), jobs=0)
    async with running(chosen, workspaces.plugins, limits=PLENTY) as client:
        yield ImportDesk(client, await workspaces.make())
