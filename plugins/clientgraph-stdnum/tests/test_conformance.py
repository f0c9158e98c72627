"""The kinds pass what the service's test kit asks of each kind of identifier."""

from __future__ import annotations

from clientgraph.testing import Api, IdentifierKindConformance, RemovalConformance
from clientgraph_stdnum import identifier_kinds


class TestKinds(IdentifierKindConformance):
    """All of them."""

    kinds = identifier_kinds()
    refused = (
        ("FR_SIRET", "732 829 320 00075", "INVALID_CHECKSUM"),
        ("FR_SIREN", "73282932", "INVALID_LENGTH"),
    )


class TestRemoval(RemovalConformance):
    """Numbers stay when the rules are gone."""

    plugin = "stdnum"

    async def fill(self, api: Api) -> None:
        """Clients with a number of several kinds each."""
        for name, kind, value in (
            ("Io", "FR_SIRET", "732 829 320 00074"),
            ("Europa", "BE_VAT", "BE 0428.759.497"),
        ):
            await api.new_client(name, identifiers=[{"kind": kind, "value": value}])
