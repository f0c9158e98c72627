"""Registries without a server: functions that answer what a test wants."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from clientgraph import Company, CompanyAddress, CompanyRegistry, hookimpl

PLACE = CompanyAddress(
    line1="128 rue La Boétie", postal_code="75008", city="Paris", label="Siège", box="4"
)


def plain() -> Company:
    """A company of which nothing but the name is known."""
    return Company(name="Ganymède", country="FR", identifiers={})


def plugin(*registries: CompanyRegistry) -> SimpleNamespace:
    """A plugin that brings these."""
    return SimpleNamespace(company_registries=hookimpl(lambda: registries))


def registry(**changes: Any) -> CompanyRegistry:
    """A registry of France that is in order, but for the changes."""
    facts: dict[str, Any] = {
        "key": "FR_PLAIN",
        "label": {"en": "Plain"},
        "attribution": "Nobody",
        "countries": frozenset({"FR"}),
        "kinds": frozenset({"FR_SIRET"}),
        "lookup": lambda _kind, _value: plain(),
    }
    return CompanyRegistry(**{**facts, **changes})
