"""How much alike two names of firms or people are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from clientgraph.duplicates.forms import without_form
from clientgraph.duplicates.spelled import telling, words_of

# Words that many firms have in their name; they tell less than the others.
_GENERIC: Final = frozenset(
    telling(
        "group international services service company consulting consultancy solutions "
        "technologies holding holdings invest management associates partners brothers sons "
        "systems industries trading products etablissements compagnie societe entreprise "
        "maison cabinet bureau atelier garage restaurant pharmacie boulangerie hotel "
        "transport transports construction batiment immobilier immo conseil conseils travaux "
        "bedrijf firma handel handels vertrieb betrieb gesellschaft bouw advies center centre "
        "school".split()
    )
)
_GENERIC_WEIGHT: Final = 0.4
# From this share of equal letters on, two words may be one that was mistyped.
_LEAST_ALIKE: Final = 0.8
_SHORTEST_MISTYPED: Final = 4
_SHORTEST_BEGINNING: Final = 4
_INITIAL: Final = 0.7
_BEGINNING: Final = 0.8
_ACRONYM: Final = 0.85
_WITHIN: Final = 0.6
_SHORTEST_WITHIN: Final = 5.0
_OTHER_FORM: Final = 0.04
_OTHER_NUMBERS: Final = 0.4
_ONE_NUMBER: Final = 0.9
_ROMAN: Final = frozenset("ii iii iv vi vii viii ix xi xii xiii xiv xv xvi".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is compared: the words that tell it, and the sort of its legal form.

    ``numbers`` are the words with digits, or of Roman ones; ``together`` is all as one word;
    ``ordered`` is the words in alphabetical order; ``weight`` says how much the words tell, and
    ``letters`` how many they have, generic ones counted less.
    """

    words: tuple[str, ...]
    form: str | None
    numbers: frozenset[str]
    together: str
    ordered: str
    weight: float
    letters: float


def name_of(text: str) -> Name | None:
    """A name to compare; None where no letter or digit is in it."""
    spelled, form = without_form(words_of(text))
    if not spelled:
        return None
    words = telling(spelled)
    return Name(
        words=words,
        form=form,
        numbers=frozenset(word for word in words if _is_number(word)),
        together="".join(spelled),
        ordered=" ".join(sorted(words)),
        weight=sum(map(weight, words)),
        letters=sum(len(word) * weight(word) for word in words),
    )


@lru_cache(maxsize=8_192)
def _is_number(word: str) -> bool:
    return word in _ROMAN or not word.isalpha()


def weight(word: str) -> float:
    """How much a word tells."""
    return _GENERIC_WEIGHT if word in _GENERIC else 1.0


def acronym(name: Name) -> str:
    """The first letters of a name's words."""
    return "".join(word[0] for word in name.words)


def alike(a: Name, b: Name) -> float:
    """From 0 to 1: how probably two names mean the same, as far as names can say."""
    if a.numbers and b.numbers and not a.numbers & b.numbers:
        return min(_OTHER_NUMBERS, _by_words(a, b))
    found = max(_by_words(a, b), _as_one_word(a, b), _within(a, b))
    if a.numbers != b.numbers:
        found *= _ONE_NUMBER
    if a.form and b.form and a.form != b.form:
        found -= _OTHER_FORM
    return max(0.0, found)


def _as_one_word(a: Name, b: Name) -> float:
    """``Data Base`` and ``Database``; and a firm that is known by its first letters."""
    if a.together == b.together:
        return 1.0
    if a.numbers != b.numbers:
        return 0.0
    for short, long in ((a, b), (b, a)):
        if len(short.words) == 1 and len(long.words) >= 3 and short.together == acronym(long):
            return _ACRONYM
    if len(a.words) == len(b.words):
        return 0.0
    share = float(OSA.normalized_similarity(a.together, b.together, score_cutoff=0.9))
    return share if min(len(a.together), len(b.together)) >= 6 else 0.0


def _within(a: Name, b: Name) -> float:
    """A part of a name that is used for all of it: ``Shields`` of ``Chicago Schools Shields``."""
    short, long = (a, b) if len(a.words) <= len(b.words) else (b, a)
    whole = short.letters >= _SHORTEST_WITHIN and set(short.words) <= set(long.words)
    return _WITHIN if whole else 0.0


def _by_words(a: Name, b: Name) -> float:
    """The share of words that both have, each as alike as it is, whatever their order."""
    if a.words == b.words:
        return 1.0
    left = list(b.words)
    rest: list[str] = []
    shared = 0.0
    for word in a.words:
        if word in left:
            left.remove(word)
            shared += 2 * weight(word)
        else:
            rest.append(word)
    return (shared + _mistyped(rest, left)) / (a.weight + b.weight)


def _mistyped(words: Sequence[str], others: list[str]) -> float:
    """What words add that are no more than alike; each is held against one other."""
    found = 0.0
    for word in words:
        best, at = 0.0, -1
        for place, other in enumerate(others):
            near = _word_alike(word, other)
            if near > best:
                best, at = near, place
        if at >= 0:
            found += best * (weight(word) + weight(others.pop(at)))
    return found


@lru_cache(maxsize=8_192)
def _word_alike(a: str, b: str) -> float:
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if _is_number(a) or _is_number(b):
        return 0.0
    if len(short) == 1:
        return _INITIAL if long[0] == short else 0.0
    if len(short) >= _SHORTEST_MISTYPED:
        share = float(OSA.normalized_similarity(a, b, score_cutoff=_LEAST_ALIKE))
        if share:
            return share
    if len(short) >= _SHORTEST_BEGINNING and long.startswith(short):
        return _BEGINNING
    return 0.0
