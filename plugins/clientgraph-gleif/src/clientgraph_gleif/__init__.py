"""clientgraph plugin: companies of the world that have an LEI, from GLEIF."""

from __future__ import annotations

from clientgraph import CompanyRegistry, OutboundService, hookimpl
from clientgraph_gleif.api import SERVICE, lookup, search
from clientgraph_gleif.mapping import ATTRIBUTION

__all__ = ["company_registries", "outbound_services"]


@hookimpl
def outbound_services() -> list[OutboundService]:
    """The open API, which takes 60 requests a minute; answers are taken again for an hour."""
    return [
        OutboundService(
            key=SERVICE,
            base_url="https://api.gleif.org/api/v1",
            requests=60,
            per_seconds=60,
            cache=3600,
        )
    ]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """The LEI records, searched by name in all countries and asked by LEI."""
    return [
        CompanyRegistry(
            key="GLEIF",
            label={
                "en": "LEI register (GLEIF)",
                "fr": "Registre des LEI (GLEIF)",
                "nl": "LEI-register (GLEIF)",
                "de": "LEI-Register (GLEIF)",
            },
            attribution=ATTRIBUTION,
            search=search,
            countries=None,
            lookup=lookup,
            kinds=frozenset({"LEI"}),
        )
    ]
