"""clientgraph plugin: the companies of Belgium, from the open data of the KBO and cbeapi.be."""

from __future__ import annotations

from typing import Final

import typer

from clientgraph import (
    CompanyRegistry,
    HealthCheck,
    OutboundService,
    PluginSettings,
    hookimpl,
)
from clientgraph_be import cbeapi, local
from clientgraph_be.commands import app
from clientgraph_be.units import ATTRIBUTION, KINDS

__all__ = ["commands", "company_registries", "health_checks", "outbound_services", "settings"]

_BELGIUM: Final = frozenset({"BE"})
_SCHEMA: Final = {
    "type": "object",
    "properties": {
        cbeapi.KEY: {
            "type": "string",
            "title": "Key for cbeapi.be",
            "description": "Of an account on cbeapi.be. Without it, cbeapi.be is not asked.",
            "writeOnly": True,
            "minLength": 1,
        }
    },
    "additionalProperties": False,
}


@hookimpl
def settings() -> PluginSettings:
    """The key for cbeapi.be: of the instance, and a workspace's own."""
    return PluginSettings(instance=_SCHEMA, workspace=_SCHEMA)


@hookimpl
def outbound_services() -> list[OutboundService]:
    """The one on the network."""
    return [cbeapi.SERVICE]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """In the order in which they are asked: the local one, the one with a key."""
    return [
        CompanyRegistry(
            key="BE_KBO",
            label={
                "en": "Crossroads Bank for Enterprises (Belgium)",
                "fr": "Banque-Carrefour des Entreprises",
                "nl": "Kruispuntbank van Ondernemingen",
                "de": "Zentrale Datenbank der Unternehmen (Belgien)",
            },
            attribution=ATTRIBUTION,
            search=local.search,
            countries=_BELGIUM,
            lookup=local.lookup,
            kinds=KINDS,
        ),
        CompanyRegistry(
            key="BE_CBEAPI",
            label={"en": "cbeapi.be", "fr": "cbeapi.be", "nl": "cbeapi.be", "de": "cbeapi.be"},
            attribution=f"{ATTRIBUTION}, cbeapi.be",
            search=cbeapi.search,
            countries=_BELGIUM,
            lookup=cbeapi.lookup,
            kinds=cbeapi.KINDS,
        ),
    ]


@hookimpl
def health_checks() -> list[HealthCheck]:
    """Whether the local index is of this month or the one before."""
    return [HealthCheck(key="index_age", check=local.index_age, every=3600.0)]


@hookimpl
def commands() -> typer.Typer:
    """``clientgraph be import`` and ``clientgraph be update``."""
    return app
