"""Which kind of identifier a number is, where its column says no more than VAT or company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from stdnum.be import vat

from clientgraph.columns import declared
from clientgraph.columns.names import CellProblem
from clientgraph.columns.readers import Reading
from clientgraph.contract.identifiers import IdentifierKind
from clientgraph.requirements import FRENCH

Kinds = Mapping[str, IdentifierKind]
_PREFIX: Final = re.compile(r"(CHE|[A-Z]{2})[\s.-]*[0-9A-Z]")
_PREFIXES: Final = {"EL": "GR", "CHE": "CH"}
_APART: Final = re.compile(r"[\s./-]+")
# A SIRET; a SIREN is shorter.
_SIRET_DIGITS: Final = 14
# What only Belgian enterprise numbers look like.
_BELGIAN: Final = re.compile(r"0[2-9][0-9]{8}|1[0-9]{9}")


def kind_of(column: str, text: str, kinds: Kinds, at: Reading) -> str:
    """The key of the kind that a number in a column ``VAT`` or ``COMPANY`` is of."""
    return _vat(text, kinds, at) if column == "VAT" else _company(text, kinds, at)


def number_of(
    column: str, identifiers: Iterable[Mapping[str, str]], kinds: Kinds, at: Reading
) -> str | None:
    """The number that such a column shows of a client: one that it is read of again."""
    for each in identifiers:
        try:
            if kind_of(column, each["value"], kinds, at) == each["kind"]:
                return each["value"]
        except CellProblem:
            continue
    return None


def checked(column: str, text: str, at: Reading) -> str:
    """The number; where only plain ones will do, what is written otherwise is refused."""
    if not at.is_strict:
        return text
    plain = _APART.sub("", text).upper()
    if column == "VAT" and not plain[:2].isalpha():
        raise CellProblem("NUMBER_NOT_PLAIN", f"{at.country}{plain}", value=text)
    if plain != text:
        raise CellProblem("NUMBER_NOT_PLAIN", plain, value=text)
    return text


def _vat(text: str, kinds: Kinds, at: Reading) -> str:
    prefix = _PREFIX.match(text.upper())
    if prefix:
        key = f"{_PREFIXES.get(prefix[1], prefix[1])}_VAT"
        if key in kinds:
            return key
    country = _country_of(text, at)
    return _only(f"{country}_VAT", country, kinds, is_tax=True)


def _company(text: str, kinds: Kinds, at: Reading) -> str:
    country = _country_of(text, at)
    keys = declared.identifiers()["COMPANY"]["by_country"].get(country, ())
    known = [key for key in keys if key in kinds]
    if len(known) > 1 and sum(letter.isdecimal() for letter in text) == _SIRET_DIGITS:
        return str(known[1])
    return str(known[0]) if known else _only(f"{country}_COMPANY", country, kinds, is_tax=False)


def _country_of(text: str, at: Reading) -> str:
    """Whose number it is: the row's country's, but companies abroad have Belgian numbers, too."""
    plain = _APART.sub("", text)
    if _BELGIAN.fullmatch(plain) and vat.is_valid(plain):
        return "BE"
    return "FR" if at.country in FRENCH else at.country


def _only(key: str, country: str, kinds: Kinds, *, is_tax: bool) -> str:
    """The key, or the only one of its sort that the country has; raises `CellProblem`."""
    if key in kinds:
        return key
    others = [each for each, of in kinds.items() if of.country == country and of.is_tax is is_tax]
    if len(others) != 1:
        raise CellProblem("UNKNOWN_IDENTIFIER_KIND", kind=key)
    return others[0]
