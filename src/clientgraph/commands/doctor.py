"""``clientgraph doctor``: what is wrong, and how to put it right."""

from __future__ import annotations

import asyncio

import typer

from clientgraph.commands.running import ConfigFile
from clientgraph.config import load
from clientgraph.doctor import Finding, examine, from_problem
from clientgraph.errors import SettingsError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def doctor(config: ConfigFile = None) -> None:
    """Look at settings, secret, database, plugins and port, and say what is wrong.

    Changes nothing. Exits with 0 when all is well and with 1 when something is to be mended.

    \b
    Examples:
      clientgraph doctor
      clientgraph doctor --config /etc/clientgraph.toml
    """
    try:
        settings = load(file=config)
    except SettingsError as error:
        found = [from_problem("settings", problem) for problem in error.problems]
    else:
        found = [Finding("settings", "read"), *asyncio.run(examine(settings))]
    for one in found:
        typer.echo(f"{'ok   ' if one.good else 'WRONG'}  {one.topic}: {one.text}")
        if one.fix:
            typer.echo(f"       → {one.fix}")
    wrong = sum(not one.good for one in found)
    typer.echo("All is well." if not wrong else f"To be mended: {wrong}.")
    raise typer.Exit(1 if wrong else 0)
