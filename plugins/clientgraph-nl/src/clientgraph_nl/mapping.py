"""From what the KVK answers to companies.

Officers and owners are other parts of the API, which are not asked.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

from clientgraph import Company, CompanyAddress, CompanyCandidate, Json, town_only

# Forms, which the KVK writes with and without blanks; a sole trader's may go on: "met meer dan
# één eigenaar".
SOLE_TRADER: Final = "eenmanszaak"
PUBLIC_BODY: Final = "publiekrechtelijkerechtspersoon"
# Types of rows: a company has one for its head office, and a legal person one for itself.
HEAD_OFFICE: Final = "hoofdvestiging"
LEGAL_PERSON: Final = "rechtspersoon"
LABELS: Final = {"bezoekadres": None, "correspondentieadres": "Correspondentieadres"}


def candidates(found: Json) -> list[CompanyCandidate]:
    """The companies of a search, each once: by its head office where that is among the rows.

    Raises `Unavailable` for an answer without rows, or with one that has no number or name.
    """
    rows: dict[str, Json] = {}
    legal: set[str] = set()
    for row in found["resultaten"].entries(found["totaal"]):
        number, kind = row.required("kvkNummer"), row["type"].text
        if kind == LEGAL_PERSON:
            legal.add(number)
        if number not in rows or kind == HEAD_OFFICE:
            rows[number] = row
    return [_candidate(number, row, number in legal) for number, row in rows.items()]


def _candidate(number: str, row: Json, is_legal_person: bool) -> CompanyCandidate:
    """Rows tell no form: who is not told to be a legal person may live there."""
    place = row["adres"]["binnenlandsAdres"]
    street = " ".join(filter(None, (place["straatnaam"].text, _number(place))))
    postal_code, city = place["postcode"].text, place["plaats"].text
    parts = (street, " ".join(filter(None, (postal_code, city))))
    return CompanyCandidate(
        name=row.required("naam"),
        identifiers={"NL_KVK": number},
        address=(", ".join(filter(None, parts)) or None) if is_legal_person else None,
        postal_code=postal_code if is_legal_person else None,
        city=city,
        is_active=row["actief"].text != "Nee",
    )


def company(profile: Json) -> Company:
    """A basic profile. Raises `Unavailable` for an answer without a name or number.

    The legal name is the one in the statutes, where there are any. Addresses that the register
    shields are left out, and so is the home of an owner.
    """
    trading_name = profile["naam"].text
    name = profile["statutaireNaam"].text or profile.required("naam")
    office, owner = profile["_embedded"]["hoofdvestiging"], profile["_embedded"]["eigenaar"]
    kind = _kind(owner["rechtsvorm"].text)
    rsin = owner["rsin"].text
    places = _addresses(office["adressen"])
    if not places and kind != "INDIVIDUAL":
        places = _addresses(owner["adressen"])
    websites = office["websites"].texts or owner["websites"].texts
    return Company(
        name=name,
        country="NL",
        identifiers={"NL_KVK": profile.required("kvkNummer")}
        | ({"NL_RSIN": rsin} if rsin and kind != "INDIVIDUAL" else {}),
        trading_name=trading_name if trading_name != name else None,
        kind=kind,
        activity_code=_main_activity(profile["sbiActiviteiten"]),
        website=websites[0] if websites else None,
        addresses=places if kind else town_only(places),
        is_active=profile["materieleRegistratie"]["datumEinde"].text is None,
    )


def _kind(form: str | None) -> str | None:
    folded = "".join((form or "").casefold().split())
    if not folded:
        return None
    if folded.startswith(SOLE_TRADER):
        return "INDIVIDUAL"
    return "PUBLIC_BODY" if folded == PUBLIC_BODY else "COMPANY"


def _main_activity(activities: Json) -> str | None:
    main = (each["sbiCode"].text for each in activities if each["indHoofdactiviteit"].text == "Ja")
    return next(main, None)


def _addresses(given: Json) -> list[CompanyAddress]:
    """Where people call first, then where letters go; none that is shielded."""
    found = [(each["type"].text or "", each) for each in given]
    shown = [(kind, each) for kind, each in found if each["indAfgeschermd"].text != "Ja"]
    made = [
        _address(each, LABELS[kind])
        for kind, each in sorted(shown, key=lambda pair: pair[0])
        if kind in LABELS
    ]
    return [address for address in made if address]


def _address(given: Json, label: str | None) -> CompanyAddress | None:
    """An address at home, by its parts, or abroad, on two lines."""
    box = given["postbusnummer"].text
    street = f"Postbus {box}" if box else given["straatnaam"].text
    line = " ".join(filter(None, (street, None if box else _number(given))))
    city = given["plaats"].text
    abroad = given["straatHuisnummer"].text, given["postcodeWoonplaats"].text
    if not (line or city or any(abroad)):
        return None
    land = (given["land"].text or "Nederland").casefold()
    return CompanyAddress(
        label=label,
        line1=line or abroad[0],
        line2=given["toevoegingAdres"].text or abroad[1],
        postal_code=given["postcode"].text,
        city=city,
        country=_codes().get(land, "NL"),
    )


def _number(given: Json) -> str | None:
    """The number of the house with its letter and addition: 3A, 12-2."""
    number = given["huisnummer"].text
    letter, addition = given["huisletter"].text, given["huisnummerToevoeging"].text
    if number is None:
        return None
    joint = "-" if addition and addition[:1].isdigit() else ""
    return f"{number}{letter or ''}{joint}{addition or ''}"


@cache
def _codes() -> dict[str, str]:
    """Dutch name of a country → its ISO code."""
    names = Locale("nl").territories
    return {name.casefold(): code for code, name in names.items() if len(code) == 2}
