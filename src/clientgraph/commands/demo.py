"""``clientgraph demo``: a workspace of companies, served in seconds."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import typer
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from clientgraph.app import PATH, create_app
from clientgraph.commands.migrate import prepare_secret
from clientgraph.commands.running import ConfigFile, run, told_plainly, workbench
from clientgraph.commands.search import make_findable
from clientgraph.commands.serving import bound, serve
from clientgraph.config import Settings, load, without_password
from clientgraph.demo.examples import EXAMPLES
from clientgraph.demo.loader import Demo, prepare
from clientgraph.loading import installed
from clientgraph.logs import set_up
from clientgraph.schema import Schema
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import migrate

DEFAULTS: Final = {
    "database_url": "sqlite:///var/demo.db",
    "log_format": "text",
    "log_level": "WARNING",
}
LOOPBACK: Final = ("127.0.0.1", "localhost")
TOKEN_FILE: Final = "demo-token"  # noqa: S105 - the name of a file

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def demo(
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port; 0: any. [default: 8000]")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Serve a workspace of companies from open registers, with GraphiQL to try things in.

    Everything is kept in the folder var below the current one. What you change stays until you
    remove var/demo.db. Only this computer can reach it; whoever uses this computer can.

    \b
    Examples:
      clientgraph demo
      clientgraph demo --port 8123
    """
    settings = load(file=config, defaults=DEFAULTS)
    if port is not None:
        settings = replace(settings, port=port)
    set_up(settings.log_level, settings.log_format)
    place = bound(settings)
    prepare_secret(settings)
    made = run(settings, _prepared(settings))
    if made.added:
        typer.echo(f"added {made.added} companies")
    url = f"http://{settings.host}:{place.getsockname()[1]}{PATH}"
    with told_plainly(settings):
        serve(
            _application(settings, made.token),
            settings,
            place,
            lambda: _welcome(settings, url, made.token),
            graceful_seconds=1,
        )
    typer.echo("\nStopped. What you changed is kept.")


async def _prepared(settings: Settings) -> Demo:
    steps = chain(CORE, *installed(settings.plugins).migrations.values())
    if await migrate(settings.owner_url, [*steps], settings.database_url):
        typer.echo("made the database; filling it takes a few seconds")
        await make_findable(settings, every=False)
    async with workbench(settings) as bench:
        token_file = Path(settings.secret_file).with_name(TOKEN_FILE)
        return await prepare(bench.context, Schema.with_plugins(bench.plugins), token_file)


def _application(settings: Settings, token: str) -> ASGIApp:
    """The service; on this computer's own address the page brings the token along.

    The check of ``Host`` keeps pages of other sites from reading it through a name of theirs.
    """
    if settings.host not in LOOPBACK:
        return create_app(settings, examples=EXAMPLES)
    headers = {"Authorization": f"Bearer {token}"}
    service = create_app(settings, examples=EXAMPLES, default_headers=headers)
    return TrustedHostMiddleware(service, allowed_hosts=list(LOOPBACK))


def _welcome(settings: Settings, url: str, token: str) -> None:
    typer.echo(
        f"\nThe demo is served from {without_password(settings.database_url)}.\n\n"
        f"  Open    {url}#token={token}\n"
        f"  Token   {token}\n\n"
        "Ctrl-C stops it."
    )
