"""clientgraph as `clientgraph serve` runs it, but for the size of one token's budget.

One token stands for all callers of an hour here, so that its bucket of points is as large as all
of theirs. Points are counted and taken, and all other limits hold, as in production.
"""

from __future__ import annotations

import logging

from clientgraph.app import create_app
from clientgraph.commands.serve import GRACEFUL_SECONDS
from clientgraph.commands.serving import bound, serve
from clientgraph.config import load
from clientgraph.logs import set_up
from clientgraph.operations.limits import Limits

POINTS = 1_000_000_000


def main() -> None:
    """Serve until SIGTERM."""
    settings = load()
    set_up(settings.log_level, settings.log_format)
    app = create_app(settings, limits=Limits(budget=POINTS, refill=POINTS))
    ready = logging.getLogger(__name__).info
    serve(
        app,
        settings,
        bound(settings),
        lambda: ready("serving port %d", settings.port),
        graceful_seconds=GRACEFUL_SECONDS,
        limit_concurrency=2000,
    )


if __name__ == "__main__":
    main()
