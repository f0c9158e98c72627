"""A client with everything: what a form sends, and what it is then shown."""

from __future__ import annotations

from typing import Any

EVERYTHING = """status reference name tradingName kind country locale currency website email phone
    vatRegime paymentTerms { days endOfMonth origin } accountingCode activityCode iban
    identifiers { kind { key } formatted derivedFrom }
    contacts { nodes { fullName email mobile isMain isInvoiceRecipient } }
    mainAddress { formatted } billingAddress { formatted }"""
GIVEN: dict[str, Any] = {
    "name": "Ganymède SAS",
    "tradingName": "Ganymède",
    "country": "FR",
    "locale": "fr-FR",
    "currency": "CHF",
    "website": "Ganymede.fr",
    "email": "compta@GANYMEDE.fr",
    "phone": "01 42 68 53 00",
    "vatRegime": "EXPORT_OR_EXEMPT",
    "paymentTerms": {"days": 45, "endOfMonth": True},
    "accountingCode": "411000",
    "activityCode": "62.01z",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "identifiers": [{"kind": "FR_SIRET", "value": "732 829 320 00074"}],
    "contacts": [
        {"firstName": "Ada", "lastName": "Roux", "email": "ada@ganymede.fr"},
        {"firstName": "Max", "mobile": "06 12 34 56 78", "isInvoiceRecipient": True},
    ],
    "addresses": [
        {"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"},
        {"kind": "BILLING", "line1": "BP 12", "postalCode": "13001", "city": "Marseille"},
    ],
}
RECAP: dict[str, Any] = {
    "status": "ACTIVE",
    "reference": "C00001",
    "name": "Ganymède SAS",
    "tradingName": "Ganymède",
    "kind": "COMPANY",
    "country": "FR",
    "locale": "fr-FR",
    "currency": "CHF",
    "website": "https://ganymede.fr",
    "email": "compta@ganymede.fr",
    "phone": "+33142685300",
    "vatRegime": "EXPORT_OR_EXEMPT",
    "paymentTerms": {"days": 45, "endOfMonth": True, "origin": "CLIENT"},
    "accountingCode": "411000",
    "activityCode": "62.01Z",
    "iban": "FR7630006000011234567890189",
    "identifiers": [
        {"kind": {"key": "FR_SIRET"}, "formatted": "732 829 320 00074", "derivedFrom": None},
        {"kind": {"key": "FR_SIREN"}, "formatted": "732 829 320", "derivedFrom": "FR_SIRET"},
        {"kind": {"key": "FR_VAT"}, "formatted": "FR 44 732 829 320", "derivedFrom": "FR_SIRET"},
    ],
    "contacts": {
        "nodes": [
            {
                "fullName": "Ada Roux",
                "email": "ada@ganymede.fr",
                "mobile": None,
                "isMain": True,
                "isInvoiceRecipient": False,
            },
            {
                "fullName": "Max",
                "email": None,
                "mobile": "+33612345678",
                "isMain": False,
                "isInvoiceRecipient": True,
            },
        ]
    },
    "mainAddress": {"formatted": ["10 rue de la Paix", "75002 Paris"]},
    "billingAddress": {"formatted": ["BP 12", "13001 Marseille"]},
}
