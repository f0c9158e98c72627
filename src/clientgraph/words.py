"""Texts as searches see them: words without accents, case and punctuation, and their grams.

A *gram* is a short piece of a word: its first letter (``^p``), its first two (``^pa``), its last
two (``is$``) and every three in a row (``par``, ``ari``, ``ris``). A text that holds a word holds
all grams of that word, so that an index of grams finds it, in the middle of other words too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final
from uuid import UUID

import phonenumbers

from clientgraph import values

# From this length on a word is found anywhere in another; a shorter one at its beginning.
SHORTEST_INSIDE: Final = 3
# Words as long as this may be typed with one mistake, or with two; longer ones are hardly words.
ONE_MISTAKE: Final = 4
TWO_MISTAKES: Final = 8
LONGEST_MISTAKEN: Final = 24
_BITS: Final = 31
_BETWEEN: Final = re.compile(r"[^a-z0-9\s]+")


def spellings(text: str) -> list[str]:
    """The ways to read a text as words: punctuation as blanks, then as nothing.

    ``S.A.R.L. L'Oréal`` is ``s a r l l oreal`` and ``sarl loreal``. None where no letter or digit
    is in it.
    """
    apart = values.folded(text)
    if text.isascii():
        joined = " ".join(_BETWEEN.sub("", text.lower()).split())
    else:
        parts = ("".join(values.folded(part).split()) for part in text.split())
        joined = " ".join(filter(None, parts))
    return list(dict.fromkeys(filter(None, (apart, joined))))


def readings(search: str) -> list[list[str]]:
    """What a search may mean: the words of each spelling, or all of it as one word.

    Of numbers people know the digits, and put blanks where they like.
    """
    found = [spelling.split() for spelling in spellings(search)]
    together = ["".join(found[0])] if found else []
    return found if not together or together in found else [*found, together]


def entries(texts: Iterable[str | None]) -> list[str]:
    """What a document keeps of some texts: the spellings of each, once."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(spellings(text or "")))
    return list(found)


@lru_cache(1024)
def phone_forms(number: str) -> tuple[str, ...]:
    """An E.164 number as people type it: as it is, and as in its country with blanks or without.

    What only looks like one is as it is.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return (number,)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return number, national, "".join(filter(str.isalnum, national))


def document(kept: Sequence[str]) -> str:
    """Entries as one text in which ``"\\n x "`` begins an entry with x, and ``" x"`` a word."""
    return "\n" + "".join(f" {entry} \n" for entry in kept)


def words_in(document_text: str) -> set[str]:
    """The different words of a document's text."""
    return set(document_text.split())


def grams_of(words: Iterable[str]) -> set[str]:
    """All grams of some words."""
    found: set[str] = set()
    for word in words:
        found |= _inside(word)
        found |= _beginning(word)
        found |= _end(word)
    return found


def grams_wanted(word: str) -> set[str]:
    """The grams of every text in which a search for the word finds something."""
    return _inside(word) if len(word) >= SHORTEST_INSIDE else {f"^{word}"}


def near_grams(word: str, mistakes: int) -> list[set[str]]:
    """Sets of grams, one of which has every word that so many mistakes (1, 2) make of this one.

    A mistake is a letter too many, too few, another one, or two that changed places. One mistake
    leaves what is before and behind it; of three parts, two mistakes leave one.
    """
    length = len(word)
    if mistakes == 1:
        swapped = [
            word[:i] + word[i + 1] + word[i] + word[i + 2 :]
            for i in range(length - 1)
            if word[i] != word[i + 1]
        ]
        patterns = [_around(word[:i], word[i + 1 :]) for i in range(length)]
        patterns += [grams_of([each]) for each in swapped]
    else:
        third = length // 3
        first, last = word[:third], word[-third - 1 :]
        middle = word[third : length - third]
        patterns = [_beginning(first) | _inside(first), _inside(middle), _inside(last) | _end(last)]
    return [pattern for pattern in patterns if pattern]


def _around(before: str, behind: str) -> set[str]:
    return _beginning(before) | _inside(before) | _inside(behind) | _end(behind)


def _beginning(word: str) -> set[str]:
    return {f"^{word[:1]}", f"^{word[:2]}"} if word else set()


def _inside(word: str) -> set[str]:
    return {word[i : i + 3] for i in range(len(word) - 2)}


def _end(word: str) -> set[str]:
    return {f"{word[-2:]}$"} if len(word) >= 2 else set()


def numbers(organisation_id: UUID, grams: Iterable[str]) -> list[int]:
    """Grams as an index keeps them: numbers of 31 bits that are the workspace's own.

    The same letters are another number in another workspace, so that what is looked for in one
    meets nothing of the others. Two grams may share a number: hits are checked by their text.
    """
    key = organisation_id.bytes
    return sorted({_number(key, gram) for gram in grams})


def numbers_of(organisation_id: UUID, words: Iterable[str]) -> list[int]:
    """The numbers of all grams of some words."""
    key = organisation_id.bytes
    return sorted(set().union(*[_numbers_of(key, word) for word in words]))


# Most words are in several documents: of a client and its contacts, or of a whole sheet.
@lru_cache(maxsize=4096)
def _numbers_of(key: bytes, word: str) -> frozenset[int]:
    return frozenset([_number(key, gram) for gram in grams_of([word])])


@lru_cache(maxsize=65_536)
def _number(key: bytes, gram: str) -> int:
    digest = hashlib.blake2b(gram.encode(), digest_size=4, key=key).digest()
    return int.from_bytes(digest, "big") >> (32 - _BITS)
