"""``clientgraph worker``: background jobs, apart from what serves."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

import typer

from clientgraph.app import create_app
from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, check_migrated, run
from clientgraph.commands.supervision import BEAT_SECONDS, Watched, supervised
from clientgraph.config import Settings, load
from clientgraph.loading import installed
from clientgraph.logs import set_up
from clientgraph.storage.database import dialect_of

log = logging.getLogger(__name__)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("worker")
def work_on_jobs(
    config: ConfigFile = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Jobs at the same time. [default: as set]")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Do background jobs, on as many hosts as you like; and what else goes on beside requests.

    With PostgreSQL alone: the process that serves SQLite does its jobs itself. Set jobs to 0 where
    the API is served, and nothing is done there. Ctrl-C or SIGTERM gives back what is under way;
    what a process that was killed had under way is taken by another within half a minute.

    \b
    Examples:
      clientgraph worker
      clientgraph worker --jobs 4 --workers 2
    """
    settings = load(file=config)
    if dialect_of(settings.database_url) == "sqlite":
        raise Problem(
            "SQLite is served by one process, which does the jobs, too. Run 'clientgraph serve' "
            "alone, or use PostgreSQL."
        )
    set_up(settings.log_level, settings.log_format)
    watched = supervised(workers)
    run(settings, _work(replace(settings, jobs=jobs or max(settings.jobs, 1)), watched))


async def _work(settings: Settings, watched: Watched) -> None:
    """Work until Ctrl-C or SIGTERM."""
    await check_migrated(settings)
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    service = create_app(settings, installed(settings.plugins, watched.left_out))
    async with service.router.lifespan_context(service):
        log.info("working on jobs, %d at the same time", settings.jobs)
        while not stopped.is_set():
            watched.beat()
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await stopped.wait()
