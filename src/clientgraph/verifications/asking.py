"""Asks verifiers: in time, and believing nothing they answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.contract.outbound import Unavailable
from clientgraph.contract.records import PluginContext
from clientgraph.contract.verifications import (
    VerificationResult,
    VerificationStatus,
    VerificationSubject,
    Verifier,
)
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.plugins import Plugins

log = logging.getLogger(__name__)

ASK_SECONDS: Final = 20.0
LONGEST_CODE: Final = 100
LARGEST_EVIDENCE: Final = 20_000
_NO_ANSWER: Final = VerificationResult(status=VerificationStatus.PENDING, code="NO_ANSWER")
_GARBAGE: Final = VerificationResult(status=VerificationStatus.PENDING, code="GARBAGE")
_ANSWERS: Final = frozenset(VerificationStatus) - {VerificationStatus.STALE}


async def ask(
    plugins: Plugins,
    verifier: Verifier,
    context: PluginContext,
    subjects: Sequence[VerificationSubject],
) -> dict[UUID, VerificationResult]:
    """A result for each subject: whatever is no answer is PENDING."""
    if not subjects:
        return {}
    found: Mapping[UUID, VerificationResult | RefusedResult] = {}
    hook = f"verifiers {verifier.key}"
    caller = plugins.infos[verifier.source].caller
    try:
        found = await plugins.call(
            verifier.source,
            verifier.verify,
            context,
            list(subjects),
            hook=hook,
            seconds=ASK_SECONDS,
            check=_judged,
            honest=(Unavailable,),
        )
    except Unavailable as error:
        failure = caller.remember(hook, error, context.organisation_id)
        log.warning(
            "a verifier is not available",
            extra={"plugin": caller.plugin, "hook": hook, "reason": failure.message},
        )
        rest = VerificationResult(
            status=VerificationStatus.PENDING, code="UNAVAILABLE", retry_after=error.retry_after
        )
        return {subject.id: rest for subject in subjects}
    except PluginFailed as error:
        # The plugin's failures say more; these are asked again after the usual pause.
        log.warning("a verifier failed", extra={"plugin": error.plugin})
    for result in found.values():
        if isinstance(result, RefusedResult):
            caller.note(hook, result.reason, context.organisation_id)
    return {subject.id: _usable(found.get(subject.id)) for subject in subjects}


def _usable(result: VerificationResult | RefusedResult | None) -> VerificationResult:
    if result is None:
        return _NO_ANSWER
    return _GARBAGE if isinstance(result, RefusedResult) else result


@dataclass(frozen=True)
class RefusedResult:
    """A result that is not what was promised, and why."""

    reason: Exception


def _judged(answer: Any) -> Mapping[UUID, VerificationResult | RefusedResult]:
    """What a verifier answered, each result by itself: a bad one takes nothing from the others.

    Raises where it is no mapping of results at all.
    """
    if not isinstance(answer, Mapping):
        raise TypeError(f"{type(answer).__name__} is not a mapping of results")
    return {key: _result(result) for key, result in answer.items()}


def _result(result: Any) -> VerificationResult | RefusedResult:
    try:
        _check(result)
    except Exception as error:  # noqa: BLE001 - the evidence may be of a stranger's class
        return RefusedResult(error)
    checked: VerificationResult = result
    return checked


def _check(result: Any) -> None:
    if not isinstance(result, VerificationResult):
        raise TypeError(f"{type(result).__name__} is not a VerificationResult")
    if result.status not in _ANSWERS:
        raise ValueError(f"a verifier cannot answer {result.status!r:.40}")
    if not isinstance(result.code, str) or len(result.code) > LONGEST_CODE:
        raise ValueError("VerificationResult.code must be a short text")
    rest = result.retry_after
    if rest is not None and (not isinstance(rest, int) or rest < 0):
        raise ValueError("VerificationResult.retry_after must be whole seconds")
    if not isinstance(result.evidence, Mapping):
        raise TypeError("VerificationResult.evidence must be a mapping")
    if len(orjson.dumps(dict(result.evidence))) > LARGEST_EVIDENCE:
        raise ValueError("VerificationResult.evidence is too long")
