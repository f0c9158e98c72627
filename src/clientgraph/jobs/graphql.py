"""The public face of jobs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry
from strawberry.scalars import JSON

from clientgraph import errors
from clientgraph.context import Context, Later
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import (
    Info,
    argument,
    column,
    computed,
    loaded,
    mutation,
    query,
    subscription,
)
from clientgraph.graphql.mutations import MutationInput, Payload, answer
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection,
    page_arguments,
)
from clientgraph.jobs import models, service
from clientgraph.jobs.models import JobStatus
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.permissions import Permission

JobStatusType = described(
    JobStatus,
    "What became of a job.",
    QUEUED="Nobody has begun it.",
    RUNNING="It was begun, and goes on until it ends; after a failure it waits for `nextTryAt`.",
    SUCCEEDED="It was done. `result` is what it answers.",
    FAILED="It was not done, or not to its end. `error` says why; what it wrote before stays.",
    CANCELLED="It was ended by `jobCancel`. What it wrote before stays.",
)


@strawberry.type(description="Why a job failed.")
class JobError:
    """A code and a sentence."""

    code: str = column("A stable code, see the table of codes in the documentation.")
    message: str = column("What went wrong, in the caller's language.")


@record(models.Job, "A piece of work that is done in the background, step by step.")
class Job(RecordNode):
    """Columns of a job."""

    kind: str = column("What is done.")
    done: int = column("How much of it was done, as its kind counts.")
    total: int | None = column("How much there is to do; null where that is not known yet.")
    attempts: int = column("How often its present step has failed.")
    next_try_at: datetime | None = column("When it is begun, or tried again; null while it runs.")
    started_at: datetime | None = column("When it was begun.")
    ended_at: datetime | None = column("When it ended, one way or another.")
    author: Member | None = loaded(
        "The member who began it; null where a token of the workspace did.",
        member_by_id,
        key="member_id",
    )

    @computed("What became of it.", reads=("status",))
    def status(self: Any) -> JobStatusType:  # type: ignore[valid-type]
        """By the stored name."""
        return JobStatus(self.status)

    @computed("What it answers, once it has succeeded.", reads=("result",))
    def result(self: Any) -> JSON | None:
        """Any value."""
        return JSON(orjson.loads(self.result))

    @computed("Why it failed; null where it did not.", reads=("code", "params"))
    def error(self: Any, info: Info) -> JobError | None:
        """Told in the language of whoever asks."""
        if self.code is None:
            return None
        told = errors.UserError((), self.code, orjson.loads(self.params))
        message = info.context.messages.text(told, info.context.language)
        return JobError(code=self.code, message=message)


@query(Permission.CLIENTS_READ, "A job by its id; null when there is none that the caller may see.")
async def job(info: Info, id: Annotated[strawberry.ID, argument("The job.")]) -> Job | None:
    """As `node` finds it."""
    return await info.context.load(service.jobs_by_id, row_id("Job", id))


@query(
    Permission.CLIENTS_READ,
    "Jobs that the caller began, the last first; owners and admins see all of the workspace. They "
    "are kept for 30 days after their end.",
)
async def jobs(
    info: Info,
    status: Annotated[
        list[JobStatusType] | None,  # type: ignore[valid-type]
        argument("Only those with one of these statuses."),
    ] = strawberry.UNSET,
    kind: Annotated[str | None, argument("Only those of this kind.")] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Job]:
    """A page of jobs."""
    actor = info.context.require(Permission.CLIENTS_READ)
    found = service.listing(actor, status or (), kind or None)
    return await connection(info, found, page_arguments(first, after, last, before))


@strawberry.input(description="Which job to cancel.")
class JobCancelInput(MutationInput):
    """A job."""

    id: strawberry.ID = strawberry.field(description="The job.")


@strawberry.type(description="The job that was cancelled.")
class JobCancelPayload(Payload):
    """The job, or what was wrong."""

    job: Job | None = column("The job as it is now.")


@mutation(
    Permission.CLIENTS_WRITE,
    "Do nothing more of a job. A step that is being written is ended first; what was written "
    "stays.",
)
async def job_cancel(
    info: Info, input: Annotated[JobCancelInput, argument("Which job.")]
) -> JobCancelPayload | None:
    """Those who may see a job may cancel it."""
    job_id = row_id("Job", input.id)
    return await answer(
        info, JobCancelPayload, "job", lambda: service.cancel_job(info.context, job_id)
    )


@strawberry.type(description="A committed change of a job.")
class JobChange:
    """The job as it is now."""

    job: Job = column("The job as it is now.")


@subscription(
    Permission.CLIENTS_READ,
    "The job as it is now, and again at each committed change, until it has ended.",
)
def job_changed(
    info: Info, id: Annotated[strawberry.ID, argument("The job.")]
) -> AsyncGenerator[JobChange, None]:
    """Nothing is told of jobs that the caller may not see."""
    return _changes(info.context, row_id("Job", id))


async def _changes(context: Context, job_id: UUID) -> AsyncGenerator[Any, None]:
    heard = context.subscribe()
    ended = False

    async def tell() -> JobChange | None:
        nonlocal ended
        row: Any = (await service.jobs_by_id(context, [job_id])).get(job_id)
        ended = row is not None and row.ended_at is not None
        return None if row is None else JobChange(job=row)

    yield Later(tell)
    if ended:
        return
    async for change in heard:
        if change.type == "Job" and change.id == job_id:
            yield Later(tell)
            if ended:
                return


QUERIES = [job, jobs]
MUTATIONS = [job_cancel]
SUBSCRIPTIONS = [job_changed]
