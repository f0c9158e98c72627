"""Texts that no database stores: with the character NUL, or with half of a surrogate pair."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode

from clientgraph.errors import BadUserInput

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check_variables(given: Mapping[str, Any]) -> None:
    """Raise `BadUserInput` for such a text anywhere in the raw variables, names included."""
    left: list[Any] = [given]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            left += each.keys()
            left += each.values()
        elif isinstance(each, list):
            left += each
        elif isinstance(each, str):
            _check(each)


def check_literals(document: DocumentNode) -> None:
    """Raise `BadUserInput` for such a text written into the document."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        _check(token.value or "")
        token = token.next


def _check(text: str) -> None:
    if _UNSTORABLE.search(text):
        raise BadUserInput("A text holds the character NUL (U+0000) or half a character.")
