"""Which numbers VIES knows, and how it writes them."""

from __future__ import annotations

from typing import Final

_STATES: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
).split()
# Northern Ireland trades in goods as part of the Union; Monaco has numbers of France. Great
# Britain left, and so did its numbers.
KINDS: Final = frozenset(f"{each}_VAT" for each in [*_STATES, "XI", "MC"])
_COUNTRIES: Final = {"XI": "GB"}


def split(value: str) -> tuple[str, str]:
    """The prefix and the rest of a number in its stored form: ``EL065099393`` → EL, 065099393.

    The prefix is VIES's own: EL for Greece, XI for Northern Ireland, FR for Monaco.
    """
    return value[:2], value[2:]


def country_of(kind: str) -> str:
    """The ISO 3166-1 country of a kind's companies."""
    code = kind.removesuffix("_VAT")
    return _COUNTRIES.get(code, code)
