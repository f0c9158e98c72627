"""Which candidates are worth comparing with a profile: those that share a rare key with it.

A key stands for a number, a mailbox, a whole name, a word of a name with at most one letter left
out, two words, or a word and a place. What many candidates share tells nothing of any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest
from itertools import combinations
from typing import Final

from clientgraph.duplicates.names import Name, acronym
from clientgraph.duplicates.profiles import Profile

# Of candidates that share a key that is theirs alone as a rule, so many are known by it.
_MOST_SHARED: Final = 20
# A key weighs one part of those who share it, and keys that weigh less together tell nothing.
_LEAST_SHARED: Final = 0.25
# With so many a profile is compared.
MOST_COMPARED: Final = 10
# All candidates that share such a key are compared: identifiers, external references.
_EXACT: Final = ("i:", "r:")
_SHORTEST_MISTYPED: Final = 5
_LONGEST_MISTYPED: Final = 14
_MOST_MISTYPED: Final = 2
_MOST_PAIRED: Final = 4


class Blocks:
    """Candidates by their keys; a candidate is known by its place among them."""

    def __init__(self) -> None:
        self._own: dict[str, list[int]] = {}
        # By the hashes of the keys, which are many: two that share one are compared in vain.
        self._shared: dict[int, int | tuple[int, ...]] = {}

    def add(self, place: int, profile: Profile) -> None:
        """Let a candidate be found by its keys."""
        for key in set(own_keys(profile)):
            self._own.setdefault(key, []).append(place)
        shared = self._shared
        for number in set(map(hash, shared_keys(profile))):
            known = shared.get(number)
            if known is None:
                shared[number] = place
            elif isinstance(known, int):
                shared[number] = (known, place)
            elif len(known) < _MOST_SHARED:
                shared[number] = (*known, place)

    def own(self, profile: Profile) -> set[int]:
        """The places of candidates that share what is one's own as a rule."""
        found: set[int] = set()
        for key in set(own_keys(profile)):
            known = self._own.get(key)
            if known is not None:
                found.update(known if key.startswith(_EXACT) else known[:_MOST_SHARED])
        return found

    def near(self, profile: Profile) -> list[int]:
        """The places of candidates that share what some others have, too: the likeliest ones."""
        weights: dict[int, float] = {}
        find = self._shared.get
        for number in set(map(hash, shared_keys(profile))):
            places = find(number)
            if places is None:
                continue
            if isinstance(places, int):
                weights[places] = weights.get(places, 0.0) + 1
            elif len(places) < _MOST_SHARED:
                part = 1 / len(places)
                for place in places:
                    weights[place] = weights.get(place, 0.0) + part
        likely = [place for place in weights if weights[place] >= _LEAST_SHARED]
        if len(likely) <= MOST_COMPARED:
            return likely
        return nsmallest(MOST_COMPARED, likely, key=lambda each: (-weights[each], each))


def own_keys(profile: Profile) -> Iterator[str]:
    """Keys that hardly two clients share."""
    yield from (f"i:{kind}:{value}" for kind, value in profile.identifiers.items())
    yield from (f"e:{email}" for email in profile.emails)
    yield from (f"p:{phone}" for phone in profile.phones)
    for kind, value in (("b", profile.iban), ("w", profile.website), ("r", profile.reference)):
        if value:
            yield f"{kind}:{value}"
    postal_codes = {place.postal_code for place in profile.places}
    for name in profile.names:
        yield f"n:{name.ordered}"
        yield from (f"n:{name.ordered}:{code}" for code in postal_codes if code)


def shared_keys(profile: Profile) -> Iterator[str]:
    """Keys that some clients share."""
    for place in profile.places:
        for number in place.numbers:
            yield f"{place.postal_code}#{number}"
    for name in profile.names:
        yield from name.words
        yield f"={name.together}"
        if len(name.words) >= 3:
            yield f"={acronym(name)}"
        yield from map("+".join, combinations(sorted(name.words)[:_MOST_PAIRED], 2))
        yield from _mistyped(name)
        for place in profile.places:
            for word in name.words:
                yield f"{word}@{place.postal_code or place.city}"


def _mistyped(name: Name) -> Iterator[str]:
    """Its longest words, with each letter left out once: of two that differ in one, one is same."""
    long = [w for w in name.words if _SHORTEST_MISTYPED <= len(w) <= _LONGEST_MISTYPED]
    for word in sorted(long, key=len, reverse=True)[:_MOST_MISTYPED]:
        yield f"~{word}"
        yield from (f"~{word[:at]}{word[at + 1 :]}" for at in range(len(word)))
