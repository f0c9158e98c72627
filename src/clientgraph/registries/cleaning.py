"""From what a registry answers to what a new client is made of: nothing that would be refused.

A registry's bad e-mail address or number is left out. What was left out is logged by the names of
the fields.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import islice
from typing import Any, Final

from clientgraph import values
from clientgraph.addresses.service import AddressKind, check_address
from clientgraph.clients.fields import ClientKind, check_fields
from clientgraph.context import Context
from clientgraph.contract.companies import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    town_only,
)
from clientgraph.contract.outbound import Unavailable
from clientgraph.drafts import Checked, is_blank
from clientgraph.identifiers.kinds import Pair, derived, parsed
from clientgraph.identifiers.service import MOST

log = logging.getLogger(__name__)

OWN: Final = (
    "name", "trading_name", "kind", "country", "activity_code", "website", "email", "phone",
)  # fmt: skip
PLACE: Final = (
    "label", "line1", "line2", "street_number", "box", "postal_code", "city", "region", "country",
)  # fmt: skip
MOST_ADDRESSES: Final = 20

# What a registry wrote → its stored form, and what follows from that.
Numbers = Mapping[Pair, tuple[str, Mapping[str, str]]]


async def client_draft(
    context: Context, registry: str, company: Company, asked: Pair
) -> dict[str, Any]:
    """A company as the draft of a new client; every value in its stored form.

    ``asked`` is the identifier that it was found by; it counts where the registry names none of
    that kind. Raises `Unavailable` for a company with another one: the answer is to another
    question.
    """
    company = _without_home(company)
    given = {name: getattr(company, name) for name in OWN}
    if given["kind"] not in ClientKind.__members__:
        given["kind"] = None
    checked = check_fields({k: v for k, v in given.items() if not is_blank(v)}, company.country)
    draft: dict[str, Any] = {name: _sound(checked, name) for name in OWN}
    numbers = {**company.identifiers, asked[0]: company.identifiers.get(*asked)}
    read = await _read(context, _written(numbers))
    known = _known_identifiers(read, registry, numbers)
    if not _have(read, known, asked):
        raise _unusable(registry, f"the answer has another {asked[0]} than was asked for")
    draft["identifiers"] = _essential(read, known)
    draft["addresses"] = _addresses(company, registry)
    _note(registry, [error.path[0] for error in checked.errors])
    return draft


def _without_home(company: Company) -> Company:
    """Of a natural person no more than the town: where the business is, is often the home."""
    if company.kind != ClientKind.INDIVIDUAL.name:
        return company
    towns = town_only(company.addresses)
    return replace(company, website=None, email=None, phone=None, addresses=towns)


def _sound(checked: Checked, name: str) -> Any:
    return None if checked.complains_about(name) else checked.values.get(name)


def _addresses(company: Company, registry: str) -> list[dict[str, Any]]:
    """The addresses that can be stored, with places that the first one is the main one of."""
    found: list[dict[str, Any]] = []
    for given in company.addresses[:MOST_ADDRESSES]:
        made = _address(given, company.country, registry)
        if made is not None:
            made["kind"] = (AddressKind.OTHER if found else AddressKind.MAIN).value
            found.append(made)
    return found


def _address(given: CompanyAddress, country: str, registry: str) -> dict[str, Any] | None:
    """An address without what its country refuses; None when no place is left."""
    draft = asdict(given)
    while True:
        checked = check_address(draft, country)
        bad = {error.path[0] for error in checked.errors}
        if not bad:
            return {name: checked.values.get(name) for name in PLACE}
        _note(registry, [f"addresses.{name}" for name in sorted(bad)])
        if all(draft.get(name) is None for name in bad):
            return None
        draft |= dict.fromkeys(bad)


def _written(given: Mapping[str, str]) -> list[Pair]:
    """The identifiers of a company that are looked at."""
    return list(islice(given.items(), MOST))


async def _read(context: Context, written: Iterable[Pair]) -> Numbers:
    """The identifiers that their kinds accept; those in stored form among them."""
    plugins, organisation_id = context.plugins, context.organisation_id
    found = await parsed(plugins, organisation_id, written)
    values = {pair: value for pair, value in found.items() if isinstance(value, str)}
    values |= {(key, value): value for (key, _), value in values.items()}
    follows = await derived(plugins, organisation_id, {(key, v) for (key, _), v in values.items()})
    return {(key, text): (v, follows[key, v]) for (key, text), v in values.items()}


def _known_identifiers(read: Numbers, registry: str, given: Mapping[str, str]) -> dict[str, str]:
    """The identifiers that their kinds accept, in stored form; none that contradicts an earlier."""
    found: dict[str, str] = {}
    follows: dict[str, str] = {}
    bad = []
    for key, text in _written(given):
        value, further = read.get((key, text), (None, {}))
        said = {**follows, **found}
        agrees = all(said.get(k, v) == v for k, v in {**further, key: value}.items())
        if value is None or not agrees:
            bad.append(f"identifiers.{key}")
            continue
        found[key] = value
        follows |= further
    _note(registry, bad)
    return found


def _have(read: Numbers, found: Mapping[str, str], asked: Pair) -> bool:
    """Whether the number that was asked for is one of these, or follows from one."""
    kind, value = asked
    return value in (found.get(kind), *(read[pair][1].get(kind) for pair in found.items()))


def _essential(read: Numbers, found: Mapping[str, str]) -> dict[str, str]:
    """The identifiers without those that follow from another: a new client gets these anyway.

    What is given counts as the client's own, what follows may be shared: establishments of one
    company have its number in common.
    """
    kept: dict[str, str] = {}
    for key, value in found.items():
        if any(key in read[pair][1] for pair in kept.items()):
            continue
        _, further = read[key, value]
        kept = {other: own for other, own in kept.items() if other not in further}
        kept[key] = value
    return kept


async def candidates(
    context: Context, registry: str, given: Sequence[CompanyCandidate]
) -> list[dict[str, Any]]:
    """Candidates as they are shown, without those that could not be looked up again.

    Raises `Unavailable` where none is left of some.
    """
    read = await _read(context, (pair for each in given for pair in _written(each.identifiers)))
    made = [shown for each in given if (shown := _candidate(read, registry, each))]
    if given and not made:
        raise _unusable(registry, "no candidate has a number")
    return made


def _candidate(read: Numbers, registry: str, given: CompanyCandidate) -> dict[str, Any] | None:
    identifiers = _known_identifiers(read, registry, given.identifiers)
    if not identifiers:
        return None
    is_person = given.kind == ClientKind.INDIVIDUAL.name
    return {
        "name": values.text(given.name),
        "identifiers": identifiers,
        "address": None if is_person else _shown(given.address),
        "postal_code": None if is_person else _shown(given.postal_code),
        "city": _shown(given.city),
        "is_active": given.is_active,
    }


def _shown(text: str | None) -> str | None:
    """A text for people; None where it is none."""
    try:
        return None if text is None else values.text(text)
    except values.ValueProblem:
        return None


def _unusable(registry: str, reason: str) -> Unavailable:
    log.warning("a registry is not available", extra={"plugin": registry, "reason": reason})
    return Unavailable(reason)


def _note(registry: str, bad: list[str]) -> None:
    if bad:
        reason = f"left out: {', '.join(bad)}"[:300]
        log.warning(
            "a registry answered values that cannot be used",
            extra={"plugin": registry, "reason": reason},
        )
