"""What became of plugins, as lines of ``/readyz`` and as figures for Prometheus."""

from __future__ import annotations

from typing import Any

from prometheus_client import Gauge

from clientgraph.contract.operation import HealthStatus
from clientgraph.plugins import Plugins

_STATUS = Gauge(
    "clientgraph_plugin_status", "1 for the status that a plugin has.", ["plugin", "status"]
)
_HEALTH = Gauge(
    "clientgraph_plugin_health",
    "1 for what a plugin's health check said last.",
    ["plugin", "check", "status"],
)
STATUSES = ("ACTIVE", "SUSPENDED", "QUARANTINED")


def told(plugins: Plugins) -> list[dict[str, Any]]:
    """Each plugin with its status, why it is quarantined, and what its checks said."""
    return [
        {
            "name": info.name,
            "version": info.version,
            "status": info.status,
            **({"reason": info.reason} if info.reason else {}),
            "health": [
                {"key": key, "status": each.status.value, "message": each.message}
                for key, each in sorted(info.health.items())
            ],
        }
        for info in plugins.infos.values()
    ]


def count(plugins: Plugins) -> None:
    """Set the figures to how these plugins are now."""
    _STATUS.clear()
    _HEALTH.clear()
    for info in plugins.infos.values():
        for status in STATUSES:
            _STATUS.labels(info.name, status).set(info.status == status)
        for key, each in info.health.items():
            for found in HealthStatus:
                _HEALTH.labels(info.name, key, found.value).set(each.status is found)
