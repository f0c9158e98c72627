"""An address as its country prints it: the front of address printing and of the postal rules."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from clientgraph.addresses.formats_boxes import (
    box_follows_street,
    box_text,
    names_box,
    names_number,
)
from clientgraph.addresses.formats_components import print_components
from clientgraph.addresses.formats_templates import (
    CountryFormat,
    area_code,
    clean,
    country_format,
    fill,
    variants,
)
from clientgraph.addresses.rules import (
    AddressProblem,
    address_problems,
    normalise_postal_code,
    postal_rule,
)

__all__ = [
    "AddressProblem",
    "address_problems",
    "country_name",
    "format_address",
    "normalise_postal_code",
    "print_components",
]

# The templates are laid out with one private-use character for each value, and the values put in
# last, so that no tidying ever touches what was typed.
_ATTENTION, _ROAD, _NUMBER, _POSTCODE, _CITY, _REGION, _STATE, _COUNTY, _COUNTRY = map(
    chr, range(0xE000, 0xE009)
)
_REGIONS = frozenset({_REGION, _STATE, _COUNTY})
_SLOT = re.compile("[\ue000-\ue008]")
# The country has a line of its own; a region that two parts of a template name, counts once.
_UNWANTED = re.compile("\ue008|[\ue005-\ue007](?=.*[\ue005-\ue007])", re.DOTALL)
_CITY_PARTS = ("city", "suburb", "state_district")
# For the places whose template has no streets (Antarctica, the Pitcairn Islands).
_STREET_LINES = "{{{attention}}}\n{{{road}}} {{{house_number}}}"
_LATIN_VARIANTS = frozenset({"en", "fr", "pt"})
# Cyrillic, Arabic, kana, Han and hangul: their reader expects the country's own order of lines.
# A plain string, because compiling these ranges at import would cost milliseconds.
_NATIVE_SCRIPT = "[\u0400-\u04ff\u0600-\u06ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"


def format_address(
    line1: str | None,
    line2: str | None,
    street_number: str | None,
    box: str | None,
    postal_code: str | None,
    city: str | None,
    region: str | None,
    country: str,
    *,
    language: str,
    with_country: bool,
    recipient: str | None = None,
) -> list[str]:
    """The lines to print, none of them blank; nothing typed is changed but its blanks and,
    where the post prints codes, the region ("California" is CA).

    `country` is ISO 3166-1 alpha-2; `language` (BCP 47) that of the country name and box label.
    `street_number` is joined to `line1` on the country's side, unless `line1` already has it.
    A region is printed where the country's post uses one.
    """
    code = country.upper()
    local = bool(re.search(_NATIVE_SCRIPT, f"{line1 or ''}{city or ''}"))
    variant = _variant(code, language, local)
    label = box_text(_plain(box), code, language)
    number = _plain(street_number)
    road, number, further = _street(_plain(line1), _plain(line2), number, label, code)
    values = {
        _ATTENTION: (recipient or "").strip(),
        _ROAD: road,
        _NUMBER: number,
        _POSTCODE: _plain(postal_code),
        _CITY: _plain(city),
        **_region_values(_plain(region), _plain(city), country_format(code, variant)),
    }
    given = frozenset(slot for slot, value in values.items() if value)
    layout = _layout(given, code, variant, local)
    lines = list(_printed(layout, values, further))
    return [*lines, country_name(code, language).upper()] if with_country else lines


@lru_cache(maxsize=1024)
def country_name(country: str, language: str) -> str:
    """A country's name in a language (BCP 47), in English where the language is unknown."""
    tag = language.replace("_", "-")
    names: Mapping[str, str] = _locale(tag, tag.partition("-")[0]).territories
    return names.get(country, country)


def _locale(*tags: str) -> Locale:
    for tag in tags:
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _plain(value: str | None) -> str:
    return " ".join((value or "").split())


def _variant(country: str, language: str, local: bool) -> str:
    """The language of the layout: the country's own for its own script, else a Latin one."""
    known = variants(country)
    if local:
        return next(iter(sorted(known - _LATIN_VARIANTS)), "")
    spoken = language[:2].lower()
    return spoken if spoken in known & _LATIN_VARIANTS else "en"


def _street(
    line1: str, line2: str, number: str, box: str, country: str
) -> tuple[str, str, list[str]]:
    """The street, its number, and the lines after them; the first of these where there is none."""
    if number and names_number(line1, number):
        number = ""
    if box and box_follows_street(country) and (line1 or number):
        if number:
            number = f"{number} {box}"
        elif not names_box(line1, box):
            line1 = f"{line1} {box}"
        box = ""
    further = [line for line in (line2, box) if line]
    if not line1 and not number and further:
        line1 = further.pop(0)
    return line1, number, further


def _region_values(region: str, city: str, rules: CountryFormat) -> dict[str, str]:
    """The region as typed and its code, for the layouts that print one; none that repeats the city.

    A territory that is printed as a state of another country is a region of its own accord.
    """
    if city and not region and rules.add and rules.add[0] == "state":
        region = rules.add[1]
    state = area_code("state", rules.base, region) or region
    county = area_code("county", rules.base, region) or region
    values = {_REGION: region, _STATE: state, _COUNTY: county}
    return {slot: name for slot, name in values.items() if name.casefold() != city.casefold()}


@lru_cache(maxsize=2048)
def _layout(given: frozenset[str], country: str, variant: str, local: bool) -> tuple[str, ...]:
    """The template's lines for the slots that have a value, none of which is left out."""
    template = _street_template(country_format(country, variant).address, _NUMBER in given)
    parts = {name: slot for name, slot in _template_slots(template).items() if slot in given}
    if "{{{postcode}}}" not in template and _POSTCODE in given:
        part = _city_part(template)
        parts[part] = f"{parts.get(part, '')} {_POSTCODE}"
    text = fill(template, {**parts, "country": _COUNTRY})
    if _CITY in given and _CITY not in text:
        text = fill(template, parts)
    lines = clean(_UNWANTED.sub("", text)).split("\n")
    rule = postal_rule(country)
    required = rule is not None and "region" in rule.required
    if required and _REGION in given and not _REGIONS & set("".join(lines)):
        lines.append(_REGION)
    if not local and template.find("{{{attention}}}") > template.find("{{{road}}}"):
        lines.reverse()
    return tuple(lines)


def _street_template(template: str, numbered: bool) -> str:
    """A template with a street, and without the point that follows a number not given."""
    if "{{{road}}}" not in template:
        return f"{_STREET_LINES}\n{template}"
    return template if numbered else template.replace("{{{house_number}}}.", "{{{house_number}}}")


def _template_slots(template: str) -> dict[str, str]:
    """The slot that each part of a template is filled with."""
    return {
        "attention": _ATTENTION,
        "road": _ROAD,
        "house_number": _NUMBER,
        "postcode": _POSTCODE,
        _city_part(template): _CITY,
        "state": _REGION,
        "county": _REGION,
        "region": _REGION,
        "state_code": _STATE,
        "county_code": _COUNTY,
    }


def _city_part(template: str) -> str:
    """The part that a city is printed as: Hong Kong's are districts."""
    return next((part for part in _CITY_PARTS if f"{{{{{{{part}}}}}}}" in template), "city")


def _printed(
    layout: tuple[str, ...], values: Mapping[str, str], further: list[str]
) -> Iterator[str]:
    """The lines with their values, the further street lines after the street."""
    street = _ROAD if values[_ROAD] else _NUMBER
    for line in layout:
        text = _SLOT.sub(lambda slot: values[slot[0]], line)
        yield from filter(None, (part.strip() for part in text.splitlines()))
        if street in line:
            yield from further
