"""What a column holds by its values, where its header says nothing: only what cannot be else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from stdnum import iban
from stdnum.eu import vat

from clientgraph import values
from clientgraph.addresses.rules import normalise_postal_code

_EMAIL: Final = re.compile(r"[^@\s;,<>]+@[^@\s;,<>]+\.[A-Za-z]{2,}")
_URL: Final = re.compile(r"(?:https?://|www\.)\S+\.\S+", re.IGNORECASE)
_LOCALE: Final = re.compile(r"[a-z]{2}[-_][A-Z]{2}")
# Digits alone could be anything.
_POSTCODE: Final = re.compile(
    r"[1-9][0-9]{3} ?[A-Z]{2}|[A-Z]{1,2}-[0-9]{4,5}|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"
)
# Fewer values could be alike by chance.
_LEAST: Final = 2


def _is_vat(text: str) -> bool:
    plain = re.sub(r"[\s.-]", "", text).upper()
    return plain[:2].isalpha() and bool(vat.is_valid(plain))


_SURE: Final[Mapping[str, Callable[[str], bool]]] = {
    "contacts.email": lambda text: bool(_EMAIL.fullmatch(text)),
    "iban": lambda text: text[:2].isalpha() and bool(iban.is_valid(text, check_country=False)),
    "identifiers.VAT": _is_vat,
    "website": lambda text: bool(_URL.fullmatch(text)),
    "contacts.locale": lambda text: bool(_LOCALE.fullmatch(text)),
}


def held(texts: Sequence[str], country: str, *, is_nameless: bool) -> str | None:
    """The key of what all of some texts are; what could be else is told of nameless columns alone.

    ``country`` is whose postal codes are known.
    """
    if len(texts) < _LEAST:
        return None
    for key, fits in _SURE.items():
        if all(map(fits, texts)):
            return key
    if not is_nameless:
        return None
    if all(text in values.countries() for text in texts):
        return "country"
    if all(_POSTCODE.fullmatch(text) for text in texts):
        known = all(normalise_postal_code(text, country) for text in texts)
        return "addresses.postalCode" if known else None
    return None
