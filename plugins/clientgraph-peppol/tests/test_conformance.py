"""The verifier bears what every verifier must."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from clientgraph.testing import Replay, VerifierConformance

from .conftest import INVOICE


class TestPeppol(VerifierConformance):
    """The network's directory and its publishers of metadata."""

    plugin = "peppol"
    verifier = "PEPPOL"
    service = "smp"
    valid = ("BE_ENTERPRISE", "0403170701")
    invalid = ("BE_ENTERPRISE", "0202239951")
    evidence: ClassVar[dict[str, Any]] = {
        "participant": "0208:0403170701",
        "receivesInvoices": True,
        "documentTypes": [INVOICE],
    }
    country = "BE"

    @pytest.fixture
    def replay(self, network: Any) -> Replay:
        """The publisher, in a network that has one participant."""
        network.join("0208:0403170701", INVOICE)
        publisher: Replay = network.publisher
        return publisher

    @pytest.fixture
    def instance(self, instance: Any) -> Any:
        """The settings that lead to that network."""
        return instance
