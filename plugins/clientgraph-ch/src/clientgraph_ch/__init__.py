"""clientgraph plugin: companies of Switzerland, from Zefix (Federal Office of Justice)."""

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
from clientgraph_ch.api import PASSWORD, SERVICE, USER, lookup, search
from clientgraph_ch.mapping import ATTRIBUTION

__all__ = ["company_registries", "health_checks", "outbound_services", "settings"]

SCHEMA: Final = {
    "type": "object",
    "properties": {
        USER: {
            "type": "string",
            "minLength": 1,
            "title": "User",
            "description": "Of an account that zefix@bj.admin.ch gives on request. That of a "
            "workspace counts before that of the instance.",
        },
        PASSWORD: {"type": "string", "minLength": 1, "writeOnly": True, "title": "Password"},
    },
    "dependentRequired": {USER: [PASSWORD], PASSWORD: [USER]},
    "additionalProperties": False,
}


@hookimpl
def settings() -> PluginSettings:
    """The account: of the instance, and a workspace's own."""
    return PluginSettings(instance=SCHEMA, workspace=SCHEMA)


@hookimpl
def outbound_services() -> list[OutboundService]:
    """The public REST API. It tells errors with status 200, so no answer is taken again."""
    return [
        OutboundService(key=SERVICE, base_url="https://www.zefix.admin.ch/ZefixPublicREST/api/v1")
    ]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """The central index of company names, searched by name and asked by UID."""
    return [
        CompanyRegistry(
            key="CH_ZEFIX",
            label={
                "en": "Company register of Switzerland (Zefix)",
                "fr": "Registre du commerce suisse (Zefix)",
                "nl": "Handelsregister van Zwitserland (Zefix)",
                "de": "Handelsregister der Schweiz (Zefix)",
            },
            attribution=ATTRIBUTION,
            search=search,
            countries=frozenset({"CH"}),
            lookup=lookup,
            kinds=frozenset({"CH_UID", "CH_VAT"}),
        )
    ]


def _has_account(context: InstanceContext) -> HealthReport:
    if context.settings.get(USER):
        return HealthReport(status=HealthStatus.OK)
    return HealthReport(
        status=HealthStatus.DEGRADED,
        message=f"no {USER} and {PASSWORD} in [plugin.ch]: only workspaces with an account of "
        "their own can ask",
    )


@hookimpl
def health_checks() -> list[HealthCheck]:
    """Whether the instance has an account."""
    return [HealthCheck(key="account", check=_has_account)]
