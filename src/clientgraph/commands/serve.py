"""``clientgraph serve``: the service."""

from __future__ import annotations

import logging
import socket
from dataclasses import replace
from typing import Annotated, Final

import typer

from clientgraph.app import PATH, create_app
from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, opened, run, told_plainly
from clientgraph.commands.serving import bound, serve
from clientgraph.commands.supervision import Watched, supervised
from clientgraph.config import Settings, load
from clientgraph.health import Health
from clientgraph.loading import installed
from clientgraph.logs import set_up
from clientgraph.plugins import Plugins
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
    safe: Annotated[bool, typer.Option("--safe", help="Load no plugins.")] = False,
) -> None:
    """Serve the API at /graphql, with /healthz, /readyz and /metrics beside it.

    The database must be up to date: run 'clientgraph migrate' first. Ctrl-C or SIGTERM lets
    requests end for up to 10 seconds. Behind a proxy, name its address in trusted_proxies.
    A process that stops answering is ended and replaced, without the plugin that held it up.

    \b
    Examples:
      clientgraph serve
      clientgraph serve --host 0.0.0.0 --port 8080
      clientgraph serve --config /etc/clientgraph.toml --workers 4
      clientgraph serve --safe
    """
    settings = _chosen(load(file=config), host, port, safe=safe)
    if workers > 1 and dialect_of(settings.database_url) == "sqlite":
        raise Problem(
            "SQLite is served by one process: others would not hear of its changes, so their "
            "subscriptions would stay silent. Leave --workers out, or use PostgreSQL."
        )
    set_up(settings.log_level, settings.log_format)
    with told_plainly(settings):
        place = bound(settings)
    watched = supervised(workers)
    plugins = installed(settings.plugins, watched.left_out)
    run(settings, _check(settings, plugins))
    _serve(settings, plugins, place, watched, limit_concurrency)


def _chosen(settings: Settings, host: str | None, port: int | None, *, safe: bool) -> Settings:
    """The settings with what the command says besides."""
    return replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        plugins=() if safe else settings.plugins,
    )


def _serve(
    settings: Settings,
    plugins: Plugins,
    place: socket.socket,
    watched: Watched,
    connections: int,
) -> None:
    with told_plainly(settings):
        app = create_app(settings, plugins)
        serve(
            app,
            settings,
            place,
            lambda: _tell(place),
            watched=watched,
            graceful_seconds=GRACEFUL_SECONDS,
            limit_concurrency=connections,
        )


def _tell(place: socket.socket) -> None:
    address, number = place.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    log.info("serving http://%s:%d%s", shown, number, PATH)


async def _check(settings: Settings, plugins: Plugins) -> None:
    """Raises `Problem` or `SettingsError` for what would keep the service from starting."""
    async with opened(settings) as database:
        await Health(database, plugins).check_wall()
