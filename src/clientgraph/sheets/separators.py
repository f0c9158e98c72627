"""What stands between the cells of a text."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

# Of two that fit equally well, the one that texts have less often.
CANDIDATES: Final = ("\t", "^", "~", ";", "|", ",")
# Times and addresses of the web have it, too.
_RARE: Final = ":"
_USUAL: Final = ","
_RECORDS: Final = 100
_SAID: Final = re.compile(r'\A"?sep=([^\w\s"]|\t)"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


def said_separator(text: str) -> tuple[str, int] | None:
    """The separator that the first line says, as Excel has it (``sep=;``), and where it ends."""
    found = _SAID.match(text)
    return (found[1], found.end()) if found else None


def separator_of(text: str) -> str:
    """The separator that cuts most of the first records into equally many cells.

    A colon is one where no other cuts any record, and it cuts all of them alike.
    """
    if _cuts(text):
        return max(CANDIDATES, key=lambda each: _evenness(text, each))
    return _RARE if _cuts_all(text) else _USUAL


def _cuts_all(text: str) -> bool:
    widths = [width for width in _widths(text, _RARE) if width]
    return len(widths) > 1 and len(set(widths)) == 1 and widths[0] > 1


def _cuts(text: str) -> bool:
    return any(_evenness(text, each) > (0, 0) for each in CANDIDATES)


def _evenness(text: str, separator: str) -> tuple[int, int]:
    widths = Counter(width for width in _widths(text, separator) if width > 1)
    if not widths:
        return 0, 0
    width, records = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    return records, width


def _widths(text: str, separator: str) -> Iterator[int]:
    lines = text.splitlines(keepends=True)
    return map(len, islice(csv.reader(lines, delimiter=separator), _RECORDS))
