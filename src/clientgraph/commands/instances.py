"""What plugins are handed where no service runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clientgraph.config import Settings
from clientgraph.contract.records import InstanceContext
from clientgraph.outbound.clients import Outbound
from clientgraph.plugin_readiness import configure, services
from clientgraph.plugins import Plugins
from clientgraph.runtime import Instances


def instances(settings: Settings, plugins: Plugins) -> Callable[[str], InstanceContext]:
    """Plugin → what it is handed with a call that concerns no workspace.

    Needs neither a database nor the installation's secret. Plugins whose settings do not fit are
    quarantined.
    """
    given = configure(plugins, settings.plugin)
    outbound = Outbound(plugins.services, services(plugins, settings.plugin))
    return Instances(Path(settings.plugin_folder), outbound, plugins, given).context
