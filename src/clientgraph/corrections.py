"""Words as they were probably meant, from the words that records have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from clientgraph.lists import Search
from clientgraph.storage.search import found, texts_with
from clientgraph.storage.session import Session
from clientgraph.words import (
    LONGEST_MISTAKEN,
    ONE_MISTAKE,
    SHORTEST_INSIDE,
    TWO_MISTAKES,
    grams_wanted,
    near_grams,
    readings,
    words_in,
)

# Documents that are looked through for each word, and spellings that a word is given.
MOST_DOCUMENTS: Final = 1_000
MOST_SPELLINGS: Final = 5


class Corrected(NamedTuple):
    """A search for what may have been meant, and the words that it looks for."""

    search: Search
    words: list[str]


async def corrected(session: Session, record: str, search: Search) -> Corrected | None:
    """What may have been meant by a search; None where no words of any record come near.

    A word of 4 letters may have one mistake, one of 8 two. Those with digits are taken as they
    are: the next number is another's.
    """
    meant = readings(search.text)
    if not meant:
        return None
    words = meant[0]
    reading = [await _spellings(session, record, word) for word in words]
    if not all(reading) or reading == [[word] for word in words]:
        return None
    instead = Search(search.text, found(session, record, [reading]))
    return Corrected(instead, [each for spellings in reading for each in spellings])


async def _spellings(session: Session, record: str, word: str) -> list[str]:
    """The word itself where some record has it, and the words next to it."""
    texts = await texts_with(session, record, [grams_wanted(word)], MOST_DOCUMENTS)
    wanted = word if len(word) >= SHORTEST_INSIDE else f" {word}"
    own = [word] if any(wanted in text for text in texts) else []
    if not ONE_MISTAKE <= len(word) <= LONGEST_MISTAKEN or not word.isalpha():
        return own
    most = 2 if len(word) >= TWO_MISTAKES else 1
    for mistakes in range(1, most + 1):
        patterns = near_grams(word, mistakes)
        near = _near(await texts_with(session, record, patterns, MOST_DOCUMENTS), word, mistakes)
        if near:
            return [*own, *near[:MOST_SPELLINGS]]
    return own


def _near(texts: Sequence[str], word: str, mistakes: int) -> list[str]:
    """The words of texts that so many mistakes make of this one, in alphabetical order."""
    known = {each for text in texts for each in words_in(text)}
    return sorted(
        each for each in known if 0 < OSA.distance(word, each, score_cutoff=mistakes) <= mistakes
    )
