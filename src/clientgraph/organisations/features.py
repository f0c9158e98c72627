"""Features that are on unless the operator switches them off, by the plan of a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson


@dataclass(frozen=True)
class Feature:
    """A feature that can be off: its key, what people call it, and what it is."""

    key: str
    labels: Mapping[str, str]
    description: str


@dataclass(frozen=True)
class Switched:
    """A feature as it is in a workspace; ``reason`` says why it is off."""

    feature: Feature
    is_enabled: bool
    reason: str | None


CLIENT_CREATE: Final = "CLIENT_CREATE"
INLINE_CLIENT_CREATE: Final = "INLINE_CLIENT_CREATE"
BANK_DETAILS_DOCUMENT: Final = "BANK_DETAILS_DOCUMENT"

FEATURES: Final[Mapping[str, Feature]] = {
    each.key: each
    for each in (
        Feature(
            CLIENT_CREATE,
            {
                "en": "Create clients",
                "fr": "Créer des clients",
                "nl": "Klanten aanmaken",
                "de": "Kunden anlegen",
            },
            "New clients, whatever way they come in.",
        ),
        Feature(
            INLINE_CLIENT_CREATE,
            {
                "en": "Create clients within a document",
                "fr": "Créer un client depuis un document",
                "nl": "Klanten aanmaken vanuit een document",
                "de": "Kunden aus einem Beleg heraus anlegen",
            },
            "New clients from inside another product's document, by the channel INLINE.",
        ),
        Feature(
            BANK_DETAILS_DOCUMENT,
            {
                "en": "Bank details as a document",
                "fr": "RIB à télécharger",
                "nl": "Bankgegevens als document",
                "de": "Bankverbindung als Dokument",
            },
            "The workspace's bank details as a document for a client.",
        ),
    )
}


def switched(stored: str) -> list[Switched]:
    """Every feature as a workspace has it; ``stored`` is its column `features`."""
    known: dict[str, dict[str, Any]] = orjson.loads(stored)
    return [_switched(feature, known.get(key)) for key, feature in FEATURES.items()]


def switch(stored: str, key: str, *, is_enabled: bool, reason: str | None) -> str:
    """The column with one feature on or off."""
    known: dict[str, dict[str, Any]] = orjson.loads(stored)
    known[key] = {"is_enabled": is_enabled, "reason": reason}
    return orjson.dumps(known, option=orjson.OPT_SORT_KEYS).decode()


def _switched(feature: Feature, found: Mapping[str, Any] | None) -> Switched:
    if found is None:
        return Switched(feature, is_enabled=True, reason=None)
    return Switched(feature, found["is_enabled"], found["reason"])
