"""What can be done with jobs: begun, followed, cancelled; and what those who do them write down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.context import Actor, Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.jobs import queue
from clientgraph.jobs.kinds import Step, Task
from clientgraph.jobs.models import Job, JobStatus
from clientgraph.storage.conditions import all_of, any_of, compare, one_of
from clientgraph.storage.listings import NEWEST_ID, Listing
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import delete, insert, lock, one_at_a_time, rows, update
from clientgraph.visibility import begun_by

MOST_WAITING: Final = 100
KEPT: Final = timedelta(days=30)
PURGED: Final = 100
_LONGEST_TEXT: Final = 1_000_000


async def start_job(context: Context, kind: str, payload: Any) -> Job:
    """Have something be done, with the caller's rights, once this transaction is committed.

    ``payload`` is a value of JSON. Raises `UserErrors` where too much waits already. Some jobs
    that ended long ago are removed.
    """
    actor, session, now = context.actor, context.session, datetime.now(UTC)
    if actor is None:
        raise RuntimeError("jobs are begun by somebody")
    await one_at_a_time(session, "jobs")
    await _purge(context, now)
    if await rows(session, Job).filter(ended_at=None).count() >= MOST_WAITING:
        raise UserErrors([UserError((), "TOO_MANY_JOBS", {"longest": MOST_WAITING})])
    row = await insert(
        session,
        Job,
        kind=kind,
        payload=_json(payload),
        language=context.language,
        token_id=actor.token_id,
        member_id=actor.member_id,
        next_try_at=now,
    )
    await queue.enqueue(session, row.id, kind)
    context.changed("CREATED", "Job", row)
    return row


async def _purge(context: Context, now: datetime) -> None:
    old = rows(context.session, Job).filter(ended_at__lt=now - KEPT)
    ids: list[Any] = await old.order_by("id").limit(PURGED).values_list("id", flat=True)
    await delete(context.session, Job, ids)


def listing(actor: Actor, statuses: Sequence[JobStatus], kind: str | None) -> Listing[Job]:
    """The jobs that a caller may see, the last first; of these statuses and this kind if any."""
    wanted = [begun_by(actor)]
    names = sorted({each.value for each in statuses})
    if names:
        wanted.append(one_of(compare("status", "=", each) for each in names))
    if kind is not None:
        wanted.append(compare("kind", "=", kind))
    where = all_of(wanted)
    return Listing(Job, "jobs", [NEWEST_ID], where, orjson.dumps([names, kind]))


async def jobs_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Job]:
    """Those of the jobs that the caller may see, by id."""
    if context.actor is None:
        return {}
    chosen = any_of(context.session.dialect, "id", list(ids))
    found = await matching(context.session, Job, all_of([chosen, begun_by(context.actor)]))
    return {row.id: row for row in found}


async def cancel_job(context: Context, job_id: UUID) -> Job:
    """Do nothing more of a job; what its steps wrote stays. Raises `UserErrors`."""
    if job_id not in await jobs_by_id(context, [job_id]):
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    # In this order: a step holds its place in the queue first, too.
    await queue.cancel(context.session, job_id)
    row = await lock(context.session, Job, job_id)
    if row is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    if row.ended_at is not None:
        raise UserErrors([UserError(("id",), "JOB_ENDED")], current=row)
    return await _ended(context, row, JobStatus.CANCELLED)


def task_of(row: Job) -> Task:
    """A job as its kind is told of it."""
    return Task(
        id=row.id,
        payload=orjson.loads(row.payload),
        position=orjson.loads(row.position),
        done=row.done,
    )


async def begin(context: Context, row: Job) -> None:
    """Somebody does it."""
    first = {"started_at": datetime.now(UTC), "status": JobStatus.RUNNING.value}
    await _change(context, row, {"next_try_at": None, **({} if row.started_at else first)})


async def advance(context: Context, row: Job, step: Step) -> None:
    """A step was done."""
    change = {
        "position": _json(step.position),
        "done": step.done,
        "total": step.total,
        "attempts": 0,
    }
    if step.is_last:
        await _ended(context, row, JobStatus.SUCCEEDED, **change, result=_json(step.result))
    else:
        await _change(context, row, change)


async def put_off(context: Context, row: Job, attempts: int, again: datetime) -> None:
    """A step failed, and will be done again then."""
    await _change(context, row, {"attempts": attempts, "next_try_at": again})


async def fail(context: Context, row: Job, attempts: int, error: UserError) -> None:
    """It will not be done."""
    params = {name: str(value) for name, value in error.params.items()}
    await _ended(
        context,
        row,
        JobStatus.FAILED,
        attempts=attempts,
        code=error.code,
        params=_json(params),
    )


async def _ended(context: Context, row: Job, status: JobStatus, **more: Any) -> Job:
    last = {"status": status.value, "ended_at": datetime.now(UTC), "next_try_at": None}
    return await _change(context, row, {**more, **last})


async def _change(context: Context, row: Job, values: Mapping[str, Any]) -> Job:
    await update(context.session, row, dict(values))
    context.changed("UPDATED", "Job", row)
    return row


def _json(value: Any) -> str:
    text = orjson.dumps(value).decode()
    if len(text) > _LONGEST_TEXT:
        raise ValueError("what a job keeps is too long")
    return text
