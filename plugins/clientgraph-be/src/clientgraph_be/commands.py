"""``clientgraph be``: the open data of the KBO."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, cast

import typer

from clientgraph import InstanceContext
from clientgraph_be.archive import Archive, KboProblem
from clientgraph_be.importing import following, full_size, import_full, update
from clientgraph_be.index import Index

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def belgium() -> None:
    """The companies of Belgium."""


@app.command("import")
def import_zip(
    context: typer.Context,
    full: Annotated[Path, typer.Argument(metavar="FULL", help="KboOpenData_…_Full.zip")],
) -> None:
    """Make the local index of a full zip of the KBO, in the place of an earlier one.

    The earlier one is used until the new one is complete. Give the same zip again to go on with an
    import that was cut short.

    \b
    Example:
      clientgraph be import KboOpenData_0175_2026_11_01_Full.zip
    """
    folder = cast("InstanceContext", context.obj).folder
    archive = Archive(full)
    with _told_as_a_sentence():
        with typer.progressbar(length=full_size(archive), label="importing") as bar:
            left_out = import_full(folder, archive, bar.update)
        if left_out:
            typer.echo(f"{left_out} rows without a number were left out.")
        _say(folder)


@app.command("update")
def update_from_zips(
    context: typer.Context,
    updates: Annotated[
        list[Path], typer.Argument(metavar="UPDATE…", help="KboOpenData_…_Update.zip")
    ],
) -> None:
    """Apply the changes of one or several days to the local index.

    All of them are applied or none. Those that the index has already are passed over.

    \b
    Example:
      clientgraph be update KboOpenData_*_Update.zip
    """
    folder = cast("InstanceContext", context.obj).folder
    with _told_as_a_sentence():
        lacking = following(folder, [Archive(path) for path in updates])
        if lacking:
            with typer.progressbar(length=len(lacking), label="updating") as bar:
                update(folder, lacking, bar.update)
        _say(folder)


def _say(folder: Path) -> None:
    state = Index(folder).state()
    if state is not None:
        typer.echo(f"The index knows the KBO as of {state.day} (number {state.number}).")


@contextmanager
def _told_as_a_sentence() -> Iterator[None]:
    try:
        yield
    except KboProblem as problem:
        typer.echo(f"clientgraph: {problem}", err=True)
        raise typer.Exit(1) from problem
