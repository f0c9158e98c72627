"""The command line: finds the command, and says in one paragraph what went wrong."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module, metadata
from typing import Annotated, Any, Final, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from clientgraph.announced import CORE, announced
from clientgraph.commands.problems import Problem
from clientgraph.errors import SettingsError


class Command(NamedTuple):
    """A command that is not loaded yet."""

    module: str
    help: str


# The modules import the whole service; ``--help`` and mistyped names should not wait for it.
COMMANDS: Final[Mapping[str, Command]] = {
    "demo": Command("clientgraph.commands.demo", "Try it: a workspace of companies, in seconds."),
    "serve": Command("clientgraph.commands.serve", "Serve the API."),
    "worker": Command("clientgraph.commands.worker", "Do background jobs, apart from what serves."),
    "migrate": Command("clientgraph.commands.migrate", "Make or update the database."),
    "organisation": Command("clientgraph.commands.organisation", "Make and list workspaces."),
    "token": Command("clientgraph.commands.token", "Make, list and revoke API tokens."),
    "import": Command("clientgraph.commands.importing", "Import a file of clients."),
    "search": Command("clientgraph.commands.search", "Make anew what searches look through."),
    "doctor": Command("clientgraph.commands.doctor", "Say what is wrong and how to put it right."),
    "plugin": Command("clientgraph.commands.plugin", "List plugins."),
    "schema": Command("clientgraph.commands.schema", "Print the GraphQL schema."),
}

_OF_PLUGINS: Final = "clientgraph.commands.of_plugins"

HELP: Final = """The client-record service: clients, contacts, addresses and company identifiers
behind a GraphQL API.

\b
Try it at once:
  clientgraph demo

\b
Begin for good:
  clientgraph migrate
  clientgraph organisation create --name "Atelier Nord" --country FR
  clientgraph serve

Settings are read from clientgraph.toml in the current folder (or the file that --config or
CLIENTGRAPH_CONFIG names) and from CLIENTGRAPH_… variables of the environment.
"""


class Commands(TyperGroup):
    """The commands by name; only the one that is called is imported."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # noqa: ARG002
        """In the order in which they are met."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """Import a command's module, or its plugin alone, and take the command from it."""
        plugins = _plugins()
        if cmd_name in COMMANDS:
            command = get_command(_imported(COMMANDS[cmd_name].module).app)
        elif cmd_name in plugins:
            command = import_module(_OF_PLUGINS).commands_of(cmd_name, ctx)
        else:
            close = get_close_matches(cmd_name, [*COMMANDS, *plugins], n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            ctx.fail(f"There is no command '{cmd_name}'.{hint}")
        command.name = cmd_name
        return command

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override] # noqa: ARG002
        """List the commands from their table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help) for name, command in COMMANDS.items()])
        if plugins := _plugins():
            with formatter.section("Plugins, which may bring commands"):
                formatter.write_dl([(name, f"clientgraph {name} --help") for name in plugins])


def _imported(module: str) -> Any:
    """A command's module. The collector looks neither through what stays nor while it is made."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def _plugins() -> list[str]:
    """What is installed and can have commands; nothing of it is imported."""
    return [each.name for each in announced() if each.name != CORE and each.problem is None]


app = typer.Typer(
    cls=Commands,
    help=HELP,
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"clientgraph {metadata.version('clientgraph')}")
        raise typer.Exit


@app.callback()
def clientgraph(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version)
    ] = False,
) -> None:
    """Without a command: the help."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command. Exits with 0, with 1 for a problem, with 2 for a misuse of the command."""
    # What went wrong is told by the command; only what serves keeps a log.
    logging.getLogger("clientgraph").addHandler(logging.NullHandler())
    try:
        app(args=arguments, prog_name="clientgraph")
    except (Problem, SettingsError) as problem:
        typer.echo(f"Error: {problem}", err=True)
        sys.exit(1)
    sys.exit(0)


if __name__ == "__main__":
    main()
