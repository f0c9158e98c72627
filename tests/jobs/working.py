"""A process that does jobs: ``python -m tests.jobs.working``, settings from the environment."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from clientgraph.app import create_app
from clientgraph.config import load
from clientgraph.jobs import worker
from clientgraph.plugins import Plugins
from tests.jobs.kinds import KINDS

LEASE = timedelta(seconds=2)


async def main() -> None:
    """Work until the process is ended; what others leave is taken soon."""
    worker.LEASE = LEASE  # type: ignore[misc]
    worker.LONGEST_SLEEP = 0.1  # type: ignore[misc]
    app = create_app(load(), Plugins({}), job_kinds=KINDS)
    async with app.router.lifespan_context(app):
        sys.stdout.write("works\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
