"""Texts without accents, case and punctuation."""

from __future__ import annotations

import pytest

from clientgraph.values import folded


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
