"""Real server processes over the database of the run, or over one of their own."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from clientgraph.config import Settings

ROOT = Path(__file__).parents[2]
SECONDS = 60


@dataclass(frozen=True)
class Server:
    """One process that serves."""

    url: str
    process: asyncio.subprocess.Process

    async def kill(self) -> None:
        """End it without any notice."""
        self.process.kill()
        await self.process.wait()


async def start(settings: Settings) -> Server:
    """A new process; returns once it is ready to serve."""
    environment = {
        **os.environ,
        "CLIENTGRAPH_DATABASE_URL": settings.database_url,
        "CLIENTGRAPH_SECRET_KEY": settings.secret_key,
        "CLIENTGRAPH_LOG_LEVEL": "ERROR",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.storage.serve"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(SECONDS):
        port = int(await process.stdout.readline())
    server = Server(f"http://127.0.0.1:{port}", process)
    async with httpx2.AsyncClient(base_url=server.url, timeout=SECONDS) as client:

        async def ready() -> bool:
            try:
                return (await client.get("/readyz")).status_code == 200
            except httpx2.TransportError:
                return False

        await until(ready)
    return server


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[Server]:
    """A process that serves as long as the block lasts."""
    server = await start(settings)
    try:
        yield server
    finally:
        if server.process.returncode is None:
            server.process.terminate()
            try:
                async with asyncio.timeout(SECONDS):
                    await server.process.wait()
            except TimeoutError:
                await server.kill()
                raise


async def until(happened: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    """Wait until something is so; fail when it takes far too long."""
    end = time.monotonic() + seconds
    while not await happened():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.02)
