"""clientgraph plugin: companies of Czechia, from ARES (Ministry of Finance)."""

from __future__ import annotations

from clientgraph import CompanyRegistry, OutboundService, hookimpl
from clientgraph_cz.api import SERVICE, lookup, search
from clientgraph_cz.mapping import ATTRIBUTION

__all__ = ["company_registries", "outbound_services"]


@hookimpl
def outbound_services() -> list[OutboundService]:
    """The open API of ARES, which takes 500 requests a minute; answers are kept for an hour."""
    return [
        OutboundService(
            key=SERVICE,
            base_url="https://ares.gov.cz/ekonomicke-subjekty-v-be/rest",
            requests=500,
            per_seconds=60,
            cache=3600,
        )
    ]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """ARES, searched by name and asked by number."""
    return [
        CompanyRegistry(
            key="CZ_ARES",
            label={
                "en": "Company register of Czechia (ARES)",
                "fr": "Registre des entreprises de Tchéquie (ARES)",
                "nl": "Ondernemingsregister van Tsjechië (ARES)",
                "de": "Unternehmensregister Tschechiens (ARES)",
            },
            attribution=ATTRIBUTION,
            search=search,
            countries=frozenset({"CZ"}),
            lookup=lookup,
            kinds=frozenset({"CZ_ICO", "CZ_VAT"}),
        )
    ]
