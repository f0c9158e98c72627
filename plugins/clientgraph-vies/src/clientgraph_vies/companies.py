"""Companies by their VAT number: the name and address that VIES tells."""

from __future__ import annotations

import re
from typing import Final

from clientgraph import (
    Company,
    CompanyAddress,
    NotFound,
    PluginContext,
    Protected,
    Unavailable,
)
from clientgraph_vies.asking import SERVICE, ask
from clientgraph_vies.numbers import country_of, split

# "09-411 PŁOCK", "L-1930 LUXEMBOURG", "1234AB AMSTERDAM"; where a line is written otherwise,
# nobody guesses.
_PLACE: Final = re.compile(
    r"(?:[A-Z]{1,2}-)?(?P<postal_code>\d{2,5}(?:[ -]\d{2,4})?(?: ?[A-Z]{2})?)\s+(?P<city>\D{2,})"
)
_KNOWS_NOT: Final = frozenset({"INVALID", "INVALID_INPUT"})


async def lookup(context: PluginContext, kind: str, value: str) -> Company:
    """The company that has a number.

    Raises `NotFound` for a number that is not valid, `Protected` where the member state tells no
    names (Germany, Spain), `Unavailable` where there is no answer, or one without a name.
    """
    answer = await ask(context.http(SERVICE), split(value), None)
    if answer.word in _KNOWS_NOT:
        raise NotFound
    if answer.word != "VALID":
        raise Unavailable(answer.word)
    if answer.is_masked:
        raise Protected
    if answer.name is None:
        raise Unavailable("a valid number without a name")
    return Company(
        name=answer.name,
        country=country_of(kind),
        identifiers={kind: value},
        addresses=[_address(answer.address)] if answer.address else [],
    )


def _address(told: str) -> CompanyAddress:
    """The address from its lines: the last one has the place, if it can be read."""
    *lines, last = [" ".join(line.split()) for line in told.splitlines() if line.strip()]
    place = _PLACE.fullmatch(last)
    if place is None:
        lines.append(last)
        return CompanyAddress(line1=lines[0], line2=", ".join(lines[1:]) or None)
    return CompanyAddress(
        line1=lines[0] if lines else None,
        line2=", ".join(lines[1:]) or None,
        postal_code=place["postal_code"],
        city=place["city"],
    )
