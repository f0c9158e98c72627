"""Cells of each sort of field as values that callers of the API would give."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

from babel import Locale
from babel.core import get_global

from clientgraph import values
from clientgraph.columns.names import CellProblem, Names
from clientgraph.hookspecs import LANGUAGES
from clientgraph.sheets.cells import Cell
from clientgraph.values import ValueProblem, folded

# What spreadsheets make of long numbers, and of any number that was a text once.
_SCIENTIFIC: Final = re.compile(r"\d[.,]\d{1,17}[eE]\+?\d{1,2}")
_POINT_ZERO: Final = re.compile(r"(\d{5,})[.,]0+")
_ERROR: Final = re.compile(r"#(?:N/A|NV|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|BEZUG!|WERT!|VALEUR!)")
_WHOLE: Final = re.compile(r"\d{1,9}")
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][0-9:.]+Z?)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: [0-9:.]+)?")
_SERIAL: Final = re.compile(r"(\d{1,6})(?:[.,]\d+)?")
# Numbers of days in spreadsheets: they know a 29 February 1900, which is the 60th.
_BEFORE_FIRST: Final = date(1899, 12, 31)
_NO_DAY: Final = 60
_LAST: Final = date(2199, 12, 31)
_YEARS: Final = range(1900, 2200)
_QUOTED: Final = re.compile(r'"(?:[^"]|"")+"')
_PARTS: Final = re.compile(rf"\s*({_QUOTED.pattern}|[^;|\n]*)\s*(?:[;|\n]|$)")
_YES: Final = frozenset("yes y oui o ja j true vrai waar wahr 1 x".split())
_NO: Final = frozenset("no n non nee nein false faux onwaar falsch 0".split())
_MANDATE: Final = {"oui": True, "non": False, "yes": True, "no": False, "ja": True}
_NO_MANDATE: Final = {"nee": False, "nein": False}
_COUNTRY_NAMES: Final = {
    "usa": "US",
    "united states of america": "US",
    "etats unis d amerique": "US",
    "verenigde staten van amerika": "US",
    "vereinigte staten von amerika": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "grande bretagne": "GB",
    "angleterre": "GB",
    "groot brittannie": "GB",
    "engeland": "GB",
    "grossbritannien": "GB",
    "hollande": "NL",
    "holland": "NL",
    "pays bas": "NL",
    "the netherlands": "NL",
    "republique tcheque": "CZ",
    "czech republic": "CZ",
    "tschechische republik": "CZ",
    "tsjechische republiek": "CZ",
    "el": "GR",
    # As the Belgian register of enterprises prints them.
    "allemagne rep fed": "DE",
    "duitsland bondsrep": "DE",
    "congo rep dem": "CD",
    "congo dem rep": "CD",
    "luxembourg grand duche": "LU",
    "luxemburg groot hertogdom": "LU",
    "monaco principaute": "MC",
    "monaco vorstendom": "MC",
}
_SYMBOLS: Final = {"€": "EUR", "£": "GBP", "euro": "EUR", "euros": "EUR"}


@dataclass
class Reading:
    """What cells are read with: the country of their row, and whether only codes will do."""

    country: str
    is_strict: bool = False


Reader = Callable[[Cell, Reading], Any]


def text_of(cell: Cell) -> str:
    """A cell as a text: whole numbers without a fraction, days as ISO 8601 has them."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if not (cell.hour or cell.minute) else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def text(cell: Cell, _at: Reading) -> str:
    """Any text; raises `CellProblem` for what a spreadsheet could not work out."""
    found = text_of(cell)
    if found.startswith("#") and _ERROR.fullmatch(found):
        raise CellProblem("CELL_ERROR", value=found)
    return found


def code(cell: Cell, at: Reading) -> str:
    """A number or code, which spreadsheets like to take for an amount: ``5.52032534E8``."""
    found = text(cell, at)
    if found.isdecimal():
        return found
    if _SCIENTIFIC.fullmatch(found):
        number = Decimal(found.replace(",", "."))
        if number == number.to_integral_value():
            return f"{number.to_integral_value():f}"
    return found


def digits(cell: Cell, at: Reading) -> str:
    """A code in which no fraction can be: ``552032534.0`` is a number that was written as one."""
    found = code(cell, at)
    whole = _POINT_ZERO.fullmatch(found)
    return whole[1] if whole else found


def yes_no(cell: Cell, at: Reading) -> bool:
    """Yes or no in any of the languages, true, false, 0, 1 or x."""
    if isinstance(cell, bool):
        return cell
    found = code(cell, at)
    word = folded(found)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellProblem("NOT_YES_OR_NO", value=found)


def mandate(cell: Cell, at: Reading) -> bool:
    """Whether a signed mandate is held: in words alone, since it stands for a signature."""
    found = text(cell, at)
    said = _MANDATE | _NO_MANDATE
    word = folded(found)
    if word in said and not isinstance(cell, bool):
        return said[word]
    meant = "Oui" if word in _YES else "Non" if word in _NO else None
    raise CellProblem("NOT_YES_OR_NO", meant, value=found)


