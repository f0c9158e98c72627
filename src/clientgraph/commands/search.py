"""``clientgraph search``: the documents that searches look through."""

from __future__ import annotations

from typing import Annotated

import typer

from clientgraph.clients.documents import rebuild_documents
from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, no_workspace, opened, run
from clientgraph.config import Settings, load
from clientgraph.loading import installed
from clientgraph.organisations.service import all_organisations
from clientgraph.storage.scope import Scope

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def search() -> None:
    """What searches look through follows every change by itself; here it can be made anew."""


@app.command()
def rebuild(
    slug: Annotated[
        str | None, typer.Argument(help="The workspace. [default: every one]", metavar="[SLUG]")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Make anew what searches look through. The service can go on meanwhile.

    Needed after a restore of single tables, or when a release says so.

    \b
    Examples:
      clientgraph search rebuild
      clientgraph search rebuild atelier-nord
    """
    settings = load(file=config)
    for name, done in run(settings, make_findable(settings, slug, every=True)).items():
        typer.echo(f"{name}: {done} clients")


async def make_findable(
    settings: Settings, slug: str | None = None, *, every: bool
) -> dict[str, int]:
    """Make what searches look through, or what is missing of it; for how many clients, by slug."""
    plugins = installed(settings.plugins)
    async with opened(settings) as database:
        async with database.read(Scope(operator=True)) as session:
            known = {each.slug: each.id for each in await all_organisations(session)}
        if slug is not None and slug not in known:
            raise Problem(no_workspace(slug))
        return {
            name: await rebuild_documents(database, plugins, known[name], every=every)
            for name in ([slug] if slug else known)
        }
