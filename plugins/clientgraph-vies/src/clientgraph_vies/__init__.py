"""clientgraph plugin: VAT numbers of the European Union, verified by the Commission's VIES."""

from __future__ import annotations

from clientgraph import (
    CompanyRegistry,
    OutboundService,
    PluginSettings,
    Verifier,
    hookimpl,
)
from clientgraph_vies.asking import SERVICE
from clientgraph_vies.companies import lookup
from clientgraph_vies.numbers import KINDS
from clientgraph_vies.verifying import REQUESTER, verify

__all__ = ["company_registries", "outbound_services", "settings", "verifiers"]

_LABEL = {
    "en": "VIES (European Commission)",
    "fr": "VIES (Commission européenne)",
    "nl": "VIES (Europese Commissie)",
    "de": "MIAS (Europäische Kommission)",
}
_ATTRIBUTION = "European Commission, VIES"


@hookimpl
def verifiers() -> list[Verifier]:
    """VIES says whether a number can be traded with across borders on the day it is asked."""
    return [
        Verifier(
            key="VIES",
            label=_LABEL,
            attribution=_ATTRIBUTION,
            kinds=KINDS,
            verify=verify,
            # Few at a time: national administrations refuse what is asked too much at once.
            at_most=4,
        )
    ]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """Name and address, for countries whose own register nobody can ask."""
    return [
        CompanyRegistry(
            key="EU_VIES", label=_LABEL, attribution=_ATTRIBUTION, lookup=lookup, kinds=KINDS
        )
    ]


@hookimpl
def outbound_services() -> list[OutboundService]:
    """The Commission's REST interface. It waits for the member state, so it may take seconds."""
    return [
        OutboundService(
            key=SERVICE,
            base_url="https://ec.europa.eu/taxation_customs/vies/rest-api",
            at_once=4,
            timeout=8.0,
            attempts=1,
        )
    ]


@hookimpl
def settings() -> PluginSettings:
    """A workspace says who asks: only then does VIES answer with a consultation number."""
    return PluginSettings(
        workspace={
            "type": "object",
            "additionalProperties": False,
            "properties": {
                REQUESTER: {
                    "type": "string",
                    "pattern": "^[A-Z]{2}[0-9A-Z+*]{2,12}$",
                    "title": "Your own VAT number",
                    "description": "With its prefix and without blanks: FR44732829320. With it, "
                    "VIES gives each answer a number that proves when who asked what.",
                }
            },
        }
    )
