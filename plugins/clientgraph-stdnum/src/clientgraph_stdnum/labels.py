"""Labels in the four languages: a country's own words, or a standard phrase with its name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

from clientgraph_stdnum.row import Nature, Row

LANGUAGES: Final = ("en", "fr", "nl", "de")

_PHRASES: Final[Mapping[Nature, tuple[str, str, str, str]]] = {
    Nature.VAT: ("VAT number", "N° TVA", "Btw-nummer", "USt-IdNr."),
    Nature.TAX: ("Tax number", "Numéro fiscal", "Fiscaal nummer", "Steuernummer"),
    Nature.REGISTER: (
        "Company number",
        "Numéro d'entreprise",
        "Ondernemingsnummer",
        "Unternehmensnummer",
    ),
}


def labels(row: Row) -> dict[str, str]:
    """Language → label of a kind, e.g. ``Tax number (Andorra, NRT)``."""
    if row.labels:
        return dict(zip(LANGUAGES, row.labels, strict=True))
    own = f", {row.name}" if row.name else ""
    return {
        language: f"{phrase} ({_country(language, row)}{own})"
        for language, phrase in zip(LANGUAGES, _PHRASES[row.nature], strict=True)
    }


def _country(language: str, row: Row) -> str:
    return _territories(language)[row.territory or ""]


@cache
def _territories(language: str) -> Mapping[str, str]:
    names: Mapping[str, str] = Locale(language).territories
    return names
