"""What users are told of a mistake: a sentence of their own language, without gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from clientgraph.hookspecs import LANGUAGES
from clientgraph.messages import Messages
from clientgraph.plugins import Plugins
from clientgraph.testing.workspaces import Api

_GAP: Final = re.compile(r"\{[A-Za-z_]\w*\}")


def lacking(plugins: Plugins, code: str) -> list[str]:
    """The languages in which a code has no sentence, neither core's nor a plugin's."""
    known = Messages(plugins.messages).languages(code)
    return [language for language in LANGUAGES if language not in known]


def gaps(message: str) -> list[str]:
    """What is left of the parameters that a sentence asks for and was not given."""
    return _GAP.findall(message)


async def told(
    plugins: Plugins,
    api: Api,
    mutation: str,
    given: Mapping[str, Any],
    path: Sequence[str],
    code: str,
    *,
    of: Literal["userErrors", "warnings"] = "userErrors",
    or_inside: bool = False,
) -> None:
    """A mutation must be refused, or warned of, at a place, with a sentence in each language.

    ``or_inside`` says that it may as well be a place inside that one. Asked in trial runs: nothing
    is changed.
    """
    place = ["input", *path]
    assert lacking(plugins, code) == [], f"{code}: languages without a sentence in 'messages'"
    trial = {**given, "validateOnly": True}
    for language in LANGUAGES:
        speaking = replace(api, language=language)
        payload = await speaking.do(mutation, trial, "warnings { path code message }")
        deep = len(place) if or_inside else None
        found = [(each["path"][:deep], each["code"]) for each in payload[of]]
        assert found == [(place, code)], f"{mutation} {given}"
        message = payload[of][0]["message"]
        assert message.strip()
        assert gaps(message) == [], f"{code} in {language}: {message}"
        assert of == "userErrors" or payload["userErrors"] == [], f"{mutation} {given}"
