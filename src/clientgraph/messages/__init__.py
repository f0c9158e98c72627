"""The sentences behind error codes, in the languages of the API. One TOML file a language.

A code may be worded in other ways for certain cases: ``CODE.case``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Final

from clientgraph.errors import UserError
from clientgraph.hookspecs import LANGUAGES
from clientgraph.values import country_name

# The sentence that shows what would do, for the few mistakes of which nobody said it.
_SHOWN = ("example", "allowed")
_SENTENCE = {name: re.compile(rf" [^.]*\{{{name}\}}[^.]*\.") for name in _SHOWN}


def _shipped(language: str) -> dict[str, str]:
    text = resources.files(__name__).joinpath(f"{language}.toml").read_text("utf-8")
    return dict(tomllib.loads(text))


CODES: Final = frozenset(_shipped("en"))
"""The codes whose sentences ship with the service; no plugin can declare one of them."""


class Messages:
    """Core's sentences and those of plugins: code and language → text."""

    def __init__(self, more: Iterable[Mapping[str, Mapping[str, str]]] = ()) -> None:
        self._texts = {language: _shipped(language) for language in LANGUAGES}
        for catalogue in more:
            for code, by_language in catalogue.items():
                for language, text in by_language.items():
                    self._texts.setdefault(language, {})[code] = text

    def codes(self) -> list[str]:
        """Every known code, sorted; with its cases."""
        return sorted(self._texts["en"])

    def languages(self, code: str) -> list[str]:
        """Those that have a sentence of their own for a code."""
        return [language for language, texts in self._texts.items() if texts.get(code)]

    def sentences(self, code: str, **params: str) -> dict[str, str]:
        """Language → sentence of a code, for what brings its own (`UserError.texts`)."""
        error = UserError((), code, params)
        return {language: self.text(error, language) for language in self.languages(code)}

    def text(self, error: UserError, language: str) -> str:
        """The sentence for one mistake; English where a language lacks it."""
        if error.texts:
            return error.texts.get(language) or error.texts["en"]
        template = self._texts.get(language, {}).get(error.code) or self._texts["en"].get(
            error.code, error.code
        )
        # Hints come from libraries and plugins, in English only.
        hint = error.params.get("hint") if language == "en" else None
        params = {"field": error.path[-1] if error.path else "", **error.params}
        for name, sentence in _SENTENCE.items():
            if not params.get(name):
                template = sentence.sub("", template)
        try:
            if "country" in params:
                params["country"] = country_name(params["country"], language)
            text = template.format_map(params)
        except (LookupError, TypeError, ValueError, AttributeError):
            # A plugin's parameters need not be what its sentence, or core's, asks for.
            text = template
        return f"{text} ({hint})" if hint else text
