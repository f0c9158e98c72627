"""Texts without accents, case and punctuation."""

from __future__ import annotations

import pytest

from clientgraph.values import folded
from clientgraph.words import spellings


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  The_Firm & Sons,\tLtd. 12 ", "the firm sons ltd 12"),
        ("?!", ""),
        ("L'Oréal", "l oreal"),
        ("STRAẞE 7", "strasse 7"),
    ],
)
def test_texts_are_folded(text: str, plain: str) -> None:
    """With letters of English alone or of others, they come out alike."""
    assert folded(text) == plain
    assert folded(f"{text} é") == f"{plain} e".strip()


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("S.A.R.L. L'Oreal", ["s a r l l oreal", "sarl loreal"]),
        ("S.A.R.L. L'Oréal", ["s a r l l oreal", "sarl loreal"]),
        ("Brussel", ["brussel"]),
        (" -\t. ", []),
        ("BE 0417.497.106 (A)", ["be 0417 497 106 a", "be 0417497106 a"]),
    ],
)
def test_texts_are_read_in_two_ways(text: str, ways: list[str]) -> None:
    """With punctuation as blanks, and without it."""
    assert spellings(text) == ways
    assert spellings(f"{text} ñ") == ([f"{way} n" for way in ways] or ["n"])
