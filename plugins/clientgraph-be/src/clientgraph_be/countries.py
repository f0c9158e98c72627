"""Countries as the KBO writes them: in Dutch and French, with what the two languages add."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from babel import Locale

# What stands in brackets or between strokes: Duitsland (Bondsrep.), Monaco /Vorstendom/.
_ADDED: Final = re.compile(r"\(.*?\)|/.*?/")
_OTHER_NAMES: Final = {
    "Congo (Dem. Rep.)": "CD", "Congo (Volksrep.)": "CG", "Groot-Brittannië": "GB",
    "Groothertogdom Luxemburg": "LU", "Korea (Zuid)": "KR", "Tsjechische Republiek": "CZ",
    "Verenigde Staten van Amerika": "US", "Volksrepubliek China": "CN",
}  # fmt: skip


def country_code(dutch: str, french: str) -> str | None:
    """ISO 3166-1 alpha-2; Belgium where nothing is written, None for what is no country now."""
    if not (dutch or french):
        return "BE"
    for name in (dutch, french, _ADDED.sub("", dutch), _ADDED.sub("", french)):
        if found := _names().get(_folded(name)):
            return found
    return None


@cache
def _names() -> dict[str, str]:
    named = {
        _folded(name): str(code)
        for language in ("fr", "nl")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return named | {_folded(name): code for name, code in _OTHER_NAMES.items()}


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
