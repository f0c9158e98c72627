"""The sentences behind error codes, in the languages of the API. One TOML file a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources

from clientgraph.errors import UserError
from clientgraph.hookspecs import LANGUAGES
from clientgraph.values import country_name

# The sentence that shows an example, for the few countries and kinds that have none.
_EXAMPLE = re.compile(r" [^.]*\{example\}[^.]*\.")


class Messages:
    """Core's sentences and those of plugins: code and language → text."""

    def __init__(self, more: Iterable[Mapping[str, Mapping[str, str]]] = ()) -> None:
        self._texts = {language: _shipped(language) for language in LANGUAGES}
        for catalogue in more:
            for code, by_language in catalogue.items():
                for language, text in by_language.items():
                    self._texts.setdefault(language, {})[code] = text

    def codes(self) -> list[str]:
        """Every known code, sorted."""
        return sorted(self._texts["en"])

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
        if "country" in params:
            params["country"] = country_name(params["country"], language)
        if not params.get("example"):
            template = _EXAMPLE.sub("", template)
        sentence = template.format_map(params)
        return f"{sentence} ({hint})" if hint else sentence


def _shipped(language: str) -> dict[str, str]:
    text = resources.files(__name__).joinpath(f"{language}.toml").read_text("utf-8")
    return dict(tomllib.loads(text))
