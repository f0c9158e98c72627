"""Names as words to compare: plain letters, initials together, abbreviations written out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from clientgraph import values

_INITIALS: Final = re.compile(r"\b(\w)\.(?=\w\b)")
_POSSESSIVE: Final = re.compile(r"['\u2019]s\b", re.IGNORECASE)
_UMLAUTS: Final = re.compile(r"([aou])e")
# Words that are left out or put in at will, in the languages of the service and their neighbours.
_FILLING: Final = frozenset(
    "and et en und y e of the le la les l de du des d der die das den van von het i un une".split()
)
_WRITTEN_OUT: Final = {
    "st": "saint",
    "ste": "sainte",
    "ets": "etablissements",
    "etabl": "etablissements",
    "cie": "compagnie",
    "co": "company",
    "corp": "corporation",
    "intl": "international",
    "int": "international",
    "internat": "international",
    "bros": "brothers",
    "gebr": "gebroeders",
    "assoc": "association",
    "asso": "association",
    "assn": "association",
    "dr": "docteur",
    "svcs": "services",
    "svc": "service",
    "serv": "services",
    "mgmt": "management",
    "mfg": "manufacturing",
    "tech": "technologies",
    "technology": "technologies",
    "dept": "department",
    "univ": "university",
    "natl": "national",
    "nat": "national",
    "grp": "group",
    "groupe": "group",
    "gruppe": "group",
    "groep": "group",
    "bvd": "boulevard",
    "bd": "boulevard",
    "av": "avenue",
    "ave": "avenue",
    "pl": "place",
    "rte": "route",
    "ch": "chemin",
    "str": "strasse",
    "organisation": "organization",
}


def words_of(text: str) -> list[str]:
    """The words of a name in Latin letters, without accents, case and punctuation.

    Initials are one word however they are written: ``S.A.``, ``S. A.`` and ``SA`` are ``sa``.
    """
    plain = text if text.isascii() else anyascii(_latin(text))
    spelled = _INITIALS.sub(lambda found: found[1], plain) if "." in plain else plain
    if "'" in spelled or "\u2019" in spelled:
        spelled = _POSSESSIVE.sub("s", spelled)
    return _together(values.folded(spelled).split())


def _latin(text: str) -> str:
    """Latin letters without their accents, so that ``ü`` is u; other scripts as they are."""
    return "".join(
        values.folded(letter) or " " if letter.isalpha() and letter < "\u0250" else letter
        for letter in text.casefold()
    )


def _together(words: Sequence[str]) -> list[str]:
    """Single letters in a row as one word."""
    if all(len(word) > 1 for word in words):
        return list(words)
    found: list[str] = []
    open_initials = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and open_initials:
            found[-1] += word
        else:
            found.append(word)
        open_initials = single
    return found


def telling(words: Sequence[str]) -> tuple[str, ...]:
    """The words that tell a name from others, written out; all where each is a filling one."""
    kept = [word for word in words if word not in _FILLING] or list(words)
    return tuple(map(_written_out, kept))


@lru_cache(maxsize=8_192)
def _written_out(word: str) -> str:
    """Without abbreviation, and ``ae`` as ``a``, as which ``ä`` is read."""
    return _UMLAUTS.sub(lambda found: found[1], _WRITTEN_OUT.get(word, word))
