"""Verifier and registry bear what every one of them must."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from clientgraph.testing import Asked, RegistryConformance, VerifierConformance

VALID = {"countryCode": "PL", "vatNumber": "7740001454"}


def checked(asked: Asked) -> Any:
    """What VIES answers to a number."""
    given = asked.json()
    is_valid = given["vatNumber"] == VALID["vatNumber"]
    facts = {"name": "ORLEN SPÓŁKA AKCYJNA", "address": "CHEMIKÓW 7\n09-411 PŁOCK"}
    masks = dict.fromkeys(facts, "---")
    return {
        "countryCode": given["countryCode"],
        "valid": is_valid,
        "requestDate": "2026-11-20T09:15:00.000Z",
        "requestIdentifier": "",
        **(facts if is_valid else masks),
    }


class TestVies(VerifierConformance):
    """The Commission's service."""

    plugin = "vies"
    verifier = "VIES"
    service = "rest"
    routes: ClassVar[dict[str, Callable[[Asked], Any]]] = {"/check-vat-number": checked}
    valid = ("PL_VAT", "PL7740001454")
    invalid = ("PT_VAT", "PT576615366")
    evidence: ClassVar[dict[str, str]] = {**VALID, "name": "ORLEN SPÓŁKA AKCYJNA"}
    country = "PL"


class TestCompanies(RegistryConformance):
    """Who has a number."""

    plugin = "vies"
    registry = "EU_VIES"
    service = "rest"
    routes: ClassVar[dict[str, Callable[[Asked], Any]]] = {"/check-vat-number": checked}
    found = ("PL_VAT", "PL 774 000 14 54", "ORLEN SPÓŁKA AKCYJNA")
    missing = ("PT_VAT", "PT576615366")
    bad = ("PL_VAT", "PL7740001455")
