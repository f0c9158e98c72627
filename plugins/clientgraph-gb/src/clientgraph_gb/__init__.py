"""clientgraph plugin: companies of the United Kingdom, from Companies House."""

from __future__ import annotations

from typing import Final

from clientgraph import (
    CompanyRegistry,
    HealthCheck,
    HealthReport,
    HealthStatus,
    InstanceContext,
    OutboundService,
    PluginSettings,
    hookimpl,
)
from clientgraph_gb.api import KEY, SERVICE, lookup, search

__all__ = ["company_registries", "health_checks", "outbound_services", "settings"]

SCHEMA: Final = {
    "type": "object",
    "properties": {
        KEY: {
            "type": "string",
            "minLength": 1,
            "writeOnly": True,
            "title": "API key",
            "description": "Of a REST application registered on the developer hub of Companies "
            "House. That of a workspace counts before that of the instance.",
        }
    },
    "additionalProperties": False,
}


@hookimpl
def settings() -> PluginSettings:
    """The key: of the instance, and a workspace's own."""
    return PluginSettings(instance=SCHEMA, workspace=SCHEMA)


@hookimpl
def outbound_services() -> list[OutboundService]:
    """The public data API, which takes 600 requests in five minutes; answers are kept an hour."""
    return [
        OutboundService(
            key=SERVICE,
            base_url="https://api.company-information.service.gov.uk",
            requests=600,
            per_seconds=300,
            cache=3600,
        )
    ]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """Companies House, searched by name and asked by number."""
    return [
        CompanyRegistry(
            key="GB_COMPANIES_HOUSE",
            label={"en": "Companies House"},
            attribution="Companies House. Contains public sector information licensed under the "
            "Open Government Licence v3.0.",
            search=search,
            countries=frozenset({"GB"}),
            lookup=lookup,
            kinds=frozenset({"GB_CRN"}),
        )
    ]


def _has_key(context: InstanceContext) -> HealthReport:
    if context.settings.get(KEY):
        return HealthReport(status=HealthStatus.OK)
    return HealthReport(
        status=HealthStatus.DEGRADED,
        message=f"no {KEY} in [plugin.gb]: only workspaces with a key of their own can ask",
    )


@hookimpl
def health_checks() -> list[HealthCheck]:
    """Whether the instance has a key."""
    return [HealthCheck(key="api_key", check=_has_key)]
