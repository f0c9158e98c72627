"""A unit of Sirene and one of its establishments, from whichever source, and what they become."""

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
    Json,
    Protected,
    Unavailable,
    town_only,
)
from clientgraph_fr.countries import abroad, french
from clientgraph_fr.masks import told

ATTRIBUTION: Final = "Insee, Sirene – Licence Ouverte 2.0"  # noqa: RUF001 - as it is to be quoted
_TOWN: Final = re.compile(r"(?:[A-Z]{1,3}[- ])?(?P<code>\d{4,6}) +(?P<town>\D+)")
_CODE_ALONE: Final = re.compile(r"(?:[A-Z]{1,3}[- ]?)?\d{4,6}")


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A legal unit. ``name`` is its legal name; ``form`` its legal form (four digits).

    The form is None where the source does not say it: then nobody knows whether it is a person.
    """

    siren: str
    name: str | None
    form: str | None = None
    is_open: bool = True
    is_protected: bool = False
    activity: str | None = None
    vat: str | None = None
    updated: date | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """An establishment. ``abroad`` is Insee's number of its country, where that is not France.

    ``street`` is the whole line; ``more`` what stands beside it: building, post box.
    """

    siret: str
    is_open: bool = True
    is_protected: bool = False
    trading_name: str | None = None
    street: str | None = None
    more: str | None = None
    postal_code: str | None = None
    city: str | None = None
    commune: str | None = None
    abroad: str | None = None
    updated: date | None = None


def street_line(
    *, number: Json, last: Json, repetition: Json, kind: Json, name: Json
) -> str | None:
    """The line of a street; ``kind`` and ``name`` are those of the street."""
    first, end = told(number), told(last)
    if first and end and end != first:
        first = f"{first}-{end}"
    words = (first, *map(told, (repetition, kind, name)))
    return " ".join(filter(None, words)) or None


def joined(*parts: Json) -> str | None:
    """What is told of these, on one line."""
    return ", ".join(filter(None, map(told, parts))) or None


def is_person(form: str | None) -> bool:
    """Whether a legal form is that of a natural person."""
    return (form or "").startswith("1")


def is_protected(status: Json) -> bool:
    """Whether a status of diffusion says so: ``P`` since 2023, ``N`` before; ``O`` may be told.

    Raises `Unavailable` for one that cannot be read.
    """
    if not isinstance(status.value, str | None):
        raise Unavailable("the status of diffusion is no text")
    return status.text not in (None, "O")


def company(unit: Unit, place: Place) -> Company:
    """What is known, as a registry answers it; raises `Protected`.

    Raises `Unavailable` for a unit without a name, and for an establishment of another unit.
    """
    if not place.siret.startswith(unit.siren):
        raise Unavailable("the establishment is of another unit")
    if unit.is_protected:
        raise Protected
    address = _address(place)
    addresses = [address] if address else []
    identifiers = {"FR_SIRET": place.siret, "FR_SIREN": unit.siren}
    if unit.vat:
        identifiers["FR_VAT"] = unit.vat
    of_unit = FieldOrigin(source=ATTRIBUTION, date=unit.updated)
    of_place = FieldOrigin(source=ATTRIBUTION, date=place.updated)
    return Company(
        name=_name(unit),
        country=(address.country if address else None) or "FR",
        identifiers=identifiers,
        trading_name=place.trading_name,
        kind=_kind(unit.form),
        activity_code=unit.activity,
        addresses=addresses if unit.form else town_only(addresses),
        is_active=unit.is_open and place.is_open,
        origins={
            "name": of_unit,
            "kind": of_unit,
            "activity_code": of_unit,
            "identifiers": of_unit,
            "trading_name": of_place,
            "country": of_place,
            "addresses": of_place,
        },
    )


def candidate(unit: Unit, place: Place) -> CompanyCandidate | None:
    """What a search shows; None for what may not be told.

    Raises `Unavailable` for a unit without a name.
    """
    if unit.is_protected:
        return None
    address = _address(place) or CompanyAddress()
    town = " ".join(filter(None, (address.postal_code, address.city)))
    line = ", ".join(filter(None, (address.line1, address.line2, town))) or None
    return CompanyCandidate(
        name=_name(unit),
        identifiers={"FR_SIRET": place.siret, "FR_SIREN": unit.siren},
        address=line if unit.form else None,
        postal_code=address.postal_code if unit.form else None,
        city=address.city,
        kind=_kind(unit.form),
        is_active=unit.is_open and place.is_open,
    )


def _name(unit: Unit) -> str:
    if unit.name is None:
        raise Unavailable("a unit without a name")
    return unit.name


def _kind(form: str | None) -> str | None:
    """By the first digit of the legal form: 4 and 7 are public bodies."""
    if form is None:
        return None
    if is_person(form):
        return "INDIVIDUAL"
    return "PUBLIC_BODY" if form[0] in "47" else "COMPANY"


def _address(place: Place) -> CompanyAddress | None:
    """The address; None where it is masked, empty, or in a country that cannot be told."""
    if place.is_protected:
        return None
    if place.abroad is not None:
        return _address_abroad(place, abroad(place.abroad))
    if not (place.street or place.city):
        return None
    return CompanyAddress(
        line1=place.street,
        line2=place.more,
        postal_code=place.postal_code,
        city=place.city,
        country=french(place.commune, place.postal_code),
    )


def _address_abroad(place: Place, country: str | None) -> CompanyAddress | None:
    """As it is meant: what stands for the street is often the town, and the other way round."""
    if country is None:
        return None
    street, city = place.street, place.city
    if street and _TOWN.fullmatch(street) and not (city and _TOWN.fullmatch(city)):
        street, city = city, street
        # Where the town stood only its code again, no street is known.
        street = None if street and _CODE_ALONE.fullmatch(street) else street
    town = _TOWN.fullmatch(city) if city else None
    return CompanyAddress(
        line1=street,
        line2=place.more,
        postal_code=town["code"] if town else place.postal_code,
        city=town["town"] if town else city,
        country=country,
    )
