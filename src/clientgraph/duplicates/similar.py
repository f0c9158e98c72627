"""Clients that somebody who is typed in may be already; found by indexes, never by all clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from clientgraph import values
from clientgraph.clients.lists import listing
from clientgraph.clients.models import Client
from clientgraph.context import Context
from clientgraph.corrections import corrected
from clientgraph.duplicates.candidates import Candidate
from clientgraph.duplicates.evidence import Verdict, compare
from clientgraph.duplicates.forms import without_form
from clientgraph.duplicates.names import weight
from clientgraph.duplicates.profiles import profile_of
from clientgraph.duplicates.spelled import telling
from clientgraph.duplicates.stored import with_parts
from clientgraph.identifiers.kinds import Pair, derived, parsed
from clientgraph.lists import Search, unfit
from clientgraph.storage.conditions import Condition
from clientgraph.storage.pages import PageArguments, matching, page
from clientgraph.storage.rows import organisation_of
from clientgraph.storage.search import found

# From here on a client is told: whoever types in can tell better than a file who is the same.
LEAST: Final = 0.3
MOST: Final = 10
MOST_IDENTIFIERS: Final = 10
# Clients that are compared for what was looked for in an index.
_MOST_COMPARED: Final = 100
_MOST_WORDS: Final = 5
_SHORTEST_WORD: Final = 2
_FEWEST_LETTERS: Final = 5
_BY_IDENTIFIER: Final = (
    "SELECT client_id FROM (SELECT client_id FROM identifier"
    " WHERE organisation_id = ? AND value = ? AND kind = ? LIMIT ?) i"
)
_BY_EMAIL: Final = (
    "SELECT id FROM (SELECT id FROM client"
    " WHERE organisation_id = ? AND email_key = ? LIMIT ?) c UNION ALL"
    " SELECT client_id FROM (SELECT client_id FROM contact"
    " WHERE organisation_id = ? AND email_key = ? LIMIT ?) p"
)


@dataclass(frozen=True)
class Similar:
    """A client that may be the same, how probably, and why."""

    client: Client
    verdict: Verdict


async def similar_clients(
    context: Context, typed: Candidate, identifiers: Sequence[Pair], most: int
) -> list[Similar]:
    """Clients of every status that may be who was typed in, the most probable first.

    ``identifiers`` are typed, too; what cannot be read of them and of the phone says nothing.
    Raises `BadArgument` for a name that is too long.
    """
    name = typed.name or ""
    if len(name) > values.LONGEST_TEXT:
        size = {"length": len(name), "longest": values.LONGEST_TEXT}
        raise unfit(context, ("name",), "TOO_LONG", **size)
    numbers = await _stored(context, identifiers)
    wanted = replace(typed, identifiers=numbers, phone=_phone(typed))
    known = await _by_numbers(context, wanted)
    near = await _compared(context, wanted, [*known, *await _by_words(context, wanted, exact=True)])
    if not near:
        near = await _compared(context, wanted, await _by_words(context, wanted, exact=False))
    return near[:most]


async def _stored(context: Context, typed: Sequence[Pair]) -> dict[str, str]:
    """The stored forms of identifiers by kind, with those that follow from them."""
    read = await parsed(context.plugins, context.organisation_id, typed)
    given = {kind: value for (kind, _), value in read.items() if isinstance(value, str)}
    follows = await derived(context.plugins, context.organisation_id, given.items())
    return {**{key: each for more in follows.values() for key, each in more.items()}, **given}


def _phone(typed: Candidate) -> str | None:
    """E.164, where the number is one; without a country only what is written with its own."""
    try:
        return values.phone(typed.phone, typed.country or "ZZ") if typed.phone else None
    except values.ValueProblem:
        return None


async def _by_numbers(context: Context, wanted: Candidate) -> list[Client]:
    """Clients with one of the identifiers or the e-mail address."""
    own = organisation_of(context.session)
    parts = [_BY_IDENTIFIER] * len(wanted.identifiers)
    given: list[Any] = []
    for kind, value in wanted.identifiers.items():
        given += [own, value, kind, _MOST_COMPARED]
    if wanted.email and wanted.email.strip():
        parts.append(_BY_EMAIL)
        given += [own, values.email_key(wanted.email.strip()), _MOST_COMPARED] * 2
    if not parts:
        return []
    where = Condition(f"id IN ({' UNION ALL '.join(parts)})", tuple(given))
    return await matching(context.session, Client, where)


async def _by_words(context: Context, wanted: Candidate, *, exact: bool) -> list[Client]:
    """Clients that the search finds by the name or phone; or else by what may have been meant."""
    name, session = wanted.name or "", context.session
    words = _words(name)
    readings = [[[word] for word in reading] for reading in _readings(words, wanted)]
    search = Search(" ".join(words), found(session, "client", readings)) if readings else None
    if search is not None and not exact:
        meant = await corrected(session, "client", search)
        search = meant.search if meant else None
    # Of a name that many have a part of, only the whole is looked for.
    whole = {"name": {"eq": name}} if exact and search is None and words else None
    if search is None and whole is None:
        return []
    every = listing(session.dialect, whole or {}, search=search, include_inactive=True)
    return (await page(session, context.signer, every, PageArguments(first=_MOST_COMPARED))).rows


def _words(name: str) -> list[str]:
    """The words of a name that tell most, as the search has them."""
    left, _ = without_form(values.folded(name).split())
    long = [word for word in dict.fromkeys(left) if len(word) >= _SHORTEST_WORD]
    return sorted(long, key=lambda word: (not _tells(word), -len(word)))[:_MOST_WORDS]


def _tells(word: str) -> bool:
    return all(weight(each) == 1 for each in telling([word]))


def _readings(words: Sequence[str], wanted: Candidate) -> Iterator[list[str]]:
    """All words; all but one of them; one with the postal code; the phone.

    None of words that many names have: to rank all of those would take long.
    """
    tell = [word for word in words if _tells(word)]
    if tell:
        yield list(words)
    for fewer in combinations(words, len(words) - 1) if len(words) > 1 else ():
        if sum(len(word) for word in fewer if word in tell) >= _FEWEST_LETTERS:
            yield list(fewer)
    code = "".join(values.folded(wanted.postal_code or "").split())
    if code and len(words) > 2:
        yield from ([word, code] for word in tell)
    if wanted.phone:
        yield [wanted.phone.removeprefix("+")]


async def _compared(
    context: Context, wanted: Candidate, clients: Sequence[Client]
) -> list[Similar]:
    """Those of the clients that may be the same, the most probable first."""
    by_id: Mapping[UUID, Client] = {client.id: client for client in clients}
    stored = await with_parts(context.session, list(by_id.values()))
    own = profile_of(wanted)
    near = [
        Similar(by_id[client_id], compare(own, profile)) for client_id, profile in stored.profiles()
    ]
    told = [each for each in near if each.verdict.score >= LEAST and each.verdict.reasons]
    return sorted(told, key=lambda each: (-each.verdict.score, each.client.id))
