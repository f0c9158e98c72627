"""From a company profile or a search result to a company.

Officers and persons with significant control are other parts of the API, which are not asked.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

from clientgraph import Company, CompanyAddress, CompanyCandidate, Json

# Of company_status; the others are those of companies that still exist, be they insolvent.
CLOSED: Final = frozenset({"dissolved", "closed", "converted-closed", "removed"})
UNITED_KINGDOM: Final = frozenset(
    {"england", "england & wales", "great britain", "northern ireland", "scotland", "wales"}
)
# Names that the register uses and CLDR does not.
OTHER_NAMES: Final = {
    "czech republic": "CZ",
    "hong kong": "HK",
    "korea, republic of": "KR",
    "macau": "MO",
    "russian federation": "RU",
    "turkey": "TR",
    "united states of america": "US",
    "virgin islands, british": "VG",
    "virgin islands, u.s.": "VI",
}
# Where the registrar moves offices that are none: an address of the registrar, not the company.
NO_ADDRESS: Final = "COMPANIES HOUSE DEFAULT ADDRESS"


def candidate(item: Json) -> CompanyCandidate:
    """An item of a search."""
    place = _address(item["address"]) or CompanyAddress()
    return CompanyCandidate(
        name=item.required("title"),
        identifiers={"GB_CRN": item.required("company_number")},
        address=item["address_snippet"].text if place.line1 or place.city else None,
        postal_code=place.postal_code,
        city=place.city,
        is_active=item["company_status"].text not in CLOSED,
    )


def company(profile: Json) -> Company:
    """A profile. Raises `Unavailable` for an answer without a name or number.

    Companies of overseas that do business in the United Kingdom keep the country of their office.
    """
    address = _address(profile["registered_office_address"])
    activities = profile["sic_codes"].texts
    return Company(
        name=profile.required("company_name"),
        country=address.country if address and address.country else "GB",
        identifiers={"GB_CRN": profile.required("company_number")},
        kind="COMPANY",
        activity_code=activities[0] if activities else None,
        addresses=[address] if address else [],
        is_active=profile["company_status"].text not in CLOSED,
    )


def _address(given: Json) -> CompanyAddress | None:
    """An address; None for the registrar's own, and for one that is nowhere."""
    premises, first = given["premises"].text, given["address_line_1"].text
    box = given["po_box"].text
    lines = [
        given["care_of"].text,
        f"PO Box {box}" if box else None,
        _street(premises, first),
        given["address_line_2"].text,
    ]
    told = [line for line in lines if line]
    city = given["locality"].text
    name = given["country"].text
    country = _country(name) if name else "GB"
    if not (told or city) or not country or NO_ADDRESS in " ".join(told).upper():
        return None
    return CompanyAddress(
        line1=told[0] if told else None,
        line2=", ".join(told[1:]) or None,
        postal_code=given["postal_code"].text,
        city=city,
        region=given["region"].text,
        country=country,
    )


def _street(premises: str | None, line: str | None) -> str | None:
    """The house before its street: a number with a blank, a name with a comma."""
    if not (premises and line):
        return premises or line
    return f"{premises}{' ' if premises[:1].isdigit() else ', '}{line}"


def _country(name: str) -> str | None:
    """The code of a country as the register names it in English; None for what is none."""
    folded = name.casefold()
    return "GB" if folded in UNITED_KINGDOM else _codes().get(folded)


@cache
def _codes() -> dict[str, str]:
    """English name of a country → its ISO code."""
    names = Locale("en").territories
    return OTHER_NAMES | {name.casefold(): code for code, name in names.items() if len(code) == 2}
