"""``clientgraph migrate``: makes or updates the database."""

from __future__ import annotations

import typer

from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, run
from clientgraph.commands.search import make_findable
from clientgraph.config import Settings, load, make_secret
from clientgraph.loading import installed
from clientgraph.storage.database import dialect_of
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import FAILURES
from clientgraph.storage.migrator import migrate as apply

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def migrate(config: ConfigFile = None) -> None:
    """Make the database, or bring it up to date. Running it again does no harm.

    With SQLite it also makes the secret file when there is none. With PostgreSQL it connects as
    the owner of the tables (migration_url) and lets the service's role (database_url) use them.

    \b
    Examples:
      clientgraph migrate
      clientgraph migrate --config /etc/clientgraph.toml
      CLIENTGRAPH_MIGRATION_URL=postgresql://owner@db/clientgraph clientgraph migrate
    """
    settings = load(file=config)
    prepare_secret(settings)
    for name in run(settings, apply(settings.owner_url, CORE, settings.database_url)):
        typer.echo(f"applied {name}")
    failures = run(settings, _plugins(settings))
    added = sum(run(settings, make_findable(settings, every=False)).values())
    if added:
        typer.echo(f"made {added} clients findable")
    if failures:
        raise Problem(" ".join(failures))
    typer.echo("The database is up to date.")


async def _plugins(settings: Settings) -> list[str]:
    """Make the tables of plugins; one that fails keeps none from the rest. What failed, and why."""
    failures = []
    for plugin, steps in installed(settings.plugins).migrations.items():
        try:
            for name in await apply(settings.owner_url, steps, settings.database_url):
                typer.echo(f"applied {name}")
        except FAILURES as error:
            failures.append(
                f"The tables of the plugin '{plugin}' could not be made: {error}. It is left out; "
                "everything else is in place. Update it, or leave it out of the setting 'plugins'."
            )
    return failures


def prepare_secret(settings: Settings) -> None:
    """Make the secret file for SQLite; several hosts on PostgreSQL must share one by themselves."""
    if dialect_of(settings.database_url) == "sqlite" and make_secret(settings):
        typer.echo(f"made the secret {settings.secret_file}: keep it with your backups")
