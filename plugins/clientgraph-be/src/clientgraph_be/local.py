"""The imported open data of the KBO as a registry, without any network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from clientgraph import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    HealthReport,
    HealthStatus,
    InstanceContext,
    NotFound,
    PluginContext,
    Unavailable,
)
from clientgraph_be.countries import country_code
from clientgraph_be.index import Entity, Index
from clientgraph_be.units import Unit, candidate, company, number_of, typed_number

# A full zip is published each month, the changes each day.
OLDEST_DAYS: Final = 45
# Companies are founded every day: an older index does not know what it does not have.
BELIEVED_DAYS: Final = 7
_WORD: Final = re.compile(r"[^\W_]+")
# What people write where there is no house number.
_NO_NUMBER: Final = frozenset({"", "SN", "ZN", "ON", "0"})
_LANGUAGES: Final = {"fr": 1, "nl": 2, "de": 3, "en": 4}
_PERSON: Final = 1
_LEGAL, _ABBREVIATION, _COMMERCIAL = 1, 2, 3


def search(
    context: PluginContext, text: str, _country: str, limit: int
) -> Sequence[CompanyCandidate]:
    """Enterprises and establishments by a name of theirs, or by the number that was typed.

    Raises `Unavailable` where an index that is not of this week has none.
    """
    index = Index(context.folder)
    if number := typed_number(text):
        entity = index.find(number)
        found: Sequence[Entity] = [entity] if entity else []
    else:
        words = _WORD.findall(text)
        if not words:
            return ()
        found = index.search(words, limit)
    if not found:
        _believe_miss(index)
    made = (candidate(unit_of(each, context.language)) for each in found)
    return [each for each in made if each is not None]


def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The enterprise or establishment; raises `NotFound` or `Protected`.

    Raises `Unavailable` where an index that is not of this week does not have it.
    """
    index = Index(context.folder)
    entity = index.find(number_of(kind, value))
    if entity is None:
        _believe_miss(index)
        raise NotFound
    return company(unit_of(entity, context.language))


def _believe_miss(index: Index) -> None:
    """Raises `Unavailable` where what the index lacks may have been founded since."""
    state = index.state()
    if state is not None and _days_since(state.day) > BELIEVED_DAYS:
        raise Unavailable(f"not in the local index, which is of {state.day}")


def _days_since(day: date) -> int:
    return (datetime.now(UTC).date() - day).days


def index_age(context: InstanceContext) -> HealthReport:
    """How old the index is. There need not be one."""
    state = Index(context.folder).state()
    if state is None:
        return HealthReport(status=HealthStatus.OK, message="No open data were imported.")
    age = _days_since(state.day)
    if age > OLDEST_DAYS:
        return HealthReport(
            status=HealthStatus.DEGRADED,
            message=f"The open data are {age} days old. Import the newest full zip.",
        )
    return HealthReport(status=HealthStatus.OK, message=f"The open data are of {state.day}.")


def unit_of(entity: Entity, language: str) -> Unit:
    """What the index knows, in the caller's language where the KBO has it in several."""
    wanted = _LANGUAGES.get(language, 0)
    if entity.enterprise["type"] == _PERSON:
        return Unit(enterprise=_digits(entity.enterprise["id"]), is_person=True)
    named = _name(entity.names, wanted, _LEGAL, _COMMERCIAL, _ABBREVIATION)
    own = entity.own_names or entity.names
    trading = _name(own, wanted, _COMMERCIAL)
    # Whose language is neither: the address is in that of the name.
    spoken = wanted if wanted in (1, 2) else (named or {}).get("language")
    return Unit(
        enterprise=_digits(entity.enterprise["id"]),
        establishment=_digits(entity.establishment) if entity.establishment else None,
        name=named["name"] if named else None,
        trading_name=trading["name"] if trading else None,
        form=entity.enterprise["form"],
        is_active=entity.enterprise["status"] == "AC",
        activity=entity.activity,
        address=_address(entity.address, "nl" if spoken == _LANGUAGES["nl"] else "fr"),
        email=entity.contacts.get("EMAIL"),
        phone=entity.contacts.get("TEL"),
        website=entity.contacts.get("WEB"),
        day=entity.day,
    )


def _name(
    rows: Sequence[Mapping[str, Any]], language: int, *kinds: int
) -> Mapping[str, Any] | None:
    """Of the first kind that there is: the name in this language, else the first one."""
    for kind in kinds:
        found = [row for row in rows if row["type"] == kind]
        if found:
            return min(found, key=lambda row: row["language"] != language)
    return None


def _address(row: Mapping[str, Any] | None, language: str) -> CompanyAddress | None:
    """In Dutch or French; None where there is none, or in a country that cannot be told."""
    if row is None:
        return None
    country = country_code(row["country_nl"], row["country_fr"])
    # A star marks a place that is no street of the municipality's list.
    street = _either(row, "street", language).lstrip("* ")
    city = _either(row, "municipality", language)
    if country is None or not (street or city):
        return None
    house = row["house"]
    if re.sub(r"[^\w]|_", "", house).upper() in _NO_NUMBER:
        house = ""
    return CompanyAddress(
        line1=" ".join(filter(None, (street, house))) or None,
        line2=row["extra"] or None,
        box=row["box"] or None,
        postal_code=row["zipcode"] or None,
        city=city or None,
        country=country,
    )


def _either(row: Mapping[str, Any], name: str, language: str) -> str:
    other = "nl" if language == "fr" else "fr"
    found: str = row[f"{name}_{language}"] or row[f"{name}_{other}"]
    return found


def _digits(number: int) -> str:
    return f"{number:010}"
