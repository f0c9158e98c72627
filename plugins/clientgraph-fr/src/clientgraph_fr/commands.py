"""``clientgraph fr``: the stock files of Sirene."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from clientgraph import InstanceContext
from clientgraph_fr.importing import StockProblem, import_stock, stock_files
from clientgraph_fr.index import Index

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def france() -> None:
    """The companies of France."""


@app.command("import")
def import_files(
    context: typer.Context,
    units: Annotated[Path, typer.Argument(metavar="UNITS", help="StockUniteLegale, .csv or .zip")],
    places: Annotated[
        Path, typer.Argument(metavar="PLACES", help="StockEtablissement, .csv or .zip")
    ],
) -> None:
    """Make the local index of Sirene's stock files, in the place of an earlier one.

    The earlier one is used until the new one is complete. Give the same files again to go on
    with an import that was cut short.

    \b
    Example:
      clientgraph fr import StockUniteLegale_utf8.zip StockEtablissement_utf8.zip
    """
    folder = cast("InstanceContext", context.obj).folder
    files = stock_files(units, places)
    try:
        total = sum(file.size for file in files)
        with typer.progressbar(length=total, label="importing") as bar:
            import_stock(folder, files, bar.update)
    except StockProblem as problem:
        typer.echo(f"clientgraph: {problem}", err=True)
        raise typer.Exit(1) from problem
    typer.echo(f"The index knows Sirene as of {Index(folder).day()}.")
