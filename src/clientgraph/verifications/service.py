"""What can be done with verifications: they are started, answered, put off, and never changed.

Whoever starts one waits for nobody: the row is there at once, and who asks comes by later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.clients.service import clients_by_id, lock_client
from clientgraph.context import Context
from clientgraph.contract.verifications import (
    VerificationResult,
    VerificationStatus,
    VerificationSubject,
    Verifier,
)
from clientgraph.errors import UserError, UserErrors
from clientgraph.identifiers.models import Identifier
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.storage.rows import delete, insert_many, lock_all, rows, update
from clientgraph.verifications import queue
from clientgraph.verifications.models import Verification

SHORTEST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=6)
LONGEST_REST: Final = timedelta(days=7)

Subject = tuple[str, str, str]


async def start_verifications(
    context: Context, client_id: UUID, verifier_key: str | None, kind: str | None
) -> list[Verification]:
    """Have a client's identifiers be verified, those of a kind or by one verifier where named.

    What is being asked already is not asked twice: it is only asked at once. Earlier answers
    count until there is a new one.
    """
    client = await _locked(context, client_id)
    _check_known(context, verifier_key, kind)
    held = (await identifiers_by_client(context, [client.id]))[client.id]
    pairs = [
        (verifier, identifier)
        for verifier in verifiers_of(context)
        for identifier in held
        if verifier_key in (None, verifier.key)
        and kind in (None, identifier.kind)
        and identifier.kind in verifier.kinds
    ]
    if not pairs:
        raise UserErrors([UserError(("client_id",), "NOTHING_TO_VERIFY")])
    return await _started(context, client.id, pairs)


def verifiers_of(context: Context) -> list[Verifier]:
    """Those who verify identifiers for the caller's workspace."""
    return [each for each in context.plugins.verifiers if context.is_active(each.source)]


async def _locked(context: Context, client_id: UUID) -> Any:
    try:
        return await lock_client(context, client_id)
    except UserErrors as missing:
        raise UserErrors([UserError(("client_id",), "NOT_FOUND")]) from missing


def _check_known(context: Context, verifier_key: str | None, kind: str | None) -> None:
    mistakes = []
    known = {verifier.key for verifier in verifiers_of(context)}
    if verifier_key is not None and verifier_key not in known:
        mistakes.append(UserError(("verifier",), "UNKNOWN_VERIFIER"))
    if kind is not None and context.plugins.identifier_kind(kind) is None:
        params = {"kind": kind[:40]}
        mistakes.append(UserError(("identifier_kind",), "UNKNOWN_IDENTIFIER_KIND", params))
    if mistakes:
        raise UserErrors(mistakes)


async def _started(
    context: Context, client_id: UUID, pairs: Sequence[tuple[Verifier, Identifier]]
) -> list[Verification]:
    """A verification under way for each pair, in their order: one that is, or a new one."""
    now = datetime.now(UTC)
    query = rows(context.session, Verification).filter(client_id=client_id, result=None)
    under_way = {_subject(row): row for row in await query}
    new = [
        {
            "client_id": client_id,
            "identifier_kind": identifier.kind,
            "identifier_value": identifier.value,
            "verifier": verifier.key,
            "attribution": verifier.attribution,
            "next_try_at": now,
        }
        for verifier, identifier in pairs
        if (verifier.key, identifier.kind, identifier.value) not in under_way
    ]
    made = {_subject(row): row for row in await insert_many(context.session, Verification, new)}
    for row in made.values():
        context.changed("CREATED", "Verification", row, client_id=client_id)
    wanted = [(verifier.key, each.kind, each.value) for verifier, each in pairs]
    waiting = [under_way[subject] for subject in wanted if subject in under_way]
    for row in waiting:
        await update(context.session, row, {"next_try_at": now})
        context.changed("UPDATED", "Verification", row, client_id=client_id)
    found = [made.get(subject) or under_way[subject] for subject in wanted]
    await queue.enqueue(context.session, {row.id: row.verifier for row in found}, now)
    return found


def _subject(row: Verification) -> Subject:
    return row.verifier, row.identifier_kind, row.identifier_value


