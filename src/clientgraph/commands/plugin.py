"""``clientgraph plugin``: what is installed and what became of it."""

from __future__ import annotations

import typer

from clientgraph.commands.running import ConfigFile
from clientgraph.commands.tables import table
from clientgraph.config import load
from clientgraph.plugins import installed

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def plugin() -> None:
    """Plugins add identifier kinds, fields, rules. Install one with pip; it is found by itself."""


@app.command("list")
def list_plugins(config: ConfigFile = None) -> None:
    """List the installed plugins, what each takes part in, and why one was left out.

    \b
    Example:
      clientgraph plugin list
    """
    found = installed(load(file=config).plugins).infos.values()
    rows = [(each.name, each.version, each.status, ", ".join(each.hooks)) for each in found]
    typer.echo(table(("NAME", "VERSION", "STATUS", "HOOKS"), rows))
    for each in found:
        for error in each.errors:
            typer.echo(f"{each.name}: {error}", err=True)
