"""Does jobs beside the requests, of all workspaces; several processes share them by the queue."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from clientgraph.context import Actor, Context
from clientgraph.contract.records import RecordChange
from clientgraph.errors import UserError, UserErrors
from clientgraph.jobs import queue, service
from clientgraph.jobs.kinds import JobKind
from clientgraph.jobs.models import Job
from clientgraph.jobs.queue import Held
from clientgraph.permissions import Role
from clientgraph.storage.cleanup import to_its_end
from clientgraph.storage.database import Database
from clientgraph.storage.rows import find
from clientgraph.storage.scope import Scope
from clientgraph.turns import beside

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=30)
# After this long others of the workspaces that wait come first.
SLICE_SECONDS: Final = 20.0
WRITE_SECONDS: Final = 20.0
MOST_ATTEMPTS: Final = 5
SHORTEST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(minutes=10)
# What was missed on the bus is found so.
LONGEST_SLEEP: Final = 30.0
# Something is due, and its workspace has as much under way as it may.
WHILE_OTHERS_WORK: Final = 1.0
AFTER_FAILURE: Final = 5.0
LAST_WORDS: Final = 1.0
_NOBODY: Final = UUID(int=0)
# Who has a token now, if anybody: workspace and token.
ActorOf = Callable[[UUID, UUID], Awaitable[Actor | None]]


class LostClaim(Exception):
    """Somebody else has the job by now, or it was cancelled."""


class JobWorker:
    """Takes what is due, does it step by step, and gives back what it cannot end."""

    def __init__(
        self,
        kinds: Sequence[JobKind],
        database: Database,
        new_context: Callable[[Actor, str], Context],
        actor_of: ActorOf,
        *,
        at_once: int,
    ) -> None:
        """``at_once`` jobs are done at the same time."""
        self._kinds = {kind.key: kind for kind in kinds}
        self._database = database
        self._new_context = new_context
        self._actor_of = actor_of
        self._wake = [asyncio.Event() for _ in range(at_once if kinds else 0)]
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._keep_working(each)) for each in self._wake]

    async def close(self) -> None:
        """End; what was under way is given back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def told(self, change: RecordChange) -> None:
        """A change was committed, here or in another process: there may be a new job."""
        if change.type == "Job" and change.action == "CREATED":
            for event in self._wake:
                event.set()

    async def _keep_working(self, wake: asyncio.Event) -> None:
        while True:
            wake.clear()
            try:
                pause = await self._turn()
            except Exception:
                # The database is away or busy: what is due stays so.
                log.exception("jobs wait")
                pause = AFTER_FAILURE
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await wake.wait()

    async def _turn(self) -> float:
        """Do what waits longest for a while; the seconds until there is something to do again."""
        kinds = list(self._kinds)
        async with self._database.read(Scope()) as session:
            due = await queue.next_due(session, kinds)
        if due is None or due > 0:
            return LONGEST_SLEEP if due is None else min(due, LONGEST_SLEEP)
        async with self._database.write(Scope()) as session:
            held = await queue.take(session, kinds, LEASE)
        if held is None:
            return WHILE_OTHERS_WORK
        try:
            await self._hold(held)
        finally:
            await to_its_end(self._give_back(held))
        return 0.0

    async def _hold(self, held: Held) -> None:
        """Work on a job, renewing the claim, until it ends, its time is over or it is lost."""
        work = asyncio.create_task(self._work(held))
        try:
            while not (await asyncio.wait({work}, timeout=LEASE.total_seconds() / 3))[0]:
                if not await self._renewed(held):
                    # It may be telling just now that it is done.
                    await asyncio.wait({work}, timeout=LAST_WORDS)
                    return
            await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _renewed(self, held: Held) -> bool:
        try:
            async with self._database.write(Scope()) as session:
                return await queue.renew(session, held, LEASE)
        except Exception:
            # Where the claim is lost meanwhile, nothing is written any more.
            log.warning("a claim was not renewed", extra={"job": held.id.hex}, exc_info=True)
            return True

    async def _work(self, held: Held) -> None:
        job = {"job": held.id.hex}
        try:
            with beside():
                await self._steps(held)
        except LostClaim:
            log.info("a job was taken away", extra=job)
        except UserErrors as mistakes:
            await self._end(held, mistakes.errors[0])
        except Exception:
            log.exception("a step of a job failed", extra={**job, "attempt": held.attempts})
            await self._end(held, None)

    async def _steps(self, held: Held) -> None:
        if held.attempts > MOST_ATTEMPTS:
            # Those who had it before came to no end, not even to a bad one.
            raise UserErrors([UserError((), "JOB_FAILED")])
        over = time.monotonic() + SLICE_SECONDS
        row = await self._begun(held)
        while row is not None and row.ended_at is None:
            await self._step(held, row)
            if time.monotonic() > over:
                return

    async def _begun(self, held: Held) -> Job | None:
        context = self._nobodys(held)
        async with context.committing() as session:
            row = await find(session, Job, held.id)
            if row is None:
                # The workspace is gone, and the job with it.
                await queue.finish(session, held)
            elif not await queue.renew(session, held, LEASE):
                raise LostClaim
            else:
                await service.begin(context, row)
            return row

    async def _step(self, held: Held, row: Job) -> None:
        """Do the next step: its effects, its progress and the claim are of one transaction."""
        kind, task = self._kinds[row.kind], service.task_of(row)
        context = await self._owners(held, row, kind)
        await context.know_plugins()
        prepared = await kind.prepare(context, task)
        # What was prepared for minutes is not written for somebody who lost the right meanwhile.
        context = await self._owners(held, row, kind)
        # What hangs would hold SQLite's one writer, or the job's place, for ever.
        async with asyncio.timeout(WRITE_SECONDS), context.committing() as session:
            if not await queue.progress(session, held, LEASE):
                raise LostClaim
            step = await kind.write(context, task, prepared)
            await service.advance(context, row, step)
            if step.is_last:
                await queue.finish(session, held)

    async def _end(self, held: Held, reason: UserError | None) -> None:
        """Put a job off after a failure; end it for a reason, or after too many of them."""
        context = self._nobodys(held)
        async with context.committing() as session:
            attempts = await queue.attempts(session, held)
            row = await find(session, Job, held.id)
            if attempts is None or row is None:
                return
            if reason is None and attempts < MOST_ATTEMPTS:
                pause = _pause(attempts)
                await queue.postpone(session, held, pause)
                await service.put_off(context, row, attempts, datetime.now(UTC) + pause)
            else:
                await queue.finish(session, held)
                error = reason or UserError((), "JOB_FAILED")
                await service.fail(context, row, min(attempts, MOST_ATTEMPTS), error)

    async def _owners(self, held: Held, row: Job, kind: JobKind) -> Context:
        """To do a step as whoever began the job; raises `UserErrors` where they may no longer."""
        actor = await self._actor_of(held.workspace, row.token_id)
        if actor is None or kind.permission not in actor.permissions:
            raise UserErrors([UserError((), "JOB_FORBIDDEN")])
        return self._new_context(actor, row.language)

    def _nobodys(self, held: Held) -> Context:
        """To write down what becomes of a job, whatever its owner may do by now."""
        actor = Actor(
            organisation_id=held.workspace, token_id=_NOBODY, name="jobs", role=Role.MEMBER
        )
        return self._new_context(actor, "en")

    async def _give_back(self, held: Held) -> None:
        """Have others go on, where the job is still held: nothing of it has failed."""
        async with self._database.write(Scope()) as session:
            await queue.release(session, held)


def _pause(attempts: int) -> timedelta:
    """How long to wait after so many failures: four times as long each time."""
    return min(SHORTEST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)