async def subjects(context: Context, ids: Sequence[UUID]) -> list[VerificationSubject]:
    """What is to be asked: of these verifications, those whose identifier is still there."""
    found = await rows(context.session, Verification).filter(id__in=list(ids), result=None)
    client_ids = sorted({row.client_id for row in found})
    clients = await clients_by_id(context, client_ids)
    held = await identifiers_by_client(context, client_ids)
    return [
        VerificationSubject(
            id=row.id,
            kind=row.identifier_kind,
            value=row.identifier_value,
            name=clients[row.client_id].name,
            country=clients[row.client_id].country,
        )
        for row in found
        if is_held(row, held[row.client_id])
    ]


def is_held(row: Verification, identifiers: Iterable[Identifier]) -> bool:
    """Whether the client still has the identifier that a verification is about."""
    wanted = (row.identifier_kind, row.identifier_value)
    return any((each.kind, each.value) == wanted for each in identifiers)


async def settle(
    context: Context,
    verifier: Verifier,
    claim: UUID,
    ids: Sequence[UUID],
    results: Mapping[UUID, VerificationResult],
) -> None:
    """Write down what a verifier answered; what it has no result for was not asked and goes.

    What somebody else has taken meanwhile is left to them.
    """
    found = {row.id: row for row in await lock_all(context.session, Verification, ids)}
    for each in ids:
        if each not in found:
            await queue.finish(context.session, claim, each)
    for row in found.values():
        result = results.get(row.id)
        if result is None:
            await _drop(context, claim, row)
        elif result.status is VerificationStatus.PENDING:
            await _put_off(context, claim, row, result)
        else:
            await _answer(context, verifier, claim, row, result)


async def _drop(context: Context, claim: UUID, row: Verification) -> None:
    """Nothing is known of it, and what it asks of is gone: nothing is worth keeping."""
    if await queue.finish(context.session, claim, row.id):
        await delete(context.session, Verification, [row.id])
        context.changed("DELETED", "Verification", row, client_id=row.client_id)


async def _put_off(
    context: Context, claim: UUID, row: Verification, result: VerificationResult
) -> None:
    pause = _pause(row.attempts, result.retry_after)
    again = datetime.now(UTC) + pause
    if await queue.postpone(context.session, claim, row.id, again):
        told = {"code": result.code, "evidence": _json(result.evidence)}
        change = {**told, "attempts": row.attempts + 1, "next_try_at": again}
        await update(context.session, row, change)
        context.changed("UPDATED", "Verification", row, client_id=row.client_id)


def _pause(attempts: int, retry_after: int | None) -> timedelta:
    """How long to wait: what the verifier asks for, or else twice as long each time."""
    if retry_after is not None:
        return min(timedelta(seconds=max(retry_after, 1)), LONGEST_REST)
    return min(SHORTEST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)


async def _answer(
    context: Context,
    verifier: Verifier,
    claim: UUID,
    row: Verification,
    result: VerificationResult,
) -> None:
    session = context.session
    if not await queue.finish(session, claim, row.id):
        return
    now = datetime.now(UTC)
    earlier = rows(session, Verification).filter(
        client_id=row.client_id,
        verifier=row.verifier,
        identifier_kind=row.identifier_kind,
        identifier_value=row.identifier_value,
        result__isnull=False,
        replaced_at=None,
    )
    for before in await earlier:
        await update(session, before, {"replaced_at": now})
        context.changed("UPDATED", "Verification", before, client_id=row.client_id)
    change = {
        "result": result.status.value,
        "code": result.code,
        "evidence": _json(result.evidence),
        "attempts": row.attempts + 1,
        "attribution": verifier.attribution,
        "next_try_at": None,
        "checked_at": now,
        "valid_until": now + verifier.valid_for,
    }
    await update(session, row, change)
    context.changed("UPDATED", "Verification", row, client_id=row.client_id)


def _json(evidence: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(evidence)).decode()


def status_of(
    row: Verification, identifiers: Iterable[Identifier], now: datetime
) -> VerificationStatus:
    """What a verification is worth now, given the identifiers that its client has."""
    if row.replaced_at is not None or not is_held(row, identifiers):
        return VerificationStatus.STALE
    if row.result is None or row.valid_until is None:
        return VerificationStatus.PENDING
    return VerificationStatus.STALE if row.valid_until <= now else VerificationStatus(row.result)


async def verifications_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Verification]:
    """Verifications by id."""
    found = rows(context.session, Verification).filter(id__in=list(ids))
    return {row.id: row for row in await found}
