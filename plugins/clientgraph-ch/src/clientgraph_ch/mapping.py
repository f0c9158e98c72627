"""From what Zefix answers to companies. Persons are named in its notices alone: not read here."""

from __future__ import annotations

from typing import Final

from clientgraph import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    FieldOrigin,
    Json,
    NotFound,
    town_only,
)

ATTRIBUTION: Final = "Zefix, Federal Office of Justice, CC BY 4.0"
CLOSED: Final = "CANCELLED"
# Legal forms of eCH-0097: sole proprietorship, institute of public law.
KINDS: Final = {"0101": "INDIVIDUAL", "0117": "PUBLIC_BODY"}
FIELDS: Final = ("name", "kind", "identifiers", "addresses")


def candidate(found: Json) -> CompanyCandidate:
    """A company of a list, which tells its seat and no address."""
    return CompanyCandidate(
        name=found.required("name"),
        identifiers={"CH_UID": found.required("uid")},
        city=found["legalSeat"].text,
        kind=_kind(found),
        is_active=found["status"].text != CLOSED,
    )


def company(found: Json) -> Company:
    """The company of a UID: of several entries, the one that is not cancelled.

    Raises `NotFound` where there is none, `Unavailable` for one without a name or number.
    """
    entries = sorted(found, key=lambda each: each["status"].text == CLOSED)
    if not entries:
        raise NotFound
    entry = entries[0]
    kind = _kind(entry)
    changed = FieldOrigin(source=ATTRIBUTION, date=entry["sogcDate"].date)
    address = _address(entry["address"])
    addresses = [address] if address else []
    return Company(
        name=entry.required("name"),
        country="CH",
        identifiers={"CH_UID": entry.required("uid")},
        kind=kind,
        addresses=addresses if kind else town_only(addresses),
        is_active=entry["status"].text != CLOSED,
        origins=dict.fromkeys(FIELDS, changed),
    )


def _kind(entry: Json) -> str | None:
    form = entry["legalForm"]["uid"].text
    return KINDS.get(form, "COMPANY") if form else None


def _address(given: Json) -> CompanyAddress | None:
    street = " ".join(filter(None, (given["street"].text, given["houseNumber"].text)))
    box, city = given["poBox"].text, given["city"].text
    care_of = given["careOf"].text
    more = (
        f"c/o {care_of.removeprefix('c/o').strip()}" if care_of else None,
        given["addon"].text,
        f"Postfach {box}" if box else None,
    )
    lines = [line for line in (street, *more) if line]
    if not (lines or city):
        return None
    return CompanyAddress(
        line1=lines[0] if lines else None,
        line2=", ".join(lines[1:]) or None,
        postal_code=given["swissZipCode"].text,
        city=city,
    )
