"""What VIES's words mean for a verification."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from clientgraph import (
    HttpClient,
    PluginContext,
    Unavailable,
    VerificationResult,
    VerificationStatus,
    VerificationSubject,
)
from clientgraph_vies.asking import SERVICE, Answer, ask
from clientgraph_vies.numbers import split

REQUESTER: Final = "requester_vat_number"
_DAY: Final = 86_400
_REQUESTER_REFUSED: Final = "INVALID_REQUESTER_INFO"
# Every other word says that there is no answer now: MS_UNAVAILABLE, TIMEOUT, too many requests…
_STATUSES: Final[Mapping[str, VerificationStatus]] = {
    "VALID": VerificationStatus.VALID,
    "INVALID": VerificationStatus.INVALID,
    "INVALID_INPUT": VerificationStatus.UNKNOWN,
}
# Whoever is blocked gains nothing by asking again soon.
_RESTS: Final = {"VAT_BLOCKED": _DAY, "IP_BLOCKED": _DAY}
_LONGEST_CODE: Final = 100


async def verify(
    context: PluginContext, subjects: Sequence[VerificationSubject]
) -> dict[UUID, VerificationResult]:
    """A result for each number, all asked at the same time."""
    client = context.http(SERVICE)
    own = context.settings.get(REQUESTER)
    requester = split(own) if own else None
    found = await asyncio.gather(*(_one(client, each.value, requester) for each in subjects))
    return {subject.id: result for subject, result in zip(subjects, found, strict=True)}


async def _one(
    client: HttpClient, value: str, requester: tuple[str, str] | None
) -> VerificationResult:
    number = split(value)
    try:
        answer = await ask(client, number, requester)
        refused = answer.word == _REQUESTER_REFUSED
        if refused:
            # The answer is worth having without its proof; the evidence says why there is none.
            answer = await ask(client, number, None)
    except Unavailable as error:
        return VerificationResult(
            status=VerificationStatus.PENDING, code="UNAVAILABLE", retry_after=error.retry_after
        )
    return VerificationResult(
        status=_STATUSES.get(answer.word, VerificationStatus.PENDING),
        code=answer.word[:_LONGEST_CODE],
        evidence=_evidence(number, answer, refused=refused),
        retry_after=_RESTS.get(answer.word),
    )


def _evidence(number: tuple[str, str], answer: Answer, *, refused: bool) -> dict[str, Any]:
    told = {
        "countryCode": number[0],
        "vatNumber": number[1],
        "requestDate": answer.date,
        "requestIdentifier": answer.consultation,
        "name": answer.name,
        "address": answer.address,
        "requesterRefused": refused or None,
    }
    return {name: value for name, value in told.items() if value is not None}
