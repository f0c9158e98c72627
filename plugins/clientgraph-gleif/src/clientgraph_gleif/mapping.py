"""From an LEI record to a company."""

from __future__ import annotations

from typing import Final

from clientgraph import Company, CompanyAddress, CompanyCandidate, FieldOrigin, Json

ATTRIBUTION: Final = "GLEIF, CC0"
# Registration authority (code list of GLEIF) → kind of the number that it gives. German registers
# are left out: their numbers count only with the name of the court.
AUTHORITIES: Final = {
    "RA000013": "AU_ABN",
    "RA000014": "AU_ACN",
    "RA000017": "AT_FN",
    "RA000025": "BE_ENTERPRISE",
    "RA000163": "CZ_ICO",
    "RA000170": "DK_CVR",
    "RA000181": "EE_REGISTRIKOOD",
    "RA000188": "FI_YTUNNUS",
    "RA000189": "FR_SIREN",
    "RA000402": "IE_CRO",
    "RA000432": "LU_RCS",
    "RA000463": "NL_KVK",
    "RA000472": "NO_ORGNR",
    "RA000484": "PL_KRS",
    "RA000523": "SG_UEN",
    "RA000526": "SK_ICO",
    "RA000544": "SE_ORGNR",
    "RA000548": "CH_UID",
    "RA000549": "CH_UID",
    "RA000585": "GB_CRN",
    "RA000586": "GB_CRN",
    "RA000591": "GB_CRN",
}
KINDS: Final = {
    "SOLE_PROPRIETOR": "INDIVIDUAL",
    "RESIDENT_GOVERNMENT_ENTITY": "PUBLIC_BODY",
    "GENERAL": "COMPANY",
    "BRANCH": "COMPANY",
}
# Records that stand for no entity: another record does, or none ever should have.
VOID: Final = frozenset({"ANNULLED", "DUPLICATE"})
# Countries on whose letters a region is written.
WITH_REGIONS: Final = frozenset({"AU", "BR", "CA", "IN", "IT", "MX", "US"})
FIELDS: Final = ("name", "trading_name", "kind", "identifiers", "addresses")


def candidate(record: Json) -> CompanyCandidate:
    """A record of a list; the address of a person is not told."""
    entity = record["entity"]
    places = _addresses(entity)
    place = places[0] if places else CompanyAddress()
    postal = " ".join(filter(None, (place.postal_code, place.city)))
    return CompanyCandidate(
        name=entity["legalName"].required("name"),
        identifiers=_identifiers(record),
        address=", ".join(filter(None, (place.line1, place.line2, postal))) or None,
        postal_code=place.postal_code,
        city=place.city,
        kind=KINDS.get(entity["category"].text or ""),
        is_active=_is_active(record),
    )


def company(record: Json) -> Company:
    """A record by itself. Raises `Unavailable` for an answer without a name, country or LEI."""
    entity = record["entity"]
    changed = FieldOrigin(source=ATTRIBUTION, date=record["registration"]["lastUpdateDate"].date)
    return Company(
        name=entity["legalName"].required("name"),
        country=entity["legalAddress"].required("country"),
        identifiers=_identifiers(record),
        trading_name=_trading_name(entity),
        kind=KINDS.get(entity["category"].text or ""),
        addresses=_addresses(entity),
        is_active=_is_active(record),
        origins=dict.fromkeys(FIELDS, changed),
    )


def _identifiers(record: Json) -> dict[str, str]:
    """The LEI, and the number in the national register where its kind is known."""
    entity = record["entity"]
    kind = AUTHORITIES.get(entity["registeredAt"]["id"].text or "")
    number = entity["registeredAs"].text
    return {"LEI": record.required("lei")} | ({kind: number} if kind and number else {})


def _trading_name(entity: Json) -> str | None:
    names = (
        each["name"].text
        for each in entity["otherNames"]
        if each["type"].text == "TRADING_OR_OPERATING_NAME"
    )
    return next(names, None)


def _is_active(record: Json) -> bool:
    if record["registration"]["status"].text in VOID:
        return False
    return record["entity"]["status"].text != "INACTIVE"


def _addresses(entity: Json) -> list[CompanyAddress]:
    """The legal address and, if it is elsewhere, the headquarters; none of who may be a person."""
    if entity["category"].text in (None, "SOLE_PROPRIETOR"):
        return []
    legal = _address(entity["legalAddress"])
    main = _address(entity["headquartersAddress"], "Headquarters")
    elsewhere = main and (not legal or (main.line1, main.city) != (legal.line1, legal.city))
    return [*([legal] if legal else []), *([main] if main and elsewhere else [])]


def _address(given: Json, label: str | None = None) -> CompanyAddress | None:
    """An address. The number of the house is a part of the lines; its field repeats it."""
    routing = given["mailRouting"].text
    lines = [*given["addressLines"].texts, *([routing] if routing else [])]
    city = given["city"].text
    if not lines and not city:
        return None
    country = given["country"].text
    region = (given["region"].text or "").rpartition("-")[2]
    return CompanyAddress(
        label=label,
        line1=lines[0] if lines else None,
        line2=", ".join(lines[1:]) or None,
        postal_code=given["postalCode"].text,
        city=city,
        region=region if region and country in WITH_REGIONS else None,
        country=country,
    )
