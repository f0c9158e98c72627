"""The fields that every sheet can have, and what they are called, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from clientgraph.values import folded


@cache
def fields() -> Mapping[str, Mapping[str, Any]]:
    """Key → labels, example, synonyms, how cells are read; in the order of a template."""
    return _table("fields.toml")


@cache
def identifiers() -> Mapping[str, Mapping[str, Any]]:
    """Kind of identifier, ``VAT`` or ``COMPANY`` → what sheets call it."""
    return _table("identifiers.toml")


@cache
def generic() -> Mapping[str, Sequence[str]]:
    """Words that do not say whose they are, squeezed, the longest first."""
    found = _table("generic.toml")
    return {
        name: sorted({squeezed(word) for word in words}, key=len, reverse=True)
        for name, words in found.items()
    }


def squeezed(text: str) -> str:
    """A header as it is compared: no case, accents, punctuation nor blanks."""
    return folded(text).replace(" ", "")


def _table(name: str) -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return tomllib.loads(text)
