"""Switches features beside the running service, as the operator's command does."""

from __future__ import annotations

from pathlib import Path

from clientgraph.bus import LocalBus
from clientgraph.context import Context
from clientgraph.files.stores import storage_of
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


def beside(workspaces: Workspaces, workspace: Workspace) -> Context:
    """What the operator works with in a workspace, beside the running service."""
    plugins = installed()
    vault = Vault(workspaces.settings.secret())
    states = PluginStates(workspaces.database, vault, plugins.workspace_schema)
    instances = Instances(Path("var/plugins"), Outbound({}), plugins, {})
    runtime = Runtime(workspaces.database, plugins, states, instances)
    return Context(
        actor=operator(workspace.id),
        language="en",
        plugins=plugins,
        messages=Messages(plugins.messages),
        signer=Signer(workspaces.settings.secret()),
        database=workspaces.database,
        files=storage_of(workspaces.settings),
        bus=LocalBus(),
        observers=Observers(plugins, runtime),
        runtime=runtime,
    )


async def switch(
    workspaces: Workspaces, workspace: Workspace, key: str, reason: str | None = None
) -> None:
    """Switch a feature off for a reason, or on without one."""
    context = beside(workspaces, workspace)
    async with context.writing():
        await switch_feature(context, key, is_enabled=reason is None, reason=reason)
