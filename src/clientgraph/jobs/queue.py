"""Which jobs are to be done and when: of all workspaces, worked off by any number of processes.

Whoever takes a job holds it by a claim that ends by itself, unless it is renewed: what was under
way in a process that died is taken again by another. Whoever lost the claim can write nothing.
What is due and what has ended is told by the clock of the database: those of hosts may disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from clientgraph.storage.conditions import any_of
from clientgraph.storage.rows import organisation_of
from clientgraph.storage.session import Session

AT_ONCE: Final = 2
"""Jobs of one workspace that are done at the same time, by all processes together."""
_OF_WORKSPACE: Final = (
    "SELECT count(*) FROM job_due r WHERE r.workspace = d.workspace AND r.claim IS NOT NULL"
    " AND r.due_at > ?"
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A job that somebody holds; ``attempts`` since its last progress, this one included."""

    id: UUID
    workspace: UUID
    claim: UUID
    attempts: int


async def enqueue(session: Session, job_id: UUID, kind: str) -> None:
    """Have a job be done."""
    await session.execute(
        "INSERT INTO job_due (id, workspace, kind, due_at, attempts) VALUES (?, ?, ?, ?, 0)",
        [job_id, organisation_of(session), kind, await _now(session)],
    )


async def take(session: Session, kinds: Sequence[str], lease: timedelta) -> Held | None:
    """Hold the job of these kinds that waits longest, for so long; None where there is none.

    A workspace that is served goes behind those that wait, with all that it has waiting.
    """
    if session.dialect == "postgres":
        # How many jobs of a workspace are held is counted by one process at a time.
        await session.select("SELECT pg_advisory_xact_lock(hashtextextended('job_due', 0))")
    now = await _now(session)
    known = any_of(session.dialect, "d.kind", kinds)
    chosen = await session.select(
        f"SELECT d.id FROM job_due d WHERE d.due_at <= ? AND {known.sql}"  # noqa: S608
        f" AND ({_OF_WORKSPACE}) < ? ORDER BY d.due_at, d.id LIMIT 1{_skipping(session)}",
        [now, *known.values, now, AT_ONCE],
    )
    if not chosen:
        return None
    claim = uuid4()
    (row,) = await session.select(
        "UPDATE job_due SET claim = ?, due_at = ?, attempts = attempts + 1 WHERE id = ?"
        " RETURNING id, workspace, attempts",
        [claim, now + lease, chosen[0]["id"]],
    )
    workspace = UUID(str(row["workspace"]))
    await _put_behind(session, workspace, now)
    return Held(
        id=UUID(str(row["id"])), workspace=workspace, claim=claim, attempts=int(row["attempts"])
    )


async def _put_behind(session: Session, workspace: UUID, now: datetime) -> None:
    waiting = "SELECT d.id FROM job_due d WHERE d.workspace = ? AND d.claim IS NULL"
    await session.execute(
        f"UPDATE job_due SET due_at = ? WHERE id IN ({waiting} AND d.due_at < ?"  # noqa: S608
        f"{_skipping(session)})",
        [now, workspace, now],
    )


def _skipping(session: Session) -> str:
    """What is being written by somebody just now is passed over; SQLite has one writer."""
    return " FOR UPDATE OF d SKIP LOCKED" if session.dialect == "postgres" else ""


async def next_due(session: Session, kinds: Sequence[str]) -> float | None:
    """In how many seconds a job of these kinds is due, 0 or less for now; None where none is."""
    known = any_of(session.dialect, "kind", kinds)
    found = await session.select(
        f"SELECT due_at FROM job_due WHERE {known.sql} ORDER BY due_at LIMIT 1",  # noqa: S608
        known.values,
    )
    if not found:
        return None
    return (_moment(found[0]["due_at"]) - await _now(session)).total_seconds()


async def renew(session: Session, held: Held, lease: timedelta) -> bool:
    """Hold a job for so long from now; False where the claim is lost."""
    return bool(
        await session.execute(
            "UPDATE job_due SET due_at = ? WHERE id = ? AND claim = ?",
            [await _now(session) + lease, held.id, held.claim],
        )
    )


async def progress(session: Session, held: Held, lease: timedelta) -> bool:
    """The same in the transaction of a step: nobody else takes the job before that has ended.

    The step begins the count of attempts anew, if it is committed.
    """
    return bool(
        await session.execute(
            "UPDATE job_due SET due_at = ?, attempts = 1 WHERE id = ? AND claim = ?",
            [await _now(session) + lease, held.id, held.claim],
        )
    )


async def attempts(session: Session, held: Held) -> int | None:
    """How often the job was taken since its last progress; None where the claim is lost."""
    found = await session.select(
        "UPDATE job_due SET attempts = attempts WHERE id = ? AND claim = ? RETURNING attempts",
        [held.id, held.claim],
    )
    return int(found[0]["attempts"]) if found else None


async def finish(session: Session, held: Held) -> bool:
    """Take a job off the queue; False where the claim is lost."""
    return bool(
        await session.execute(
            "DELETE FROM job_due WHERE id = ? AND claim = ?", [held.id, held.claim]
        )
    )


async def postpone(session: Session, held: Held, pause: timedelta) -> None:
    """Give a job back, to be taken again after a pause."""
    await session.execute(
        "UPDATE job_due SET claim = NULL, due_at = ? WHERE id = ? AND claim = ?",
        [await _now(session) + pause, held.id, held.claim],
    )


async def release(session: Session, held: Held) -> None:
    """Give a job back whose attempt was no failure."""
    await session.execute(
        "UPDATE job_due SET claim = NULL, due_at = ?, attempts = attempts - 1"
        " WHERE id = ? AND claim = ?",
        [await _now(session), held.id, held.claim],
    )


async def cancel(session: Session, job_id: UUID) -> None:
    """Take a job off the queue, whoever holds it; a step that is being written ends first."""
    await session.execute("DELETE FROM job_due WHERE id = ?", [job_id])


async def _now(session: Session) -> datetime:
    if session.dialect == "sqlite":
        return datetime.now(UTC)
    (row,) = await session.select("SELECT clock_timestamp() AS now")
    return _moment(row["now"])


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
