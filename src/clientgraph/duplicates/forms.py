"""Legal forms, which firms write, leave out and translate at will (data of rigour)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

# Shorter ones stand at the beginning of too many names that mean something else.
_SHORTEST_BEFORE: Final = 3
_BEFORE: Final = frozenset({"sa", "nv", "bv", "ag", "ao"})


class _Forms(NamedTuple):
    """Each form's words with the sort of it; all first and last words; the number of the longest.

    Few names begin or end with such a word.
    """

    sorts: Mapping[str, str]
    first: frozenset[str]
    last: frozenset[str]
    longest: int


@cache
def _forms() -> _Forms:
    text = files("clientgraph.duplicates").joinpath("data/legal_forms.txt").read_text("utf-8")
    sorts = dict(line.split("\t") for line in text.splitlines())
    words = [form.split() for form in sorts]
    return _Forms(
        sorts,
        frozenset(each[0] for each in words),
        frozenset(each[-1] for each in words),
        max(map(len, words)),
    )


def without_form(words: Sequence[str]) -> tuple[list[str], str | None]:
    """The words of a name without its legal forms at both ends, and the sort of the last one.

    At least one word is left; the sort is None where there is no form, or none is known of it.
    """
    left, sort = list(words), None
    if not left:
        return left, sort
    while (cut := _behind(left)) is not None:
        sort = sort or _forms().sorts[" ".join(left[cut:])] or None
        left = left[:cut]
    while (cut := _before(left)) is not None:
        sort = sort or _forms().sorts[" ".join(left[:cut])] or None
        left = left[cut:]
    return left, sort


def _behind(words: Sequence[str]) -> int | None:
    """Where the longest form begins that the words end with."""
    forms = _forms()
    if words[-1] not in forms.last:
        return None
    for cut in range(max(1, len(words) - forms.longest), len(words)):
        if " ".join(words[cut:]) in forms.sorts:
            return cut
    return None


def _before(words: Sequence[str]) -> int | None:
    """Where the longest form ends that the words begin with."""
    forms = _forms()
    if words[0] not in forms.first:
        return None
    for cut in range(min(forms.longest, len(words) - 1), 0, -1):
        form = " ".join(words[:cut])
        if form in forms.sorts and (len(form) >= _SHORTEST_BEFORE or form in _BEFORE):
            return cut
    return None
