"""In which encoding a text is, by its bytes."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

_PIECE: Final = 1_000_000
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Letters that are often and seldom in texts of the west, and of the middle of Europe.
_WEST: Final = (
    frozenset("éèêëàâäáãåçîïíìñôöóòõøœæûüúùßÿ€\u2019\u2013"),
    frozenset("ÉÈÊËÀÂÄÁÅÇÎÏÍÑÔÖÓØŒÆÛÜÚÙ°"),
)
_MIDDLE: Final = (
    frozenset("áčďéěíňóřšťúůýžąćęłńśźżľĺŕőűäöüßô€\u2019\u2013"),
    frozenset("ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽĄĆĘŁŃŚŹŻĽŐŰÄÖÜÔ°"),
)
# What Excel writes as CSV on Windows, on a Mac and "for MS-DOS"; of equals, the first.
_SINGLE: Final = {"cp1252": _WEST, "mac_roman": _WEST, "cp850": _WEST, "cp1250": _MIDDLE}
_WIDE_SHARE: Final = 0.2
_GOOD_FOR_ONE_BAD: Final = 10


def encoding_of(source: Path) -> str:
    """The name by which Python knows the encoding; never a guess that cannot be decoded."""
    with source.open("rb") as file:
        head = file.read(_PIECE)
    for beginning, encoding in _BOMS:
        if head.startswith(beginning):
            return encoding
    return _wide(head) or ("utf-8" if _is_utf8(source) else _single(source))


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western texts is zero."""
    half = len(head) // 2 * _WIDE_SHARE
    low, high = head[::2].count(0), head[1::2].count(0)
    if max(low, high) <= max(half, 1) or min(low, high) * 4 > max(low, high):
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _is_utf8(source: Path) -> bool:
    """Also where a few letters were cut in two on the way."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            if piece.isascii() and not decoder.getstate()[0]:
                continue
            text = decoder.decode(piece)
            broken = text.count("\ufffd")
            bad += broken
            good += sum(letter > "\x7f" for letter in text) - broken
    bad += bool(decoder.getstate()[0])
    return bad * _GOOD_FOR_ONE_BAD <= good


def _single(source: Path) -> str:
    with source.open("rb") as file:
        high = bytes(byte for byte in file.read(_PIECE) if byte > 127)
    return max(_SINGLE, key=lambda each: _likeness(high.decode(each, "replace"), *_SINGLE[each]))


def _likeness(text: str, often: frozenset[str], seldom: frozenset[str]) -> int:
    """How much it looks like a text of its part of the world, where most letters are small."""
    return sum(2 * (letter in often) + (letter in seldom) for letter in text)
