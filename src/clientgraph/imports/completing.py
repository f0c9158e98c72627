"""What records of a sheet lack, and registries know of the companies by their numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from clientgraph.columns.drafting import SheetRecord
from clientgraph.context import Context
from clientgraph.drafts import is_blank
from clientgraph.registries.service import Answer, Found, RegistryStatus, look_up

AT_ONCE: Final = 4
# Longer rests of a registry are not waited for: the record goes on as it is.
LONGEST_REST: Final = 20
ATTEMPTS: Final = 3
_LISTED: Final = ("identifiers", "addresses")


async def completed_by_registries(
    context: Context, records: Sequence[SheetRecord]
) -> list[dict[str, Any]]:
    """For each record the fields that it lacks, as far as a registry has them.

    A few are asked for at a time; each registry keeps to its own rate besides, and where one asks
    for a rest, it gets it.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(record: SheetRecord) -> dict[str, Any]:
        async with turns:
            return await _completed(context, record.draft)

    return list(await asyncio.gather(*map(ask, records)))


async def _completed(context: Context, draft: Mapping[str, Any]) -> dict[str, Any]:
    known = {kind for each in context.plugins.registries if each.lookup for kind in each.kinds}
    for given in draft.get("identifiers") or ():
        if given["kind"] in known:
            answer = await _patiently(context, given["kind"], given["value"])
            if answer.status is RegistryStatus.FOUND and answer.found is not None:
                return _lacking(draft, answer.found.draft)
    return {}


async def _patiently(context: Context, kind: str, value: str) -> Answer[Found]:
    answer = await look_up(context, kind, value)
    for _ in range(ATTEMPTS - 1):
        rest = answer.retry_after
        if answer.status is not RegistryStatus.UNAVAILABLE or rest is None or rest > LONGEST_REST:
            break
        await asyncio.sleep(rest)
        answer = await look_up(context, kind, value)
    return answer


def _lacking(draft: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What of a registry's draft a record does not say itself."""
    made = {
        name: value
        for name, value in found.items()
        if name not in _LISTED and not is_blank(value) and is_blank(draft.get(name))
    }
    if found["addresses"] and not draft.get("addresses"):
        made["addresses"] = [
            {name: value for name, value in each.items() if value is not None}
            for each in found["addresses"]
        ]
    numbers: Mapping[str, str] = found["identifiers"]
    kinds = {each["kind"] for each in draft.get("identifiers") or ()}
    made["identifiers"] = [
        {"kind": kind, "value": value} for kind, value in numbers.items() if kind not in kinds
    ]
    return made


def laid_under(draft: Mapping[str, Any], completed: Mapping[str, Any]) -> dict[str, Any]:
    """A record's draft with what was added to it."""
    identifiers = [*(draft.get("identifiers") or ()), *completed.get("identifiers", ())]
    made = {**completed, **draft}
    return {**made, "identifiers": identifiers} if identifiers else made
