"""The open address templates: how each country lays out the parts of an address.

The data is that of OpenCage address-formatting (MIT, see data/address_formats.LICENSE.txt),
compiled by tools/make_address_formats.py and read once, when the first address is printed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("data") / "address_formats.json"
_VALUE = re.compile(r"\{\{\{(\w+)\}\}\}")
_PIECE = re.compile(r"\{\{#first\}\}(?P<options>.*?)\{\{/first\}\}|\{\{\{(?P<name>\w+)\}\}\}")
# What an absent part leaves behind: blanks, and commas or dashes with nothing to separate.
_CLEANUPS = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"\(\)", ""),
        (r"[ \t]+", " "),
        (r" ?,(?: ?,)+", ","),
        (r" ,", ","),
        (r"(?m)^[ ,]+", ""),
        (r"(?m)^- ?", ""),
        (r"(?m)[ ,]+$", ""),
        (r"(?m) ?-$", ""),
        (r"\n{2,}", "\n"),
    )
)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A pattern to replace once; only in the named component when there is one."""

    pattern: re.Pattern[str]
    new: str
    component: str | None = None

    def apply(self, text: str) -> str:
        """The text after the replacement."""
        return self.pattern.sub(self.new, text, count=1)


@dataclass(frozen=True, slots=True)
class CountryFormat:
    """How one country prints an address; `base` is the country whose rules it borrows."""

    base: str
    address: str
    fallback: str
    replace: tuple[Rewrite, ...]
    after: tuple[Rewrite, ...]
    country: str | None
    add: tuple[str, str] | None


@cache
def template_data() -> Mapping[str, Any]:
    """The compiled OpenCage data, whole."""
    data: Mapping[str, Any] = json.loads(_DATA.read_bytes())
    return data


@lru_cache(maxsize=512)
def variants(country: str) -> frozenset[str]:
    """The languages for which a country has a layout of its own ("ja", "en" in Japan)."""
    codes = (code.partition("_") for code in template_data()["countries"])
    return frozenset(language for code, _, language in codes if code == country and language)


@lru_cache(maxsize=512)
def country_format(country: str, language: str = "") -> CountryFormat:
    """The format of a country code (ISO 3166-1 alpha-2), in a language's variant if it has one."""
    data = template_data()
    countries = data["countries"]
    entry = countries.get(f"{country}_{language}") or countries.get(country) or countries["ZZ"]
    add = entry.get("add")
    return CountryFormat(
        base=entry.get("base", country),
        address=data["templates"][entry["address"]],
        fallback=data["templates"][entry["fallback"]],
        replace=tuple(_component_rewrite(*rule) for rule in entry.get("replace", ())),
        after=tuple(Rewrite(re.compile(old), new) for old, new in entry.get("after", ())),
        country=entry.get("country"),
        add=(add[0], add[1]) if add else None,
    )


def _component_rewrite(pattern: str, new: str) -> Rewrite:
    scoped = re.match(r"([a-z_]+)=", pattern)
    if scoped is None:
        return Rewrite(re.compile(pattern, re.IGNORECASE), new)
    return Rewrite(re.compile(pattern[scoped.end() :], re.IGNORECASE), new, scoped[1])


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill in a template and tidy it; parts that are absent leave no trace."""
    return clean(fill(template, values))


def fill(template: str, values: Mapping[str, str]) -> str:
    """A template with its values, blanks and punctuation as they fall."""

    def value(match: re.Match[str]) -> str:
        return values.get(match[1], "")

    def piece(match: re.Match[str]) -> str:
        if match["options"] is None:
            return values.get(match["name"], "")
        options = (_VALUE.sub(value, option).strip() for option in match["options"].split("||"))
        return next((option for option in options if option.strip(" ,")), "")

    return _PIECE.sub(piece, template)


def clean(text: str) -> str:
    """Tidy blanks and stray punctuation, then drop repeated lines and repeated parts of a line."""
    for pattern, new in _CLEANUPS:
        text = pattern.sub(new, text)
    lines: dict[str, None] = {}
    for line in text.strip().split("\n"):
        kept: list[str] = []
        for part in line.split(", "):
            if part and (part not in kept or part == "New York"):
                kept.append(part)
        lines[", ".join(kept)] = None
    return "\n".join(lines)


def area_code(kind: str, country: str, name: str | None) -> str | None:
    """The code of a state or county ("state", "county") by its name, None when unknown."""
    if not name:
        return None
    areas: Mapping[str, str] = template_data()[f"{kind}_codes"].get(country, {})
    return areas.get(name.casefold())
