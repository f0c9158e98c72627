"""What tests of jobs work with: a way to begin jobs, and to see what became of them."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn

from clientgraph import global_ids
from clientgraph.app import create_app
from clientgraph.bus import Bus, LocalBus
from clientgraph.commands.running import Workbench, workbench
from clientgraph.config import Settings
from clientgraph.context import Actor, Context
from clientgraph.jobs.kinds import JobKind
from clientgraph.jobs.service import start_job
from clientgraph.jobs.worker import JobWorker
from clientgraph.organisations.recognition import Recognition
from clientgraph.permissions import Role
from clientgraph.plugins import Plugins
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@dataclass(frozen=True)
class Bench:
    """A database that jobs are begun in, and workers of this process."""

    bench: Workbench
    bus: Bus

    async def actor(self, workspace: Workspace, role: str = "OWNER") -> Actor:
        """The token of a role."""
        async with self.bench.database.read(Scope(organisation=workspace.id)) as session:
            (found,) = await session.select(
                "SELECT id FROM api_token WHERE role = ? AND name = ?", [role, role.title()]
            )
        token_id = UUID(str(found["id"]))
        return Actor(organisation_id=workspace.id, token_id=token_id, name=role, role=Role(role))

    def context(self, actor: Actor, language: str = "en") -> Context:
        """What services are called with."""
        return replace(self.bench.context(actor), bus=self.bus, language=language)

    async def begin(
        self, workspace: Workspace, kind: str, role: str = "OWNER", **payload: Any
    ) -> UUID:
        """Begin a job; its id."""
        context = self.context(await self.actor(workspace, role))
        async with context.committing():
            return (await start_job(context, kind, payload)).id

    def worker(self, kinds: Sequence[JobKind], at_once: int = 1) -> JobWorker:
        """One more worker, which has not begun yet."""
        database = self.bench.database
        actor_of = Recognition(database, self.bench.signer).actor_of
        made = JobWorker(kinds, database, self.context, actor_of, at_once=at_once)
        self.bus.watch(made.told)
        return made

    async def job(self, workspace: Workspace, job_id: UUID) -> dict[str, Any]:
        """A job as it is stored."""
        async with self.bench.database.read(Scope(organisation=workspace.id)) as session:
            (found,) = await session.select("SELECT * FROM job WHERE id = ?", [job_id])
        return found

    async def ended(self, workspace: Workspace, *ids: UUID) -> list[str]:
        """The statuses of these jobs, once all have ended."""
        until = time.monotonic() + PATIENCE
        while True:
            found = [await self.job(workspace, each) for each in ids]
            if all(each["ended_at"] for each in found):
                return [each["status"] for each in found]
            assert time.monotonic() < until, [each["status"] for each in found]
            await asyncio.sleep(0.05)

    async def entries(self, workspace: Workspace, name: str = "") -> list[str]:
        """The effects of jobs, sorted."""
        async with self.bench.database.read(Scope(organisation=workspace.id)) as session:
            found = await session.select("SELECT name FROM category")
        return sorted(each["name"] for each in found if each["name"].startswith(name))

    async def execute(self, sql: str, *values: Any) -> int:
        """Change the queue by hand."""
        async with self.bench.database.write(Scope()) as session:
            return await session.execute(sql, values)


@asynccontextmanager
async def benched(settings: Settings) -> AsyncIterator[Bench]:
    """A bench on the database of these settings."""
    async with workbench(settings) as found:
        yield Bench(found, LocalBus())


@asynccontextmanager
async def working(worker: JobWorker) -> AsyncIterator[None]:
    """The worker works as long as the block lasts."""
    await worker.open()
    try:
        yield
    finally:
        await worker.close()


@asynccontextmanager
async def served(settings: Settings, kinds: Sequence[JobKind]) -> AsyncIterator[str]:
    """The URL of a service in this process that does jobs of these kinds."""
    place = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings, Plugins({}), job_kinds=kinds)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
    task = asyncio.create_task(server.serve(sockets=[place]))
    try:
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def process(settings: Settings) -> asyncio.subprocess.Process:
    """A process of its own that does jobs; returns once it works."""
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.jobs.working"),
        cwd=ROOT,
        env={
            **os.environ,
            "CLIENTGRAPH_DATABASE_URL": settings.database_url,
            "CLIENTGRAPH_SECRET_KEY": settings.secret_key,
            "CLIENTGRAPH_JOBS": "2",
        },
        stdout=asyncio.subprocess.PIPE,
    )
    assert made.stdout is not None
    async with asyncio.timeout(PATIENCE):
        assert await made.stdout.readline() == b"works\n"
    return made


def global_id(job_id: UUID) -> str:
    """The job's id as the API has it."""
    return global_ids.encode("Job", job_id)
