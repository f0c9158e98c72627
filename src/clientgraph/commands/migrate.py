"""``clientgraph migrate``: makes or updates the database."""

from __future__ import annotations

import typer

from clientgraph.commands.running import ConfigFile, run
from clientgraph.config import Settings, load, make_secret
from clientgraph.storage.database import dialect_of
from clientgraph.storage.migrations import CORE
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
    applied = run(settings, apply(settings.owner_url, CORE, settings.database_url))
    for name in applied:
        typer.echo(f"applied {name}")
    typer.echo("The database is up to date.")


def prepare_secret(settings: Settings) -> None:
    """Make the secret file for SQLite; several hosts on PostgreSQL must share one by themselves."""
    if dialect_of(settings.database_url) == "sqlite" and make_secret(settings):
        typer.echo(f"made the secret {settings.secret_file}: keep it with your backups")
