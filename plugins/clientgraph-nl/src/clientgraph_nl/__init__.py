"""clientgraph plugin: companies of the Netherlands, from the Handelsregister of the KVK."""

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
from clientgraph_nl.api import HEADER, KEY, SERVICE, lookup, search

__all__ = ["company_registries", "health_checks", "outbound_services", "settings"]

SCHEMA: Final = {
    "type": "object",
    "properties": {
        KEY: {
            "type": "string",
            "minLength": 1,
            "writeOnly": True,
            "title": "API key",
            "description": "Of a subscription to Zoeken and Basisprofiel of the KVK API. That of a "
            "workspace counts before that of the instance.",
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
    """The KVK API. Each profile costs money: answers are taken again for a day."""
    return [
        OutboundService(
            key=SERVICE, base_url="https://api.kvk.nl/api", credential=HEADER, cache=86_400
        )
    ]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """The Handelsregister, searched by name and asked by number."""
    return [
        CompanyRegistry(
            key="NL_KVK",
            label={
                "en": "Company register of the Netherlands (KVK)",
                "fr": "Registre des entreprises des Pays-Bas (KVK)",
                "nl": "Handelsregister (KVK)",
                "de": "Handelsregister der Niederlande (KVK)",
            },
            attribution="KVK, Handelsregister",
            search=search,
            countries=frozenset({"NL"}),
            lookup=lookup,
            kinds=frozenset({"NL_KVK", "NL_RSIN"}),
        )
    ]


def _has_key(context: InstanceContext) -> HealthReport:
    if context.settings.get(KEY):
        return HealthReport(status=HealthStatus.OK)
    return HealthReport(
        status=HealthStatus.DEGRADED,
        message=f"no {KEY} in [plugin.nl]: only workspaces with a key of their own can ask",
    )


@hookimpl
def health_checks() -> list[HealthCheck]:
    """Whether the instance has a key."""
    return [HealthCheck(key="api_key", check=_has_key)]
