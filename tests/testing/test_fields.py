"""Core's own types of custom fields pass the suite that plugins' types must pass."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from clientgraph.testing import FieldTypeConformance

TIERS = {
    "choices": [
        {"key": "silver", "labels": {"en": "Silver", "fr": "Argent"}},
        {"key": "gold", "labels": {"en": "Gold", "fr": "Or"}},
    ]
}


class TestText(FieldTypeConformance):
    """Without regard to case and accents."""

    key = "TEXT"
    values = ("Abel", "Élève", "Zoé")
    refused = ((5, "WRONG_JSON"), ("   ", "REQUIRED"))
    shown = ("Abel", "Élève", "Zoé")
    textual = MappingProxyType(
        {("CONTAINS", "LEV"): {1}, ("STARTS_WITH", "zo"): {2}, ("CONTAINS", "e"): {0, 1, 2}}
    )


class TestDecimal(FieldTypeConformance):
    """By value, not by spelling."""

    key = "DECIMAL"
    values = ("-10", "-9.5", "0", "9", "10")
    refused = ((12.5, "WRONG_JSON"), ("1" * 21, "OUT_OF_RANGE"))
    shown = ("-10", "-9.5", "0", "9", "10")


class TestDate(FieldTypeConformance):
    """Days."""

    key = "DATE"
    values = ("1999-12-31", "2026-01-31")
    refused = (("2026-02-30", "INVALID_DATE"), (20260131, "WRONG_JSON"))
    shown = ("Dec 31, 1999", "Jan 31, 2026")


class TestMoney(FieldTypeConformance):
    """Amounts of different currencies are not compared."""

    key = "MONEY"
    values = (
        {"amount": "-5.00", "currency": "EUR"},
        {"amount": "10.00", "currency": "EUR"},
        {"amount": "9.00", "currency": "USD"},
    )
    refused = (({"amount": "1"}, "WRONG_JSON"),)
    shown = ("-€5.00", "€10.00", "$9.00")


class TestChoice(FieldTypeConformance):
    """In the order of the options."""

    key = "CHOICE"
    options = TIERS
    refused_options = (({}, "INVALID_OPTION"), ({**TIERS, "colour": 1}, "UNKNOWN_OPTION"))
    values = ("silver", "gold")
    refused = (("bronze", "UNKNOWN_CHOICE"),)
    shown = ("Silver", "Gold")

    def written_back(self, value: Mapping[str, Any]) -> Any:
        """Its key."""
        return value["choice"]["key"]


class TestChoices(FieldTypeConformance):
    """Several at a time."""

    key = "CHOICES"
    options = TIERS
    values = ("silver", "gold")
    refused = (("gold", "WRONG_JSON"), (["bronze"], "UNKNOWN_CHOICE"))
    shown = ("Silver", "Gold")

    def written_back(self, value: Mapping[str, Any]) -> Any:
        """Their keys."""
        return [each["key"] for each in value["choices"]]
