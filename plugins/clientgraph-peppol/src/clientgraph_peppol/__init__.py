"""clientgraph plugin: who takes part in the Peppol network, and which documents they receive."""

from __future__ import annotations

from datetime import timedelta

from clientgraph import OutboundService, PluginSettings, Verifier, hookimpl
from clientgraph_peppol.locator import NAMESERVER, PORT, PRODUCTION, ZONE
from clientgraph_peppol.participants import KINDS
from clientgraph_peppol.publisher import SERVICE
from clientgraph_peppol.verifying import verify

__all__ = ["outbound_services", "settings", "verifiers"]


@hookimpl
def verifiers() -> list[Verifier]:
    """VALID is a participant; INVALID is none under any of the addresses of the identifier."""
    return [
        Verifier(
            key="PEPPOL",
            label={
                "en": "Peppol network",
                "fr": "Réseau Peppol",
                "nl": "Peppol-netwerk",
                "de": "Peppol-Netzwerk",
            },
            attribution="OpenPeppol, Service Metadata Locator",
            kinds=KINDS,
            verify=verify,
            # Companies join, leave and change their access point.
            valid_for=timedelta(days=7),
            at_most=10,
        )
    ]


@hookimpl
def outbound_services() -> list[OutboundService]:
    """The publishers of metadata, whose URLs the network's directory tells."""
    return [OutboundService(key=SERVICE, base_url=None, timeout=5.0, attempts=1, largest=1_000_000)]


@hookimpl
def settings() -> PluginSettings:
    """Which network is asked, and by which name server."""
    return PluginSettings(
        instance={
            "type": "object",
            "additionalProperties": False,
            "properties": {
                ZONE: {
                    "type": "string",
                    "default": PRODUCTION,
                    "title": "Zone of the Service Metadata Locator",
                    "description": "participant.sml.test.tech.peppol.org for the test network.",
                },
                NAMESERVER: {
                    "type": "string",
                    "title": "Name server",
                    "description": "IP address; the machine's own name servers by default.",
                },
                PORT: {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 65535,
                    "default": 53,
                    "title": "Port of the name server",
                },
            },
        }
    )
