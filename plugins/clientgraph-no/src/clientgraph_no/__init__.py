"""clientgraph plugin: companies of Norway, from Enhetsregisteret (Brønnøysundregistrene)."""

from __future__ import annotations

from clientgraph import CompanyRegistry, OutboundService, hookimpl
from clientgraph_no.api import SERVICE, lookup, search

__all__ = ["company_registries", "outbound_services"]


@hookimpl
def outbound_services() -> list[OutboundService]:
    """The open API of the register; answers are taken again for an hour."""
    return [
        OutboundService(
            key=SERVICE, base_url="https://data.brreg.no/enhetsregisteret/api", cache=3600
        )
    ]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """The register of legal entities, searched by name and asked by number."""
    return [
        CompanyRegistry(
            key="NO_ENHETSREGISTERET",
            label={
                "en": "Company register of Norway",
                "fr": "Registre des entreprises de Norvège",
                "nl": "Ondernemingsregister van Noorwegen",
                "de": "Unternehmensregister Norwegens",
            },
            attribution="Brønnøysundregistrene, Enhetsregisteret, NLOD 2.0",
            search=search,
            countries=frozenset({"NO"}),
            lookup=lookup,
            kinds=frozenset({"NO_ORGNR", "NO_MVA"}),
        )
    ]
