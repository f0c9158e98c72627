"""``clientgraph schema``: prints the GraphQL schema with everything that plugins add."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile
from clientgraph.config import load
from clientgraph.plugins import installed
from clientgraph.schema import Schema

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def schema(
    config: ConfigFile = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it there instead of printing it.")
    ] = None,
) -> None:
    """Print the schema in its definition language, sorted, with the fields of all plugins.

    \b
    Examples:
      clientgraph schema
      clientgraph schema --output schema.graphql
    """
    text = Schema.with_plugins(installed(load(file=config).plugins)).printed()
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise Problem(f"{output} cannot be written: {error.strerror}.") from error
