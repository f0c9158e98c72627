"""From typed text to the stored form, and from the stored form to the printed one."""

from __future__ import annotations

import re
from typing import Final

from clientgraph import IdentifierError
from clientgraph_stdnum import rules
from clientgraph_stdnum.checks import check
from clientgraph_stdnum.row import Row
from clientgraph_stdnum.typed import readings

_NOTHING: Final = re.compile(r"[A-Z]*0{4,}[A-Z]*")
"""A placeholder that passes many checks: no register gives out a number of nothing but zeros."""


def parse(row: Row, text: str) -> str:
    """Stored form of ``text``; the first reading that passes every check wins.

    Raises `IdentifierError` with the reason why the likeliest reading failed.
    """
    failures = []
    for number, prefixed in readings(text, row):
        try:
            return _stored(row, number, prefixed=prefixed)
        except IdentifierError as error:
            failures.append(error)
    raise failures[0]


def print_form(row: Row, stored: str) -> str:
    """Printed form of a stored identifier; one that no mask fits is printed as it is stored."""
    if row.key in rules.PRINT:
        return rules.PRINT[row.key](stored)
    for mask in row.mask:
        if mask.count("#") == len(stored):
            characters = iter(stored)
            return "".join(next(characters) if place == "#" else place for place in mask)
    return stored


def _stored(row: Row, number: str, *, prefixed: bool) -> str:
    if _NOTHING.fullmatch(number):
        raise IdentifierError("INVALID_COMPONENT", "zeros stand for no number")
    if row.key in rules.READ:
        return rules.READ[row.key](number)
    if row.bare and not prefixed and not re.fullmatch(row.bare, number):
        raise IdentifierError("INVALID_FORMAT", f"write it with its prefix {row.prefix}")
    if row.module:
        number = _checked(row, number.upper())
    if row.shape and not re.fullmatch(row.shape, number):
        raise IdentifierError("INVALID_FORMAT", "this is not the form of this kind of number")
    return f"{row.prefix}{number}{row.suffix}"


def _checked(row: Row, number: str) -> str:
    answer = check(row.module, row.asked + number)
    if answer == row.asked + number:
        return number
    if not row.rewrites:
        # The module repaired the text silently; what it dropped or added was not meant by us.
        raise IdentifierError("INVALID_FORMAT", "it has characters too many or too few")
    return answer
