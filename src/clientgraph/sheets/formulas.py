"""Texts that spreadsheet programs would run as formulas, and the apostrophe that keeps them.

What begins like a formula (``= + - @``, their wide forms, a tab or the end of a line; also after
spaces or apostrophes) is written with one apostrophe more, and read with one less.
"""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
_RISKY: Final = re.compile(rf"'*(?:[\t\r\n]|[\s\ufeff]*[{_SIGNS}])")


def guarded(text: str) -> str:
    """The text as no program runs it; `unguarded` makes the same text of it again."""
    # Most texts begin with a letter or digit.
    return f"'{text}" if not text[:1].isalnum() and _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
