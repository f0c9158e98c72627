"""The imported stock files as a registry: for when neither service on the network answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from clientgraph import (
    Company,
    CompanyCandidate,
    HealthReport,
    HealthStatus,
    InstanceContext,
    Json,
    NotFound,
    PluginContext,
    Unavailable,
)
from clientgraph_fr.fields import place_of, unit_of
from clientgraph_fr.index import Index
from clientgraph_fr.numbers import sirene_number
from clientgraph_fr.units import Place, Unit, candidate, company

# Insee publishes the files at the beginning of each month.
OLDEST_DAYS: Final = 45
# Companies are founded every day: an older index does not know what it does not have.
BELIEVED_DAYS: Final = 7
_WORD: Final = re.compile(r"\w+")


def search(
    context: PluginContext, text: str, _country: str, limit: int
) -> Sequence[CompanyCandidate]:
    """Head offices of units whose name has the words, or what has the number that was typed.

    Raises `Unavailable` where an index that is not of this week has none.
    """
    index = Index(context.folder)
    number = text.replace(" ", "")
    if number.isascii() and number.isdigit() and len(number) in (9, 14):
        pair = index.seat(number) if len(number) == 9 else index.find(number)
        found = [pair] if pair else []
    else:
        words = _WORD.findall(text.replace("_", " "))
        if not words:
            return ()
        found = list(index.search(words, limit))
    if not found:
        _believe_miss(index)
    made = (candidate(*_read(unit, place)) for unit, place in found)
    return [each for each in made if each is not None]


def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The establishment, or the head office of the unit; raises `NotFound` or `Protected`.

    Raises `Unavailable` where an index that is not of this week does not have it.
    """
    number = sirene_number(kind, value)
    index = Index(context.folder)
    pair = index.seat(number) if len(number) == 9 else index.find(number)
    if pair is None:
        _believe_miss(index)
        raise NotFound
    return company(*_read(*pair))


def _read(unit: Mapping[str, Any], place: Mapping[str, Any]) -> tuple[Unit, Place]:
    row = Json(place)
    return unit_of(Json(unit), unit["siren"]), place_of(row, row, row)


def _believe_miss(index: Index) -> None:
    """Raises `Unavailable` where what the index lacks may have been founded since."""
    day = index.day()
    if day is not None and _days_since(day) > BELIEVED_DAYS:
        raise Unavailable(f"not in the local index, which is of {day}")


def _days_since(day: date) -> int:
    return (datetime.now(UTC).date() - day).days


def stock_age(context: InstanceContext) -> HealthReport:
    """How old the index is. There need not be one."""
    day = Index(context.folder).day()
    if day is None:
        return HealthReport(status=HealthStatus.OK, message="No stock files were imported.")
    age = _days_since(day)
    if age > OLDEST_DAYS:
        return HealthReport(
            status=HealthStatus.DEGRADED,
            message=f"The stock files are {age} days old. Import those of this month.",
        )
    return HealthReport(status=HealthStatus.OK, message=f"The stock files are of {day}.")
