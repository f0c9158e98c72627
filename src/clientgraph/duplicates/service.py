"""Who of some candidates is a client already, or among them twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from clientgraph.context import Context
from clientgraph.duplicates.blocks import Blocks
from clientgraph.duplicates.candidates import Candidate, Match
from clientgraph.duplicates.evidence import Verdict, compare, may_match
from clientgraph.duplicates.profiles import Profile, profile_of
from clientgraph.duplicates.stored import Stored, every_client
from clientgraph.turns import in_turns_of_threads

# Chosen by labelled pairs (decision 54).
DEFAULT: Final = 0.6
MOST_MATCHES: Final = 3
# Candidates that are made ready, or held against each other, in one go of a thread.
_AT_ONCE: Final = 200


async def find_duplicates(
    context: Context, candidates: Sequence[Candidate], *, threshold: float = DEFAULT
) -> dict[int, list[Match]]:
    """By position, the clients and other candidates that are probably the same: three at most.

    The best first; of two equal ones clients, then the candidate that comes first. The best client
    is always among them, and so is the best candidate. Two candidates that match are told with
    both. Clients of every status are read page by page, each in a session
    of its own; no session may be open. Those without a match are missing.
    """
    search = _Search(candidates, threshold)
    if not candidates:
        return {}
    for start in range(0, len(candidates), _AT_ONCE):
        await asyncio.to_thread(search.take, start, start + _AT_ONCE)
    async for stored in every_client(context):
        await asyncio.to_thread(search.hold_against, stored)
    return search.matches()


class _Search:
    """Candidates, and the best matches of each so far."""

    def __init__(self, candidates: Sequence[Candidate], threshold: float) -> None:
        self._candidates = candidates
        self._threshold = threshold
        self._profiles: list[Profile] = []
        self._blocks = Blocks()
        self._found: dict[int, list[Match]] = {}

    def take(self, start: int, end: int) -> None:
        """Compare some candidates with those before them, and make them known."""
        for place, candidate in in_turns_of_threads(enumerate(self._candidates[start:end], start)):
            profile = profile_of(candidate)
            for other, verdict in self._near(profile):
                self._note(place, verdict, self._profiles[other].title, other=other)
                self._note(other, verdict, profile.title, other=place)
            self._profiles.append(profile)
            self._blocks.add(place, profile)

    def hold_against(self, stored: Stored) -> None:
        """Compare some clients with the candidates that share a key with them."""
        for client_id, profile in in_turns_of_threads(stored.profiles()):
            for place, verdict in self._near(profile):
                self._note(place, verdict, profile.title, client_id=client_id)

    def matches(self) -> dict[int, list[Match]]:
        """What was found, by position."""
        return {self._candidates[place].position: found for place, found in self._found.items()}

    def _near(self, profile: Profile) -> Iterator[tuple[int, Verdict]]:
        own = self._blocks.own(profile)
        near = (each for each in self._blocks.near(profile) if each not in own)
        worth = (each for each in near if may_match(self._profiles[each], profile))
        for place in sorted([*own, *worth]):
            verdict = compare(self._profiles[place], profile)
            if verdict.score >= self._threshold and verdict.reasons:
                yield place, verdict

    def _note(
        self,
        place: int,
        verdict: Verdict,
        name: str,
        *,
        client_id: UUID | None = None,
        other: int | None = None,
    ) -> None:
        match = Match(
            position=self._candidates[place].position,
            client_id=client_id,
            other=None if other is None else self._candidates[other].position,
            score=verdict.score,
            reasons=verdict.reasons,
            name=name,
        )
        self._found[place] = _kept([*self._found.get(place, ()), match])


def _kept(found: Sequence[Match]) -> list[Match]:
    """The best ones, a client and a candidate among them where there are any."""
    ordered = sorted(found, key=_best_first)
    kept = ordered[:MOST_MATCHES]
    for is_client in (True, False):
        best = [each for each in ordered if (each.other is None) is is_client][:1]
        if best and best[0] not in kept:
            kept[-1] = best[0]
    return kept


def _best_first(match: Match) -> tuple[float, int, str]:
    # UUIDv7: the older client comes first.
    return -match.score, -1 if match.other is None else match.other, str(match.client_id)
