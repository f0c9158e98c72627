"""What is to be asked and when: of all workspaces, worked off by any number of processes.

Who takes something holds it by a claim that ends by itself: what was under way in a process that
died is taken again by another. A claim that has ended counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from clientgraph.storage.rows import organisation_of
from clientgraph.storage.session import Dialect, Session

_CHOSEN: Final = (
    "SELECT id FROM verification_due WHERE verifier = ? AND due_at <= ? ORDER BY due_at LIMIT ?"
)
_TAKE: Final[Mapping[Dialect, str]] = {
    "sqlite": "UPDATE verification_due SET claim = ?, due_at = ?"  # noqa: S608
    f" WHERE id IN ({_CHOSEN}) RETURNING id, workspace",
    # As an array the choice is made once; a plan may run a bare subselect, limit and all, again.
    "postgres": "UPDATE verification_due SET claim = ?, due_at = ?"  # noqa: S608
    f" WHERE id = ANY (ARRAY ({_CHOSEN} FOR UPDATE SKIP LOCKED)) RETURNING id, workspace",
}


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What somebody holds: verifications by their workspace."""

    id: UUID
    taken: Mapping[UUID, Sequence[UUID]]


async def enqueue(session: Session, verifications: Mapping[UUID, str], due_at: datetime) -> None:
    """Have these be asked, with their verifiers, from then on; what is being asked stays so."""
    workspace = organisation_of(session)
    for verification_id, verifier in sorted(verifications.items()):
        await session.execute(
            "INSERT INTO verification_due (id, workspace, verifier, due_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at"
            " WHERE verification_due.claim IS NULL",
            [verification_id, workspace, verifier, due_at],
        )


async def take(
    session: Session, verifier: str, most: int, *, now: datetime, until: datetime
) -> Claim:
    """Hold some of a verifier's that are due, those that wait longest first, until then."""
    claim = uuid4()
    found = await session.select(_TAKE[session.dialect], [claim, until, verifier, now, most])
    taken: dict[UUID, list[UUID]] = {}
    for row in found:
        taken.setdefault(UUID(str(row["workspace"])), []).append(UUID(str(row["id"])))
    return Claim(id=claim, taken=taken)


async def next_due(session: Session, verifier: str) -> datetime | None:
    """When something of a verifier's is due next; None where nothing is."""
    found = await session.select(
        "SELECT due_at FROM verification_due WHERE verifier = ? ORDER BY due_at LIMIT 1",
        [verifier],
    )
    return _moment(found[0]["due_at"]) if found else None


async def finish(session: Session, claim: UUID, verification_id: UUID) -> bool:
    """Take one off the queue; False where the claim has ended and somebody else has it."""
    return bool(
        await session.execute(
            "DELETE FROM verification_due WHERE id = ? AND claim = ?", [verification_id, claim]
        )
    )


async def postpone(session: Session, claim: UUID, verification_id: UUID, due_at: datetime) -> bool:
    """Give one back, to be asked again then; False as in `finish`."""
    return bool(
        await session.execute(
            "UPDATE verification_due SET claim = NULL, due_at = ? WHERE id = ? AND claim = ?",
            [due_at, verification_id, claim],
        )
    )


async def release(session: Session, verifier: str, claim: UUID, now: datetime) -> None:
    """Give back all of a claim that is still held, to be asked at once."""
    await session.execute(
        "UPDATE verification_due SET claim = NULL, due_at = ? WHERE verifier = ? AND claim = ?",
        [now, verifier, claim],
    )


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
