"""What neither databases nor JSON hold: texts with NUL or half characters, endless numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, TokenKind

from clientgraph.errors import BadUserInput

_NUMBERS = (TokenKind.INT, TokenKind.FLOAT)
_LONGEST_WHOLE = 20
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
    """Raise `BadUserInput` for such a text or number written into the document."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        _check(token.value or "")
        if token.kind in _NUMBERS:
            _check_number(token.kind, token.value or "")
        token = token.next


def _check_number(kind: TokenKind, text: str) -> None:
    if kind is TokenKind.INT:
        fits = len(text) <= _LONGEST_WHOLE and -(2**63) <= int(text) < 2**64
    else:
        fits = math.isfinite(float(text))
    if not fits:
        raise BadUserInput("A number has more than 64 bits; give it as a text.")


def _check(text: str) -> None:
    if _UNSTORABLE.search(text):
        raise BadUserInput("A text holds the character NUL (U+0000) or half a character.")
