"""``clientgraph plugin new``: the beginning of a plugin, with tests that pass."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from clientgraph.announced import RESERVED
from clientgraph.commands.problems import Problem
from clientgraph.hookspecs import ENTRY_POINT_GROUP
from clientgraph.loading import installed
from clientgraph.scaffold import PluginKind, write_plugin
from clientgraph.scaffold.numbers import Numbers, numbers_for


def new_plugin(
    name: Annotated[str, typer.Argument(help="Its name, such as 'clubs' or 'acme-clubs'.")],
    kind: Annotated[PluginKind, typer.Option(help="What it is to bring.")],
    directory: Annotated[
        Path, typer.Option(help="The folder to write into.", file_okay=False)
    ] = Path(),
    country: Annotated[
        str | None,
        typer.Option(help="Of a registry: its country, 'BE'. Default: that of the numbers, or FR."),
    ] = None,
    identifier_kind: Annotated[
        str | None,
        typer.Option(
            help="Of a registry: the kind of numbers that it is asked for. One that a plugin knows "
            "already, such as BE_ENTERPRISE, or a new one. Default: a new one, NAME_NUMBER."
        ),
    ] = None,
) -> None:
    """Begin a plugin: a distribution with tests that pass.

    \b
    Examples:
      clientgraph plugin new clubs --kind event
      clientgraph plugin new acme-be --kind registry --identifier-kind BE_ENTERPRISE
    """
    if kind is not PluginKind.REGISTRY and (country or identifier_kind):
        raise Problem("--country and --identifier-kind are for --kind registry. Leave them out.")
    if name in entry_points(group=ENTRY_POINT_GROUP).names:
        raise Problem(f"A plugin named '{name}' is installed already. Choose another name.")
    home, numbers = _written(name, kind, directory, identifier_kind, country)
    _tell(home, identifier_kind, numbers)


def _written(
    name: str, kind: PluginKind, directory: Path, identifier_kind: str | None, country: str | None
) -> tuple[Path, Numbers]:
    """The new folder, and the numbers in it; raises `Problem`, with the way out."""
    if name in RESERVED:
        raise Problem(f"'{name}' is a command of the service. Choose another name.")
    try:
        numbers = numbers_for(name, identifier_kind, country, installed())
        return write_plugin(name, kind, directory, numbers), numbers
    except ValueError as error:
        raise Problem(str(error)) from None
    except FileExistsError as error:
        raise Problem(
            f"{error.filename} is there already, and nothing is written over. "
            "Choose another name or --directory."
        ) from None
    except OSError as error:
        raise Problem(f"{directory} cannot be written to: {error.strerror}.") from None


def _tell(home: Path, identifier_kind: str | None, numbers: Numbers) -> None:
    """What comes next, and what may not have been meant."""
    typer.echo(f"""Written to {home}. Go on there:
  python -m pip install --editable '.[testing]'
  python -m pytest
  clientgraph plugin list""")
    if identifier_kind and not numbers.plugin:
        typer.echo(
            f"No plugin that is installed knows {identifier_kind}: number.py declares it, with a "
            "check digit that is made up. If another plugin has this kind (clientgraph-stdnum "
            "brings most), remove the folder, install that plugin and begin again."
        )
