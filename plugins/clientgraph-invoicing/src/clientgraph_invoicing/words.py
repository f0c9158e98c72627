"""The plugin's texts in the languages of the service. One TOML file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en", "fr", "nl", "de")


def _read(language: str) -> Mapping[str, Mapping[str, str]]:
    file = resources.files("clientgraph_invoicing").joinpath("texts", f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))


_TEXTS: Final = {language: _read(language) for language in LANGUAGES}


def _by_key(section: str) -> dict[str, dict[str, str]]:
    """Key → language → text."""
    return {
        key: {language: _TEXTS[language][section][key] for language in LANGUAGES}
        for key in _TEXTS["en"][section]
    }


MESSAGES: Final[Mapping[str, Mapping[str, str]]] = _by_key("messages")
BLOCKERS: Final[Mapping[str, Mapping[str, str]]] = _by_key("blockers")
LABELS: Final[Mapping[str, Mapping[str, str]]] = _by_key("labels")


def words(language: str) -> Mapping[str, str]:
    """The words of a language of the service; of English for any other."""
    return _TEXTS.get(language, _TEXTS["en"])["words"]
