"""Text as people type it, and the readings of it that may be meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from clientgraph import IdentifierError
from clientgraph_stdnum.row import Row

LONGEST: Final = 64
"""Characters beyond which a text is refused unread; no identifier of any kind is as long."""

_DASHES: Final = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
_SEPARATORS: Final = str.maketrans("", "", " .-/")
_FLOAT: Final = re.compile(r"(\d+)[.,]0")
_SCIENTIFIC: Final = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d{1,2})")
_LOST_ZEROS: Final = 2
"""Zeros at the end that a float's shortest notation may have left out."""


def readings(text: str, row: Row) -> Iterator[tuple[str, bool]]:
    """Yield what ``text`` may mean: the number without prefix, and whether a prefix was typed.

    The likeliest reading comes first. Raises `IdentifierError` where nothing can be meant.
    """
    line = clean(text)
    if row.spaced:
        yield line, False
        return
    if not line.isascii():
        raise IdentifierError("INVALID_FORMAT", "it has a letter that is not in A to Z")
    line = line.upper()
    plain = _undamaged(line, row) or line.translate(_SEPARATORS)
    for number, prefixed in _without_code(plain, row):
        yield number, prefixed
        if row.fills or not prefixed:
            yield from ((padded, prefixed) for padded in _padded(number, row))


def clean(text: str) -> str:
    """One line of visible characters: ASCII digits, dashes and spaces whatever their width.

    Raises `IdentifierError`: INVALID_LENGTH above 64 characters, INVALID_FORMAT for an empty text
    or an invisible character.
    """
    if len(text) > LONGEST:
        raise IdentifierError("INVALID_LENGTH", f"an identifier has at most {LONGEST} characters")
    line = " ".join("".join(map(_plain, text)).split())
    line = line.removeprefix("'").strip()
    if not line:
        raise IdentifierError("INVALID_FORMAT", "the identifier is empty")
    return line


def _plain(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if character in "\t\r\n":
        return " "
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character in _DASHES:
        return "-"
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    if not character.isprintable():
        raise IdentifierError("INVALID_FORMAT", "it contains an invisible character")
    return character


def _undamaged(line: str, row: Row) -> str:
    """Digits of a number that a spreadsheet wrote as a float, or "" if it is not one."""
    if match := _FLOAT.fullmatch(line):
        return match[1]
    if not (match := _SCIENTIFIC.fullmatch(line)):
        return ""
    digits = match[1] + (match[2] or "")
    missing = int(match[3]) + 1 - len(digits)
    if not 0 <= missing <= (_LOST_ZEROS if row.module else 0):
        raise IdentifierError(
            "INVALID_FORMAT", "the spreadsheet cut off digits: format the column as text"
        )
    return digits + "0" * missing


def _without_code(plain: str, row: Row) -> Iterator[tuple[str, bool]]:
    for ending in row.endings:
        if plain.endswith(ending):
            plain = plain.removesuffix(ending)
            break
    for code in row.typed_codes:
        if code and plain.startswith(code):
            yield plain.removeprefix(code), True
            break
    yield plain, False


def _padded(number: str, row: Row) -> Iterator[str]:
    if number.isdigit() and row.width - row.zeros <= len(number) < row.width:
        yield number.zfill(row.width)
