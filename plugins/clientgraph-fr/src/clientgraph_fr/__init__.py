"""clientgraph plugin: the companies of France, from Recherche d'entreprises and Sirene."""

from __future__ import annotations

import typer

from clientgraph import (
    CompanyRegistry,
    HealthCheck,
    OutboundService,
    PluginSettings,
    hookimpl,
)
from clientgraph_fr import recherche, sirene, stock
from clientgraph_fr.commands import app
from clientgraph_fr.numbers import KINDS
from clientgraph_fr.units import ATTRIBUTION

__all__ = ["commands", "company_registries", "health_checks", "outbound_services", "settings"]

_FRANCE = frozenset({"FR"})


@hookimpl
def settings() -> PluginSettings:
    """The key for Sirene, of the instance."""
    return PluginSettings(
        instance={
            "type": "object",
            "properties": {
                sirene.KEY: {
                    "type": "string",
                    "title": "Key for API Sirene",
                    "description": "Of an account on portail-api.insee.fr. Without it, Sirene is "
                    "not asked.",
                    "writeOnly": True,
                    "minLength": 1,
                }
            },
            "additionalProperties": False,
        }
    )


@hookimpl
def outbound_services() -> list[OutboundService]:
    """Both services of the state."""
    return [recherche.SERVICE, sirene.SERVICE]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """In the order in which they are asked: the open one, the one with a key, the local one."""
    return [
        CompanyRegistry(
            key="FR_RECHERCHE_ENTREPRISES",
            label={"en": "Company directory of France", "fr": "Annuaire des entreprises"},
            attribution=ATTRIBUTION,
            search=recherche.search,
            countries=_FRANCE,
            lookup=recherche.lookup,
            kinds=KINDS,
        ),
        CompanyRegistry(
            key="FR_SIRENE",
            label={"en": "Sirene (Insee)"},
            attribution=ATTRIBUTION,
            search=sirene.search,
            countries=_FRANCE,
            lookup=sirene.lookup,
            kinds=KINDS,
        ),
        CompanyRegistry(
            key="FR_SIRENE_STOCK",
            label={"en": "Sirene, local copy", "fr": "Sirene, copie locale"},
            attribution=ATTRIBUTION,
            search=stock.search,
            countries=_FRANCE,
            lookup=stock.lookup,
            kinds=KINDS,
        ),
    ]


@hookimpl
def health_checks() -> list[HealthCheck]:
    """Whether the local copy is of this month or the one before."""
    return [HealthCheck(key="stock_age", check=stock.stock_age, every=3600.0)]


@hookimpl
def commands() -> typer.Typer:
    """``clientgraph fr import``."""
    return app
