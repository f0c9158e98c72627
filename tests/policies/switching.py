"""Switches features beside the running service, as the operator's command does."""

from __future__ import annotations

from pathlib import Path

from clientgraph.bus import LocalBus
from clientgraph.context import Context
from clientgraph.loading import installed
from clientgraph.messages import Messages
from clientgraph.observers import Observers
from clientgraph.organisations.opening import operator
from clientgraph.organisations.service import switch_feature
from clientgraph.outbound.clients import Outbound
from clientgraph.plugin_states import PluginStates
from clientgraph.runtime import Instances, Runtime
from clientgraph.signing import Signer
from clientgraph.testing import Workspace, Workspaces
from clientgraph.vault import Vault


async def switch(
    workspaces: Workspaces, workspace: Workspace, key: str, reason: str | None = None
) -> None:
    """Switch a feature off for a reason, or on without one."""
    plugins = installed()
    vault = Vault(workspaces.settings.secret())
    states = PluginStates(workspaces.database, vault, plugins.workspace_schema)
    instances = Instances(Path("var/plugins"), Outbound({}), plugins, {})
    runtime = Runtime(workspaces.database, plugins, states, instances)
    context = Context(
        actor=operator(workspace.id),
        language="en",
        plugins=plugins,
        messages=Messages(plugins.messages),
        signer=Signer(workspaces.settings.secret()),
        database=workspaces.database,
        bus=LocalBus(),
        observers=Observers(plugins, runtime),
        runtime=runtime,
    )
    async with context.writing():
        await switch_feature(context, key, is_enabled=reason is None, reason=reason)
