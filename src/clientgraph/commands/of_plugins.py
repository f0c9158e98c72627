"""``clientgraph NAME …``: the commands that the plugin of this name brings."""

from __future__ import annotations

from typing import Any

import typer
from typer.main import get_group

from clientgraph.announced import Announced, announced
from clientgraph.commands.instances import instances
from clientgraph.commands.problems import Problem
from clientgraph.config import load
from clientgraph.loading import loaded


def commands_of(name: str, context: typer.Context) -> Any:
    """The commands of one plugin, which alone is imported; raises `Problem` where there are none.

    ``context`` is the one of ``clientgraph`` itself: what the plugin is handed is its ``obj``.
    """
    settings = load()
    plugins = loaded([_allowed(name, settings.plugins)])
    context_of = instances(settings, plugins)
    info = plugins.infos[name]
    if info.reason:
        raise Problem(
            f"The plugin '{name}' is quarantined: {info.reason}. Update or remove it; "
            "'clientgraph plugin list' shows all plugins."
        )
    found = plugins.declared[name].commands
    if found is None:
        raise Problem(f"The plugin '{name}' has no commands.")
    context.obj = context_of(name)
    return get_group(found)


def _allowed(name: str, allowed: tuple[str, ...] | None) -> Announced:
    for each in announced(allowed):
        if each.name == name:
            return each
    raise Problem(
        f"The plugin '{name}' is installed, but the setting 'plugins' does not name it. Add it "
        "there, or leave the setting out to allow every plugin."
    )
