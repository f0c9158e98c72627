"""What can be asked of registries of companies: a search, and one company by its number.

Both are asked while no session is open; only what plugins declare is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from functools import partial
from typing import Any, Final, Generic, TypeVar

from clientgraph import values
from clientgraph.clients.models import Client
from clientgraph.clients.service import clients_by_id
from clientgraph.context import Context
from clientgraph.contract.companies import (
    Company,
    CompanyCandidate,
    CompanyRegistry,
    FieldOrigin,
    NotFound,
    Protected,
)
from clientgraph.contract.identifiers import IdentifierError
from clientgraph.contract.outbound import Unavailable
from clientgraph.identifiers.kinds import derived, parsed
from clientgraph.identifiers.service import holders
from clientgraph.outbound.understanding import understanding
from clientgraph.registries.cleaning import candidates, client_draft
from clientgraph.requirements import FRENCH

TURN_SECONDS: Final = 8.0
LONGEST_QUERY: Final = 200
MOST_CANDIDATES: Final = 25
LONGEST_REST: Final = 86_400

Pair = tuple[str, str]
T = TypeVar("T")


class RegistryStatus(Enum):
    """How asking for a company ended."""

    FOUND = "FOUND"
    NOT_FOUND = "NOT_FOUND"
    INVALID = "INVALID"
    PROTECTED = "PROTECTED"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """How it ended, who answered and when, and what was found.

    ``registry`` is None where none was asked; ``retry_after`` are seconds; ``asked`` is the
    identifier that was looked up (kind, stored form).
    """

    status: RegistryStatus
    registry: CompanyRegistry | None = None
    retrieved_at: datetime | None = None
    found: T | None = None
    retry_after: int | None = None
    asked: Pair | None = None


async def search_companies(
    context: Context, query: str, country: str, limit: int
) -> Answer[list[dict[str, Any]]]:
    """Candidates of a country for a text, best first.

    A text that no registry could use is INVALID; a country without a registry is UNAVAILABLE.
    """
    try:
        text = values.text(query, LONGEST_QUERY)
    except values.ValueProblem:
        text = None
    if text is None:
        return Answer(status=RegistryStatus.INVALID)

    async def ask(registry: CompanyRegistry) -> list[dict[str, Any]]:
        search: Any = registry.search
        found: Sequence[CompanyCandidate] = await search(
            context.for_plugin(registry.source), text, _searched(registry, country), limit
        )
        if not (made := await candidates(context, registry.key, found)):
            raise NotFound
        return made

    able = [each for each in _asked(context) if _searched(each, country)]
    # A country's own registries know more of it than those of the whole world.
    able.sort(key=lambda registry: registry.countries is None)
    return await _in_turn(able, ask)


def _asked(context: Context) -> list[CompanyRegistry]:
    """Those of plugins that are active in the workspace."""
    return [each for each in context.plugins.registries if context.is_active(each.source)]


def _searched(registry: CompanyRegistry, country: str) -> str | None:
    """The country as the registry has it; None where it does not search there.

    Companies overseas are in the register of France (INSEE, Sirene).
    """
    if registry.search is None:
        return None
    if registry.countries is None or country in registry.countries:
        return country
    return "FR" if country in FRENCH and "FR" in registry.countries else None


@dataclass(frozen=True, kw_only=True)
class Found:
    """A company that was looked up: the draft of a client, and whether it still exists.

    ``origins`` say of each field of the draft that is there who says so, and of what day, by its
    path.
    """

    draft: Mapping[str, Any]
    is_active: bool
    origins: Mapping[tuple[str, ...], tuple[str, date]]


async def look_up(context: Context, kind_key: str, typed: str) -> Answer[Found]:
    """The company with this number, typed in any usual form.

    A number that its kind refuses is INVALID, and nobody is asked; a kind that nobody knows or
    looks up is UNAVAILABLE.
    """
    pair = kind_key, typed
    value = (await parsed(context.plugins, context.organisation_id, [pair])).get(pair)
    if isinstance(value, IdentifierError):
        return Answer(status=RegistryStatus.INVALID)
    if not isinstance(value, str):
        return Answer(status=RegistryStatus.UNAVAILABLE)
    asked = kind_key, value

    async def ask(registry: CompanyRegistry) -> Found:
        lookup: Any = registry.lookup
        company: Company = await lookup(context.for_plugin(registry.source), *asked)
        draft = await client_draft(context, registry.key, company, asked)
        origins = _origins(registry, company, draft, asked[0])
        return Found(draft=draft, is_active=company.is_active, origins=origins)

    able = [each for each in _asked(context) if each.lookup and kind_key in each.kinds]
    return replace(await _in_turn(able, ask), asked=asked)


def _origins(
    registry: CompanyRegistry, company: Company, draft: Mapping[str, Any], asked: str
) -> dict[tuple[str, ...], tuple[str, date]]:
    """Where each field that is there comes from: as the registry says, else from it, today.

    A number that was ``asked`` for, of a kind that the registry names none of, comes from the
    caller alone: the identifiers beside it are told one by one then.
    """
    today = datetime.now(UTC).date()
    usual = FieldOrigin(source=registry.attribution)
    told: dict[tuple[str, ...], FieldOrigin] = {
        (name,): company.origins.get(name, usual) for name, value in draft.items() if value
    }
    kinds = list(draft["identifiers"])
    if asked in kinds and asked not in company.identifiers:
        named = told.pop(("identifiers",))
        places = (str(place) for place, kind in enumerate(kinds) if kind != asked)
        told |= {("identifiers", place): named for place in places}
    return {path: (each.source, each.date or today) for path, each in told.items()}


async def _in_turn(
    registries: Sequence[CompanyRegistry], ask: Callable[[CompanyRegistry], Awaitable[T]]
) -> Answer[T]:
    """The answer of the first registry that has one, whatever it is.

    Where none has, the answer is that of the one that says when to ask again, else of the last.
    """
    answer: Answer[T] = Answer(status=RegistryStatus.UNAVAILABLE)
    try:
        async with asyncio.timeout(TURN_SECONDS):
            for registry in registries:
                answer = _sooner(answer, await _one(registry, ask))
                if answer.status is not RegistryStatus.UNAVAILABLE:
                    break
    except TimeoutError:
        pass
    return answer


def _sooner(one: Answer[T], other: Answer[T]) -> Answer[T]:
    if other.status is RegistryStatus.UNAVAILABLE and one.retry_after is not None:
        rests = one.retry_after, other.retry_after
        return one if rests[1] is None or rests[0] <= rests[1] else other
    return other


async def _one(
    registry: CompanyRegistry, ask: Callable[[CompanyRegistry], Awaitable[T]]
) -> Answer[T]:
    made: Callable[..., Answer[T]] = partial(
        Answer, registry=registry, retrieved_at=datetime.now(UTC)
    )
    try:
        with understanding(Unavailable):
            found = await ask(registry)
    except NotFound:
        return made(status=RegistryStatus.NOT_FOUND)
    except Protected:
        return made(status=RegistryStatus.PROTECTED)
    except Unavailable as error:
        return made(status=RegistryStatus.UNAVAILABLE, retry_after=_seconds(error.retry_after))
    return made(status=RegistryStatus.FOUND, found=found)


def _seconds(given: Any) -> int | None:
    """What a registry says it wants to rest, a day at most; None for what cannot be meant."""
    return min(given, LONGEST_REST) if isinstance(given, int) and given >= 0 else None


async def clients_known_by(
    context: Context, wanted: Sequence[tuple[Pair, ...]]
) -> dict[tuple[Pair, ...], Client]:
    """For each company's identifiers (kind, stored form), the client that has one of them.

    The first that anyone has counts, then what follows from them; absent where nobody has any.
    """
    stored = {pair for pairs in wanted for pair in pairs}
    follows = await derived(context.plugins, context.organisation_id, stored)
    full = {
        pairs: [*pairs, *(each for pair in pairs for each in follows[pair].items())]
        for pairs in wanted
    }
    held = await holders(context, sorted({pair for pairs in full.values() for pair in pairs}))
    found = await clients_by_id(context, sorted(set(held.values())))
    known = (
        (given, [held[pair] for pair in pairs if pair in held]) for given, pairs in full.items()
    )
    return {given: found[ids[0]] for given, ids in known if ids}
