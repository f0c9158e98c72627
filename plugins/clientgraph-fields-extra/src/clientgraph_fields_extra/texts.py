"""Sentences of this plugin's own codes, and what its types have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from clientgraph import FieldProblem

Options = Mapping[str, Any]

MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "INVALID_COLOUR": {
        "en": "Give a colour as #rrggbb, such as #0a7d5c.",
        "fr": "Indiquez une couleur sous la forme #rrggbb, par exemple #0a7d5c.",
        "nl": "Geef een kleur als #rrggbb, bijvoorbeeld #0a7d5c.",
        "de": "Geben Sie eine Farbe als #rrggbb an, etwa #0a7d5c.",
    },
    "INVALID_LATITUDE": {
        "en": "A latitude is a number of degrees from -90 to 90.",
        "fr": "Une latitude est un nombre de degrés de -90 à 90.",
        "nl": "Een breedtegraad is een getal van -90 tot 90.",
        "de": "Ein Breitengrad ist eine Zahl von -90 bis 90.",
    },
    "INVALID_LONGITUDE": {
        "en": "A longitude is a number of degrees from -180 to 180.",
        "fr": "Une longitude est un nombre de degrés de -180 à 180.",
        "nl": "Een lengtegraad is een getal van -180 tot 180.",
        "de": "Ein Längengrad ist eine Zahl von -180 bis 180.",
    },
}


def check_known(options: Options, *names: str) -> None:
    """Raises `FieldProblem` for an option that the type does not have."""
    for name in options:
        if name not in names:
            known = ", ".join(names) or "none"
            raise FieldProblem("UNKNOWN_OPTION", option=str(name)[:40], known=known)


def whole_option(options: Options, name: str, usual: int, lowest: int, highest: int) -> int:
    """An option that is a whole number; raises `FieldProblem` for any other."""
    value = options.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise FieldProblem("INVALID_OPTION", option=name, allowed=f"{lowest}-{highest}")
    return value


def in_locale(locale: str) -> Locale:
    """The nearest locale that CLDR has."""
    for name in (locale.replace("-", "_"), locale[:2]):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")
