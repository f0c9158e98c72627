"""From what the Polish registers answer to companies.

Representatives, partners, board members and bank accounts are told in the same answers and left
there.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Final

from clientgraph import (
    Company,
    CompanyAddress,
    FieldOrigin,
    Json,
    NotFound,
    town_only,
)

LIST_ATTRIBUTION: Final = "Wykaz podatników VAT, Ministerstwo Finansów"
COURT_ATTRIBUTION: Final = "Krajowy Rejestr Sądowy, Ministerstwo Sprawiedliwości"
ONE_LINE: Final = re.compile(r"(?P<street>.+), (?P<postal_code>\d{2}-\d{3}) (?P<city>.+)")
# A REGON of 14 digits with these at its end is that of the company as a whole.
WHOLE: Final = "00000"
LONG_REGON: Final = 14
COURT_FIELDS: Final = ("name", "kind", "identifiers", "addresses", "email", "website")


def subject(found: Json) -> Company:
    """A subject of the white list. Raises `NotFound` where there is none, `Unavailable` for one
    without a name or NIP.

    ``residenceAddress`` is the home of a natural person and is never read. The place of business
    of a sole trader or of partners is often their home too, and nothing tells them from others
    but that no court has registered them: of those only the town is told.
    """
    if found.value is None:
        raise NotFound
    numbers = {
        "PL_NIP": found.required("nip"),
        "PL_REGON": found["regon"].text,
        "PL_KRS": found["krs"].text,
    }
    address = _one_line(found["workingAddress"].text)
    addresses = [address] if address else []
    return Company(
        name=found.required("name"),
        country="PL",
        identifiers={kind: number for kind, number in numbers.items() if number},
        kind=_kind(found),
        addresses=addresses if found["krs"].text else town_only(addresses),
    )


def _kind(found: Json) -> str | None:
    """A company where a court registered it, a person where a home is named; else unknown."""
    if found["krs"].text:
        return "COMPANY"
    personal = found["pesel"].text or found["residenceAddress"].text
    return "INDIVIDUAL" if personal else None


def _one_line(text: str | None) -> CompanyAddress | None:
    """An address as the white list writes it: CHEMIKÓW 7, 09-411 PŁOCK."""
    if text is None:
        return None
    parts = ONE_LINE.fullmatch(text)
    if parts is None:
        return CompanyAddress(line1=text)
    return CompanyAddress(
        line1=parts["street"], postal_code=parts["postal_code"], city=parts["city"]
    )


def entry(extract: Json) -> Company:
    """A current extract of the KRS. Raises `Unavailable` for one without a name or number."""
    head, first = extract["naglowekA"], extract["dane"]["dzial1"]
    told, seat = first["danePodmiotu"], first["siedzibaIAdres"]
    numbers = {
        "PL_KRS": head.required("numerKRS"),
        "PL_NIP": told["identyfikatory"]["nip"].text,
        "PL_REGON": _regon(told["identyfikatory"]["regon"].text),
    }
    address = _seat(seat["adres"])
    changed = FieldOrigin(source=COURT_ATTRIBUTION, date=_day(head["dataOstatniegoWpisu"].text))
    return Company(
        name=told.required("nazwa"),
        country="PL",
        identifiers={kind: number for kind, number in numbers.items() if number},
        kind="COMPANY",
        activity_code=_main_activity(extract["dane"]["dzial3"]),
        website=seat["adresStronyInternetowej"].text,
        email=seat["adresPocztyElektronicznej"].text,
        addresses=[address] if address else [],
        origins=dict.fromkeys(COURT_FIELDS, changed),
    )


def _regon(number: str | None) -> str | None:
    if number and len(number) == LONG_REGON:
        return number.removesuffix(WHOLE)
    return number


def _main_activity(third: Json) -> str | None:
    """The code of the main activity in PKD: 19.20.Z."""
    for each in third["przedmiotDzialalnosci"]["przedmiotPrzewazajacejDzialalnosci"]:
        parts = [each[name].text for name in ("kodDzial", "kodKlasa", "kodPodklasa")]
        return ".".join(part for part in parts if part) or None
    return None


def _seat(given: Json) -> CompanyAddress | None:
    """An address in Poland; villages without streets number their houses by the village."""
    place, city = given["miejscowosc"].text, given["poczta"].text
    number = "/".join(filter(None, (given["nrDomu"].text, given["nrLokalu"].text)))
    street = given["ulica"].text or place
    if place is None:
        return None
    return CompanyAddress(
        line1=" ".join(filter(None, (street, number))),
        postal_code=given["kodPocztowy"].text,
        city=city or place,
    )


def _day(text: str | None) -> date | None:
    """A day as the KRS writes it: 02.10.2026."""
    with suppress(ValueError):
        return datetime.strptime(text or "", "%d.%m.%Y").date()  # noqa: DTZ007 - a day has no zone
    return None