def whole(cell: Cell, at: Reading) -> int:
    """A whole number; words around it, as in ``30 jours``, are fine."""
    found = code(cell, at)
    numbers = _WHOLE.findall(found)
    if len(numbers) == 1 and (found.isdecimal() or re.search(r"[^\W\d_]", found)):
        return int(numbers[0])
    raise CellProblem("NOT_A_NUMBER", value=found)


def day(cell: Cell, at: Reading) -> str:
    """A day, as ISO 8601 has it, of that or of day, month and year."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    found = text(cell, at)
    iso, european = _ISO.fullmatch(found), _DAY_FIRST.fullmatch(found)
    if iso is None and european is None:
        raise CellProblem("INVALID_DATE", _numbered(found))
    parts = iso.groups() if iso else tuple(reversed(european.groups())) if european else ()
    year, month, number = map(int, parts)
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        raise CellProblem("INVALID_DATE", _swapped(year, month, number)) from None


def _numbered(found: str) -> str | None:
    """The day that a spreadsheet counts so; None for what is more likely a year."""
    serial = _SERIAL.fullmatch(found)
    number = int(serial[1]) if serial else 0
    if number in (0, _NO_DAY) or number in _YEARS:
        return None
    meant = _BEFORE_FIRST + timedelta(days=number if number < _NO_DAY else number - 1)
    return meant.isoformat() if meant <= _LAST else None


def _swapped(year: int, month: int, number: int) -> str | None:
    try:
        return date(year, number, month).isoformat()
    except ValueError:
        return None


@cache
def countries_by_name() -> Mapping[str, str]:
    """Folded names in the languages of the API, and alpha-3 codes → alpha-2 codes."""
    known = values.countries()
    found = {
        alias.lower(): codes[0]
        for alias, codes in get_global("territory_aliases").items()
        if len(alias) == 3 and alias.isalpha() and codes[0] in known
    }
    for language in LANGUAGES:
        territories = Locale(language).territories
        found |= {folded(str(territories[each])): each for each in known if each in territories}
    return found | _COUNTRY_NAMES


def country(cell: Cell, at: Reading) -> str:
    """An ISO 3166-1 alpha-2 code; of names, too, unless the reading is strict."""
    found = text(cell, at)
    if found in values.countries():
        return found
    meant = found.upper() if found.upper() in values.countries() else None
    meant = meant or countries_by_name().get(folded(found))
    if meant is None or at.is_strict:
        raise CellProblem("INVALID_COUNTRY", meant or _near_country(found), value=found[:40])
    return meant


@cache
def _country_names() -> Names:
    names = Names()
    for name, each in countries_by_name().items():
        names.add(each, name)
    return names


def _near_country(found: str) -> str | None:
    names = _country_names()
    near = names.nearest(found) if len(found) > 3 else None
    return names.values[near] if near else None


def locale(cell: Cell, at: Reading) -> str:
    """A language with its country, such as fr-BE; the language alone is refused."""
    found = text(cell, at)
    try:
        return values.locale(found)
    except ValueProblem as problem:
        language = found.lower() if len(found) == 2 else _languages_by_name().get(folded(found))
        meant = f"{language}-{at.country}" if language in values.languages() else None
        raise CellProblem(problem.code, meant, **problem.params) from None


@cache
def _languages_by_name() -> Mapping[str, str]:
    return {
        folded(str(name)): each
        for spoken in LANGUAGES
        for each, name in Locale(spoken).languages.items()
        if len(each) == 2
    }


def currency(cell: Cell, at: Reading) -> str:
    """An ISO 4217 code, or the sign of one."""
    found = text(cell, at)
    meant = _SYMBOLS.get(found.lower(), found.upper())
    if meant not in values.currencies():
        raise CellProblem("INVALID_CURRENCY", value=found[:20])
    return meant


def named(names: Names) -> Reader:
    """What one name stands for."""
    return lambda cell, at: names.value(code(cell, at))


def several(names: Names) -> Reader:
    """What several names stand for, apart by semicolons, bars or lines."""

    def read(cell: Cell, at: Reading) -> list[Any]:
        found = text(cell, at)
        if names.knows(found):
            return [names.value(found)]
        return [names.value(each) for each in parts(found)]

    return read


def keys(names: Names) -> Reader:
    """The same, where a text that is no name is a key: of what is there no more, perhaps."""

    def read(cell: Cell, at: Reading) -> list[Any]:
        return [names.only(each) or each for each in parts(text(cell, at))]

    return read


def client(names: Names) -> Reader:
    """The id of a client, as drafts have it."""
    return lambda cell, at: str(names.value(code(cell, at)))


def parts(found: str) -> list[str]:
    """Several texts of one; those in quotation marks may have what others are kept apart by."""
    texts = (each.strip() for each in _PARTS.findall(found))
    quoted = (each[1:-1].replace('""', '"') if _QUOTED.fullmatch(each) else each for each in texts)
    return [each for each in quoted if each]


PLAIN: Final[Mapping[str, Reader]] = {
    "text": text,
    "code": code,
    "digits": digits,
    "yes_no": yes_no,
    "mandate": mandate,
    "whole": whole,
    "country": country,
    "locale": locale,
    "currency": currency,
}
