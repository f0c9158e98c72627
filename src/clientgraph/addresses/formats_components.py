"""Printing the parts that maps and registers give (OpenStreetMap keys) the way a country does."""

import re
from collections.abc import Mapping
from functools import cache

from clientgraph.addresses.formats_templates import (
    CountryFormat,
    area_code,
    clean,
    country_format,
    render,
    template_data,
)

_POSTCODE_RANGE = re.compile(r"\d+;\d+")
_POSTCODE_LIST = re.compile(r"(\d{5})(?:,\d{5})+")
_DUTCH_ISLANDS = {"curaçao": "CW", "sint maarten": "SX", "aruba": "AW"}
_WASHINGTON = re.compile(r"Washington,? D\.?C\.?", re.IGNORECASE)
# Where a "district" is a quarter of a town; elsewhere it is a part of a state.
_SMALL_DISTRICTS = frozenset({"BR", "CR", "ES", "NI", "PY", "RO", "TG", "TM", "XK"})


def print_components(
    components: Mapping[str, str], country: str, *, abbreviate: bool = False
) -> str:
    """Lines, joined by a newline, for parts named as OpenStreetMap does (`road`, `postcode`, …).

    `country` is an ISO 3166-1 alpha-2 code. Unknown names are printed first, as an attention line.
    Incomplete addresses (neither road nor postcode) use the country's fallback layout.
    """
    values = _sound_values(components)
    code = _territory(country.upper(), values)
    rules = country_format(code)
    _place_in_country(values, rules)
    _name_by_aliases(values, rules.base)
    complete = "road" in values or "postcode" in values
    _correct(values, rules)
    _add_codes(values, rules.base)
    unknown = sorted(values.keys() - _known_components())
    if unknown:
        values["attention"] = ", ".join(values[name] for name in unknown)
    if abbreviate:
        _abbreviate(values, rules.base)
    text = render(rules.address if complete else rules.fallback, values) + "\n"
    for rewrite in rules.after:
        text = rewrite.apply(text)
    return clean(text)


def _sound_values(components: Mapping[str, str]) -> dict[str, str]:
    """The values without blanks, web addresses and what cannot be a postal code."""
    values = {name: value.strip() for name, value in components.items()}
    values = {n: v for n, v in values.items() if v and "://" not in v}
    postcode = values.get("postcode", "")
    listed = _POSTCODE_LIST.fullmatch(postcode)
    if listed:
        values["postcode"] = listed[1]
    elif len(postcode) > 20 or _POSTCODE_RANGE.fullmatch(postcode):
        del values["postcode"]
    if values.get("country", "").isdigit() and "state" in values:
        values["country"] = values.pop("state")
    return values


def _territory(country: str, values: dict[str, str]) -> str:
    """The code to print by: UK is GB, and the Dutch islands are countries of their own."""
    state = values.get("state", "")
    island = _DUTCH_ISLANDS.get(state.casefold()) if country == "NL" else None
    if island is not None:
        values["country"] = state
        return island
    if country == "US" and _WASHINGTON.fullmatch(state):
        values["state"] = "District of Columbia"
        values.setdefault("city", "Washington")
    return "GB" if country == "UK" else country


def _place_in_country(values: dict[str, str], rules: CountryFormat) -> None:
    """Name the country, and the state a territory is, as the country it belongs to does."""
    if rules.country is not None:
        values["country"] = rules.country.replace("$state", values.get("state", ""))
    if rules.add is not None:
        values[rules.add[0]] = rules.add[1]


def _name_by_aliases(values: dict[str, str], country: str) -> None:
    """Let the first alias that is given stand for a component that is not."""
    if "district" in values and country not in _SMALL_DISTRICTS:
        values.setdefault("state_district", values.pop("district"))
    for name, *aliases in template_data()["components"]:
        if name not in values:
            given = next((alias for alias in aliases if alias in values), None)
            if given is not None:
                values[name] = values[given]


def _correct(values: dict[str, str], rules: CountryFormat) -> None:
    """Apply the country's corrections to each value."""
    for rewrite in rules.replace:
        for name in [rewrite.component] if rewrite.component else list(values):
            if name in values and name not in {"country_code", "house_number"}:
                values[name] = rewrite.apply(values[name])


def _add_codes(values: dict[str, str], country: str) -> None:
    """Add the code of the state and of the county where the name has one."""
    for kind in ("state", "county"):
        code = area_code(kind, country, values.get(kind))
        if code is not None:
            values.setdefault(f"{kind}_code", code)


@cache
def _known_components() -> frozenset[str]:
    return frozenset(name for names in template_data()["components"] for name in names)


def _abbreviate(values: dict[str, str], country: str) -> None:
    """Shorten whole words by the lists of the country's languages."""
    data = template_data()
    for language in data["languages"].get(country, ()):
        for name, words in data["abbreviations"].get(language, {}).items():
            for long, short in words.items():
                if name in values:
                    values[name] = re.sub(rf"(?<!\S){re.escape(long)}\b", short, values[name])
