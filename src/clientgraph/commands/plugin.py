"""``clientgraph plugin``: what is installed and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from clientgraph.announced import CORE
from clientgraph.commands.instances import instances
from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, opened, run
from clientgraph.commands.scaffold import new_plugin
from clientgraph.commands.tables import table
from clientgraph.config import Settings, load
from clientgraph.contract.records import InstanceContext
from clientgraph.errors import SettingsError
from clientgraph.hookspecs import DEFAULT_VERSION
from clientgraph.loading import installed
from clientgraph.plugin_removal import Remains, keep_data, purge, remains
from clientgraph.plugin_settings.stored import Misfit, misfits
from clientgraph.plugin_status.checkups import Checkups
from clientgraph.plugins import PluginInfo, Plugins
from clientgraph.vault import Vault

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
app.command("new")(new_plugin)


@app.callback()
def plugin() -> None:
    """Plugins add identifier kinds, fields, rules. Install one with pip; it is found by itself."""


@app.command("list")
def list_plugins(
    config: ConfigFile = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Make the plugins' health checks, and check workspaces' settings, now."
        ),
    ] = False,
) -> None:
    """List the installed plugins, what each takes part in, and why one was left out.

    A hook is shown with the version that the plugin was written for, unless it is the first one.

    \b
    Examples:
      clientgraph plugin list
      clientgraph plugin list --check
    """
    settings = load(file=config)
    plugins = installed(settings.plugins)
    context_of = instances(settings, plugins)
    found = plugins.infos.values()
    rows = [(each.name, each.version, each.status, ", ".join(_hooks(each))) for each in found]
    typer.echo(table(("NAME", "VERSION", "STATUS", "HOOKS"), rows))
    for each in found:
        for note in (*filter(None, [each.reason]), *plugins.notes(each.name)):
            typer.echo(f"{each.name}: {note}", err=True)
    if check:
        typer.echo(f"\n{_health(settings, plugins, context_of)}")
        for line in _misfits(settings, plugins):
            typer.echo(line, err=True)


def _hooks(info: PluginInfo) -> list[str]:
    return [
        hook if version == DEFAULT_VERSION else f"{hook} v{version}"
        for hook, version in info.versions.items()
    ]


def _health(
    settings: Settings, plugins: Plugins, context_of: Callable[[str], InstanceContext]
) -> str:
    run(settings, Checkups(plugins, context_of).look_at_all())
    rows = [
        (info.name, key, each.status.value, each.message)
        for info in plugins.infos.values()
        for key, each in sorted(info.health.items())
    ]
    return table(("NAME", "CHECK", "STATUS", "MESSAGE"), rows)


def _misfits(settings: Settings, plugins: Plugins) -> list[str]:
    """Where plugins take no part because of their settings; or why that could not be checked."""
    try:
        return [str(each) for each in run(settings, _stored(settings, plugins))]
    except (Problem, SettingsError) as problem:
        return [f"Settings of workspaces were not checked: {problem}"]


async def _stored(settings: Settings, plugins: Plugins) -> list[Misfit]:
    vault = Vault(settings.secret())
    async with opened(settings) as database:
        return await misfits(database, plugins, vault)


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="The plugin's name.")],
    plan: Annotated[bool, typer.Option("--plan", help="Only say what there is of it.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep-data", help="Switch it off everywhere, forget its settings.")
    ] = False,
    drop: Annotated[
        bool, typer.Option("--purge", help="Do away with its tables and settings for good.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --purge: do not ask.")] = False,
    config: ConfigFile = None,
) -> None:
    """Take a plugin out, before or after its distribution is uninstalled.

    What it brought to clients stays readable without it: identifiers as they were given, events by
    the key of their kind, values of custom fields as they are stored. Stop the service before
    --purge, or start it anew at once.

    \b
    Examples:
      clientgraph plugin remove invoicing --plan
      clientgraph plugin remove invoicing --keep-data
      clientgraph plugin remove invoicing --purge
    """
    if plan + keep + drop != 1:
        raise Problem("Choose one of --plan, --keep-data and --purge.")
    settings = load(file=config)
    found = run(settings, _remains(settings, name))
    _show(name, found)
    if keep:
        run(settings, _keep(settings, name))
        typer.echo(f"Switched {name} off in every workspace; its tables stay.")
    elif drop:
        if not yes and typer.prompt(f"Type '{name}' to do away with this for good") != name:
            raise Problem("Nothing was removed: that is not the plugin's name.")
        run(settings, _purge(settings, name))
        typer.echo(f"Removed {name}. Uninstall its distribution with pip.")


def _show(name: str, found: Remains) -> None:
    lines = [("table", key, f"{count} rows") for key, count in sorted(found.tables.items())]
    lines.append(("settings", name, f"of {found.states} workspaces"))
    for what, keys in found.used.items():
        lines += [(what, key, str(count)) for key, count in sorted(keys.items())]
    typer.echo(table(("WHAT", "NAME", "HOW MANY"), lines))


async def _remains(settings: Settings, name: str) -> Remains:
    plugins = installed(settings.plugins)
    async with opened(settings) as database:
        found = await remains(database, plugins, name)
    if name == CORE or (name not in plugins.infos and not found.tables and not found.states):
        raise Problem(f"There is nothing of a plugin '{name}'. See: clientgraph plugin list")
    return found


async def _keep(settings: Settings, name: str) -> None:
    async with opened(settings) as database:
        await keep_data(database, name)


async def _purge(settings: Settings, name: str) -> None:
    async with opened(settings) as database:
        await purge(database, settings.owner_url, name)
