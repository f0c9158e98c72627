"""How probably two profiles are one client, and why: points for and against, added up.

Points are natural logarithms of odds, so that their sum is a probability. They were chosen by the
labelled pairs that `bench/duplicates.py` reads (decision 54).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA, Indel

from clientgraph.duplicates.candidates import DuplicateReason
from clientgraph.duplicates.names import Name, alike
from clientgraph.duplicates.profiles import Place, Profile, city_key, street_key

# Of two that share nothing but a word of their names.
_BEGIN: Final = -4.0
_IDENTIFIER: Final = 13.0
_OTHER_IDENTIFIER: Final = -5.0
_EMAIL: Final = 7.0
_IBAN: Final = 5.0
_PHONE: Final = 4.0
_WEBSITE: Final = 3.0
_OTHER_COUNTRY: Final = -3.0
# Points by how much alike the names are, and between these in a straight line.
_NAME: Final = (
    (0.0, -4.0),
    (0.4, -2.5),
    (0.6, -0.5),
    (0.75, 1.5),
    (0.85, 3.5),
    (0.95, 5.0),
    (1.0, 5.5),
)
_ALIKE: Final = 0.7
# What a short name lacks: nobody else may have a long one.
_SHORT: Final = ((0.0, -3.0), (3.0, -2.0), (6.0, -0.5), (8.0, 0.0))
_LEAST_MAY_MATCH: Final = 0.7
_LEAST_SPLIT: Final = 0.9
_STREET: Final = 2.0
_HOUSE: Final = 1.0
_OTHER_HOUSE: Final = -0.5
_OTHER_STREET: Final = -1.0
_POSTAL_CODE: Final = 1.5
_OTHER_POSTAL_CODE: Final = -0.7
_CITY: Final = 0.7
_OTHER_CITY: Final = -0.7


_REASONS: Final = (
    DuplicateReason.IDENTIFIER,
    DuplicateReason.EMAIL,
    DuplicateReason.IBAN,
    DuplicateReason.NAME,
    DuplicateReason.PHONE,
    DuplicateReason.ADDRESS,
    DuplicateReason.WEBSITE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """From 0 to 1 how probably two are one, and what speaks for it, the strongest first."""

    score: float
    reasons: tuple[DuplicateReason, ...]


def may_match(a: Profile, b: Profile) -> bool:
    """Whether two that share a word or a place can be one: by far quicker told than how sure."""
    for one in a.names:
        for other in b.names:
            if Indel.normalized_similarity(one.ordered, other.ordered) >= _LEAST_MAY_MATCH:
                return True
            split = len(one.words) != len(other.words)
            if split and Indel.normalized_similarity(one.together, other.together) >= _LEAST_SPLIT:
                return True
    return any(
        one.postal_code == other.postal_code and one.numbers & other.numbers
        for one in a.places
        for other in b.places
    )


def compare(a: Profile, b: Profile) -> Verdict:
    """The verdict on two profiles."""
    points = (
        _identifiers(a, b),
        _EMAIL if a.emails & b.emails else 0.0,
        _IBAN if a.iban and a.iban == b.iban else 0.0,
        _names(a, b),
        _PHONE if a.phones & b.phones else 0.0,
        _places(a, b),
        _WEBSITE if a.website and a.website == b.website else 0.0,
    )
    score = round(1 / (1 + math.exp(-_BEGIN - sum(points) - _countries(a, b))), 3)
    for_it = [place for place, each in enumerate(points) if each > 0]
    for_it.sort(key=lambda place: -points[place])
    return Verdict(score, tuple(_REASONS[place] for place in for_it))


def _identifiers(a: Profile, b: Profile) -> float:
    """A number that both have speaks for them, and of one kind two numbers against."""
    if a.reference and a.reference == b.reference:
        return _IDENTIFIER
    found = 0.0
    for kind, value in a.identifiers.items():
        other = b.identifiers.get(kind)
        if other == value:
            found = _IDENTIFIER
        elif other is not None and not found:
            found = _OTHER_IDENTIFIER
    return found


def _countries(a: Profile, b: Profile) -> float:
    return _OTHER_COUNTRY if a.country and b.country and a.country != b.country else 0.0


def _names(a: Profile, b: Profile) -> float:
    """The names that are most alike count; nothing where one of them has none."""
    found = [_name(one, other) for one in a.names for other in b.names]
    return max(found, default=0.0)


def _name(a: Name, b: Name) -> float:
    share = alike(a, b)
    points = _line(_NAME, share)
    return points + (_line(_SHORT, min(a.letters, b.letters)) if share >= _ALIKE else 0.0)


def _places(a: Profile, b: Profile) -> float:
    found = [_place(one, other) for one in a.places for other in b.places]
    return max(found, default=0.0)


def _place(a: Place, b: Place) -> float:
    points = 0.0
    if a.postal_code and b.postal_code:
        points += _POSTAL_CODE if a.postal_code == b.postal_code else _OTHER_POSTAL_CODE
    if a.city and b.city:
        points += _CITY if _close(city_key(a.city), city_key(b.city)) else _OTHER_CITY
    if a.street and b.street:
        points += _street(a, b)
    return points


def _street(a: Place, b: Place) -> float:
    if not _close(street_key(a.street), street_key(b.street)):
        return _OTHER_STREET
    if a.numbers and b.numbers:
        return _STREET + (_HOUSE if a.numbers & b.numbers else _OTHER_HOUSE)
    return _STREET


def _close(a: str, b: str) -> bool:
    return a == b or float(OSA.normalized_similarity(a, b, score_cutoff=0.8)) > 0


def _line(points: tuple[tuple[float, float], ...], value: float) -> float:
    """The value on the line through the points."""
    place = bisect_right(points, (value, math.inf))
    if place == len(points):
        return points[-1][1]
    (left, low), (right, high) = points[place - 1], points[place]
    return low + (high - low) * (value - left) / (right - left)
