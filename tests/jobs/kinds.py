"""Kinds of jobs whose effects can be counted: each step makes an entry of the categories."""

from __future__ import annotations

import asyncio
import os
import signal
from functools import partial
from typing import Any, Final

from clientgraph.context import Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.jobs.kinds import JobKind, Step, Task
from clientgraph.nomenclature.models import Category
from clientgraph.permissions import Permission
from clientgraph.storage.ids import uuid7
from clientgraph.storage.rows import insert

SECRET: Final = "/srv/clientgraph/secret-path"
kind = partial(JobKind, permission=Permission.CLIENTS_WRITE)


def numbered(name: str, steps: int) -> list[str]:
    """The effects of a job that counts."""
    return sorted(f"{name} {step}" for step in range(steps))


async def enter(context: Context, name: str) -> None:
    """An effect: one entry, which may be made twice for all that the database minds."""
    unique = uuid7().hex
    await insert(
        context.session,
        Category,
        key=unique,
        name=name,
        sort_name=unique,
        translations="{}",
        position=0,
    )


async def count(context: Context, task: Task, _prepared: Any) -> Step:
    """Enter the number of the step under the job's name, slowly where wanted."""
    await enter(context, f"{task.payload['name']} {task.done}")
    await asyncio.sleep(task.payload.get("pause", 0))
    done, total = task.done + 1, task.payload["steps"]
    return Step(position=done, done=done, total=total, is_last=done == total, result={"all": done})


async def stumble(context: Context, task: Task, _prepared: Any) -> Step:
    """Write something, then fail with what nobody should read."""
    await enter(context, f"{task.payload['name']} {task.done}")
    raise RuntimeError(f"cannot open {SECRET}")


async def refuse(context: Context, task: Task, _prepared: Any) -> Step:
    """Write something, then say what is wrong."""
    await enter(context, f"{task.payload['name']} {task.done}")
    raise UserErrors([UserError((), "TOO_MANY", {"longest": 7})])


async def die(_context: Context, _task: Task) -> None:
    """End the process that does it, without any notice."""
    os.kill(os.getpid(), signal.SIGKILL)


KINDS: Final = (
    kind(key="COUNT", write=count),
    kind(key="STUMBLE", write=stumble),
    kind(key="REFUSE", write=refuse),
    kind(key="DIE", prepare=die, write=count),
)
