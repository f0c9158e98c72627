"""From an economic subject of ARES to a company."""

from __future__ import annotations

import re
from typing import Final

from clientgraph import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    FieldOrigin,
    Json,
    Unavailable,
    town_only,
)

ATTRIBUTION: Final = "ARES, Ministerstvo financí ČR, CC BY 4.0"
# Legal forms of the code list PravniForma: natural persons are 100 to 109, from abroad 424, with
# their branches 425; parts of the state, bodies that it or a region pays for, municipalities,
# regions and town districts follow.
PERSON: Final = re.compile(r"10\d|42[45]")
PUBLIC_BODIES: Final = frozenset({"325", "331", "801", "804", "811"})
# A DIČ made of an IČO. That of a person may be a birth number, which is not taken.
OF_COMPANY: Final = re.compile(r"CZ\d{8}")
ICO_LENGTH: Final = 8
FIELDS: Final = ("name", "kind", "activity_code", "identifiers", "addresses")


def candidate(subject: Json) -> CompanyCandidate:
    """A subject of a list; of one that may be a person, the town alone."""
    seat = subject["sidlo"]
    place = _address(seat) or CompanyAddress()
    kind = _kind(subject["pravniForma"].text)
    return CompanyCandidate(
        name=subject.required("obchodniJmeno"),
        identifiers={"CZ_ICO": _ico(subject)},
        address=seat["textovaAdresa"].text if kind else None,
        postal_code=place.postal_code if kind else None,
        city=place.city,
        kind=kind,
        is_active=subject["datumZaniku"].text is None,
    )


def company(subject: Json) -> Company:
    """A subject by itself. Raises `Unavailable` for an answer without a name or number."""
    name = subject.required("obchodniJmeno")
    changed = FieldOrigin(source=ATTRIBUTION, date=subject["datumAktualizace"].date)
    address = _address(subject["sidlo"])
    addresses = [address] if address else []
    kind = _kind(subject["pravniForma"].text)
    vat = tax_number(subject)
    # Codes of NACE 2.1 first: those of 2008 are on their way out.
    activities = subject["czNace"].texts or subject["czNace2008"].texts
    return Company(
        name=name,
        country="CZ",
        identifiers={"CZ_ICO": _ico(subject)} | ({"CZ_VAT": vat} if vat else {}),
        kind=kind,
        activity_code=activities[0] if len(activities) == 1 else None,
        addresses=addresses if kind else town_only(addresses),
        is_active=subject["datumZaniku"].text is None,
        origins=dict.fromkeys(FIELDS, changed),
    )


def _ico(subject: Json) -> str:
    """The IČO with its leading zeros."""
    return subject.required("ico").zfill(ICO_LENGTH)


def tax_number(subject: Json) -> str | None:
    """The DIČ that goes on invoices: that of the group which the subject is taxed with, or its own.

    The group's is not made of the subject's IČO. Raises `Unavailable` where one stands there that
    cannot be read: then nobody knows whether the subject has it.
    """
    for name in ("dicSkDph", "dic"):
        if not isinstance(subject[name].value, str | None):
            raise Unavailable(f"{name} is no text")
    own = subject["dic"].text or ""
    return subject["dicSkDph"].text or (own if OF_COMPANY.fullmatch(own) else None)


def _kind(form: str | None) -> str | None:
    if form is None:
        return None
    if PERSON.fullmatch(form):
        return "INDIVIDUAL"
    return "PUBLIC_BODY" if form in PUBLIC_BODIES else "COMPANY"


def _address(seat: Json) -> CompanyAddress | None:
    """The seat: street and numbers, the part of the town below, in Prague the post's district.

    A village without streets numbers its houses by the part of the town. Foreign seats and those
    that are told as one text alone stay that text.
    """
    city = seat["nazevObce"].text
    if city is None:
        whole = seat["textovaAdresa"].text
        code = seat["kodStatu"].text
        return CompanyAddress(line1=whole, country=code) if whole else None
    street, part = seat["nazevUlice"].text, seat["nazevCastiObce"].text
    number = _number(seat)
    return CompanyAddress(
        line1=" ".join(filter(None, (street or part or city, number))),
        line2=part if street and part != city else None,
        postal_code=seat["psc"].text or seat["pscTxt"].text,
        city=(seat["nazevSpravnihoObvodu"].text if city == "Praha" else None) or city,
        country=seat["kodStatu"].text,
    )


def _number(seat: Json) -> str | None:
    """The number of the house and the one in the street: 1522/53a."""
    street = f"{seat['cisloOrientacni'].text or ''}{seat['cisloOrientacniPismeno'].text or ''}"
    numbers = (seat["cisloDomovni"].text, street)
    return "/".join(filter(None, numbers)) or seat["cisloDoAdresy"].text
