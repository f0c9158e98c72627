"""A process that does the jobs of imports and exports: ``python -m tests.imports.working``."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from clientgraph.app import create_app
from clientgraph.config import load
from clientgraph.exports import exporting
from clientgraph.imports import running
from clientgraph.jobs import worker

LEASE = timedelta(seconds=2)
AT_ONCE = 10


async def main() -> None:
    """Work until the process is ended, in small steps; what others leave is taken soon."""
    worker.LEASE = LEASE  # type: ignore[misc]
    worker.LONGEST_SLEEP = 0.1  # type: ignore[misc]
    running.AT_ONCE = AT_ONCE  # type: ignore[misc]
    exporting.PAGE = 1  # type: ignore[misc]
    app = create_app(load())
    async with app.router.lifespan_context(app):
        sys.stdout.write("works\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
