"""The words of the documents, in the languages of the service. One TOML file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Final

from babel import Locale
from babel.dates import format_date

LANGUAGES: Final = ("en", "fr", "nl", "de")


def _read(language: str) -> Mapping[str, Mapping[str, str]]:
    file = resources.files("clientgraph_documents").joinpath("texts", f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))


_TEXTS: Final = {language: _read(language) for language in LANGUAGES}


def _by_key(section: str) -> dict[str, dict[str, str]]:
    """Key → language → text."""
    return {
        key: {language: _TEXTS[language][section][key] for language in LANGUAGES}
        for key in _TEXTS["en"][section]
    }


LABELS: Final[Mapping[str, Mapping[str, str]]] = _by_key("labels")
MESSAGES: Final[Mapping[str, Mapping[str, str]]] = _by_key("messages")


def language_of(locale: str) -> str:
    """The language of a locale: fr of ``fr-BE``."""
    return locale.partition("-")[0]


def words(language: str) -> Mapping[str, str]:
    """The words of a language of the service; of English for any other."""
    return _TEXTS.get(language, _TEXTS["en"])["words"]


def day(value: date, locale: str) -> str:
    """A day as the locale (``fr-BE``) writes it in a letter."""
    return format_date(value, "long", locale=Locale.parse(locale, sep="-"))


def country_name(code: str, language: str) -> str:
    """A country's name; the code where it has none."""
    return str(Locale(language).territories.get(code, code))
