"""The fields of a client: how each is cleaned, and which may not be empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

from clientgraph import values
from clientgraph.drafts import Checked, Cleaner, Draft, clean
from clientgraph.organisations.policies import OF_CLIENTS, take_policies
from clientgraph.organisations.service import take_terms

_ACTIVITY = re.compile(r"[0-9A-Z][0-9A-Z. ]{0,11}")
ALWAYS_FILLED = ("name", "kind", "country", "vat_regime", "reference")


class ClientKind(Enum):
    """What sort of person a client is in law."""

    COMPANY = "COMPANY"
    INDIVIDUAL = "INDIVIDUAL"
    PUBLIC_BODY = "PUBLIC_BODY"


class ClientStatus(Enum):
    """Where a client is in its life."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class VatRegime(Enum):
    """How sales to a client are taxed."""

    TAXABLE = "TAXABLE"
    EXPORT_OR_EXEMPT = "EXPORT_OR_EXEMPT"
    INTRA_COMMUNITY = "INTRA_COMMUNITY"


def _enum(kind: type[Enum]) -> Cleaner:
    return lambda value: kind(value).value


def _code(value: str) -> str | None:
    return values.text(value, 64)


def _activity(value: str) -> str:
    cleaned = value.strip().upper()
    if not _ACTIVITY.fullmatch(cleaned):
        raise values.ValueProblem("INVALID_ACTIVITY_CODE")
    return cleaned


_CLEANERS: Mapping[str, Cleaner] = {
    "name": values.text,
    "trading_name": values.text,
    "kind": _enum(ClientKind),
    "parent_id": UUID,
    "template_id": UUID,
    "reference": _code,
    "external_reference": _code,
    "country": values.country,
    "locale": values.locale,
    "currency": values.currency,
    "website": values.website,
    "email": values.email,
    "vat_regime": _enum(VatRegime),
    "accounting_code": _code,
    "activity_code": _activity,
    "iban": values.iban,
}


def check_fields(draft: Draft, country: str) -> Checked:
    """A client's own fields; ``country`` is what national phone numbers are read with."""
    checked = clean(draft, _CLEANERS)
    spoken = checked.values.get("country") or country
    checked.take(draft, "phone", lambda value: values.phone(value, spoken))
    take_terms(draft, checked)
    checked.values |= take_policies(draft, OF_CLIENTS, checked)
    return checked


def derived_columns(filled: Mapping[str, Any]) -> dict[str, str | None]:
    """The columns to sort and compare by, from the client's fields."""
    return {
        "sort_name": values.folded(filled["name"]) or filled["name"],
        "email_key": values.email_key(filled["email"]) if filled.get("email") else None,
    }
