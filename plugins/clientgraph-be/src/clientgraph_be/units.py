"""An enterprise of the KBO, or one of its establishments, from whichever source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from clientgraph import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    FieldOrigin,
    Protected,
    Unavailable,
)

ATTRIBUTION: Final = "KBO/BCE Open Data, FOD Economie / SPF Économie"
KINDS: Final = frozenset({"BE_ENTERPRISE", "BE_ESTABLISHMENT", "BE_VAT"})
_NUMBER: Final = re.compile(r"(?:BE)?[ .]?([0-9][0-9 .]{7,14}[0-9])", re.IGNORECASE)
# Legal forms (code JuridicalForm of the KBO) under public law: the state and what belongs to it,
# provinces and municipalities, their services and companies.
_PUBLIC: Final = frozenset(
    "106 107 108 109 110 114 116 117 121 124 126 129 155 325 616 617 651 716".split()
)
_PUBLIC_RANGES: Final = (range(301, 394), range(400, 423))
_DIGITS: Final = 10
# What a source says, by the names of `Company`.
_TOLD: Final = (
    "name", "identifiers", "trading_name", "kind", "activity_code", "website", "email", "phone",
    "addresses",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Unit:
    """An enterprise; with ``establishment``, that establishment of it.

    ``enterprise``  ten digits. ``form`` the code of its legal form, three digits.
    ``is_person``   whether it is a natural person, of whom nothing is told.
    ``activity``    NACE-BEL, five digits.
    ``day``         of what day this is; None for today.
    """

    enterprise: str
    establishment: str | None = None
    name: str | None = None
    trading_name: str | None = None
    form: str = ""
    is_person: bool = False
    is_active: bool = True
    activity: str | None = None
    address: CompanyAddress | None = None
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    day: date | None = None


def number_of(kind: str, value: str) -> str:
    """The ten digits of a number in its stored form."""
    return value.removeprefix("BE") if kind == "BE_VAT" else value


def typed_number(text: str) -> str | None:
    """The ten digits of what somebody typed, if it is a number."""
    found = _NUMBER.fullmatch(text.strip())
    digits = re.sub(r"[ .]", "", found[1]) if found else ""
    # Enterprise numbers had nine digits once.
    return digits.zfill(_DIGITS) if _DIGITS - 1 <= len(digits) <= _DIGITS else None


def company(unit: Unit) -> Company:
    """What is known, as a registry answers it; raises `Protected`.

    Raises `Unavailable` for an enterprise without a name.
    """
    if unit.is_person:
        raise Protected
    origin = FieldOrigin(source=ATTRIBUTION, date=unit.day)
    return Company(
        name=_name(unit),
        country="BE",
        identifiers=_identifiers(unit),
        trading_name=unit.trading_name if unit.trading_name != unit.name else None,
        kind="PUBLIC_BODY" if _is_public(unit.form) else "COMPANY",
        activity_code=f"{unit.activity[:2]}.{unit.activity[2:]}" if unit.activity else None,
        website=unit.website,
        email=unit.email,
        phone=unit.phone,
        addresses=[unit.address] if unit.address else [],
        is_active=unit.is_active,
        origins=dict.fromkeys(_TOLD, origin),
    )


def candidate(unit: Unit) -> CompanyCandidate | None:
    """What a search shows; None for what may not be told.

    Raises `Unavailable` for an enterprise without a name.
    """
    if unit.is_person:
        return None
    address = unit.address or CompanyAddress()
    town = " ".join(filter(None, (address.postal_code, address.city)))
    return CompanyCandidate(
        name=_name(unit),
        identifiers=_identifiers(unit),
        address=", ".join(filter(None, (address.line1, address.line2, town))) or None,
        postal_code=address.postal_code,
        city=address.city,
        is_active=unit.is_active,
    )


def _name(unit: Unit) -> str:
    if unit.name is None:
        raise Unavailable("an enterprise without a name")
    return unit.name


def _identifiers(unit: Unit) -> dict[str, str]:
    """The number that tells most comes first."""
    own = {"BE_ESTABLISHMENT": unit.establishment} if unit.establishment else {}
    return {**own, "BE_ENTERPRISE": unit.enterprise}


def _is_public(form: str) -> bool:
    if form in _PUBLIC:
        return True
    return form.isdigit() and any(int(form) in each for each in _PUBLIC_RANGES)
