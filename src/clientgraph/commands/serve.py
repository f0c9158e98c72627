"""``clientgraph serve``: the service."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import replace
from typing import Annotated, Final

import typer
from starlette.applications import Starlette

from clientgraph.app import PATH, create_app
from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, run, told_plainly, workbench
from clientgraph.commands.serving import bound, configured, serve, serve_in_processes
from clientgraph.config import PREFIX, Settings, load
from clientgraph.health import Health
from clientgraph.logs import set_up
from clientgraph.storage.database import dialect_of

GRACEFUL_SECONDS: Final = 10
log = logging.getLogger(__name__)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("serve")
def serve_api(
    config: ConfigFile = None,
    host: Annotated[str | None, typer.Option(help="Address. [default: as set]")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port; 0: any. [default: as set]")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; one with SQLite.")] = 1,
    limit_concurrency: Annotated[
        int, typer.Option(min=1, help="Connections of one process; more are answered 503.")
    ] = 2000,
) -> None:
    """Serve the API at /graphql, with /healthz, /readyz and /metrics beside it.

    The database must be up to date: run 'clientgraph migrate' first. Ctrl-C or SIGTERM lets
    requests end for up to 10 seconds. Behind a proxy, name its address in trusted_proxies.

    \b
    Examples:
      clientgraph serve
      clientgraph serve --host 0.0.0.0 --port 8080
      clientgraph serve --config /etc/clientgraph.toml --workers 4
    """
    settings = load(file=config)
    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )
    if workers > 1 and dialect_of(settings.database_url) == "sqlite":
        raise Problem(
            "SQLite is served by one process: others would not hear of its changes, so their "
            "subscriptions would stay silent. Leave --workers out, or use PostgreSQL."
        )
    set_up(settings.log_level, settings.log_format)
    run(settings, _check(settings))
    if config is not None:
        # Where there are several processes, each reads the settings by itself.
        os.environ[f"{PREFIX}CONFIG"] = str(config.resolve())
    _serve(settings, workers, limit_concurrency)


def _serve(settings: Settings, workers: int, connections: int) -> None:
    place = bound(settings)
    bounds = {"graceful_seconds": GRACEFUL_SECONDS, "limit_concurrency": connections}
    with told_plainly(settings):
        if workers == 1:
            serve(create_app(settings), settings, place, lambda: _tell(place), **bounds)
            return
        each = f"{__name__}:application"
        running = configured(each, settings, factory=True, workers=workers, **bounds)
        _tell(place)
        serve_in_processes(running, place)


def _tell(place: socket.socket) -> None:
    address, number = place.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    log.info("serving http://%s:%d%s", shown, number, PATH)


def application() -> Starlette:
    """The application of one process; each of several reads the settings by itself."""
    settings = load()
    set_up(settings.log_level, settings.log_format)
    return create_app(settings)


async def _check(settings: Settings) -> None:
    """Raises `Problem` or `SettingsError` for what would keep the service from starting."""
    async with workbench(settings) as bench:
        await Health(bench.database, bench.plugins).check_wall()
