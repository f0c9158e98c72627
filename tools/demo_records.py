"""The shape of a demo company: ClientCreateInput and where it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from babel.numbers import get_territory_currencies

Record = dict[str, Any]

STDNUM = {
    "LEI": "stdnum.lei",
    "FR_SIREN": "stdnum.fr.siren",
    "FR_SIRET": "stdnum.fr.siret",
    "BE_ENTERPRISE": "stdnum.be.vat",
    "NO_ORGNR": "stdnum.no.orgnr",
    "SE_ORGNR": "stdnum.se.orgnr",
    "FI_YTUNNUS": "stdnum.fi.ytunnus",
    "AT_FN": "stdnum.at.businessid",
    "CZ_ICO": "stdnum.cz.dic",
}
PATTERNS = {
    "GB_CRN": r"(\d{8}|(SC|NI|OC|SO|FC|CE|SP)\d{6}|SP\d{5}R)",
    "NL_KVK": r"\d{8}",
    "PL_KRS": r"\d{10}",
    "LU_RCS": r"B\d{1,6}",
    "IE_CRO": r"\d{1,6}",
}
LOCALES = {
    "AT": "de-AT",
    "CZ": "cs-CZ",
    "DE": "de-DE",
    "FR": "fr-FR",
    "GB": "en-GB",
    "IE": "en-IE",
    "LU": "fr-LU",
    "NL": "nl-NL",
    "NO": "nb-NO",
    "PL": "pl-PL",
    "SE": "sv-SE",
    "US": "en-US",
}


def checked(kind: str, value: str) -> Record | None:
    """Return the identifier in its stored form, or None when it is not valid."""
    if kind in STDNUM:
        module = import_module(STDNUM[kind])
        return {"kind": kind, "value": module.compact(value)} if module.is_valid(value) else None
    return {"kind": kind, "value": value} if re.fullmatch(PATTERNS[kind], value) else None


def record(
    *,
    name: str,
    country: str,
    identifiers: Iterable[tuple[str, str]],
    address: Record | None,
    source: Record,
    **optional: Any,
) -> Record:
    """Put a company in the shape of ClientCreateInput, without its empty fields."""
    found = [checked(kind, value) for kind, value in identifiers]
    fields = {
        "name": " ".join(name.split()),
        "tradingName": optional.get("trading_name"),
        "kind": optional.get("kind", "COMPANY"),
        "country": country,
        "locale": optional.get("locale", LOCALES.get(country)),
        "currency": get_territory_currencies(country)[0],
        "website": optional.get("website"),
        "activityCode": optional.get("activity"),
        "identifiers": [one for one in found if one],
        "addresses": [address] if address else [],
        "contacts": [],
        "source": source,
    }
    return {key: value for key, value in fields.items() if value is not None}


def main_address(
    lines: Iterable[str | None],
    postal_code: str | None,
    city: str | None,
    country: str,
    region: str | None = None,
) -> Record | None:
    """Return a MAIN address; None when the street or the city is unknown."""
    kept = [" ".join(line.split()).strip(" ,") for line in lines if line]
    apart = [line for line in kept if line and line.casefold() not in (city or "").casefold()]
    kept = apart or kept[:1]
    if not kept or not city:
        return None
    fields = {
        "kind": "MAIN",
        "line1": kept[0],
        "line2": ", ".join(kept[1:]) or None,
        "postalCode": postal_code or None,
        "city": city,
        "region": region,
        "country": country,
    }
    return {key: value for key, value in fields.items() if value is not None}
