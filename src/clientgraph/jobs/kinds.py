"""What a kind of jobs is: how one step of its work is prepared, and how it is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from clientgraph.context import Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.permissions import Permission
from clientgraph.storage.models import Record
from clientgraph.storage.rows import find

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, kw_only=True)
class Task:
    """A job as its kind is told of it.

    ``position`` is what the last step said, None before the first; ``done`` counts as it did.
    """

    id: UUID
    payload: Any
    position: Any
    done: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a step did: where the next one begins, and how far the job is.

    ``position`` and ``result`` are values of JSON. ``is_last`` ends the job; ``result`` is what it
    then answers.
    """

    position: Any = None
    done: int = 0
    total: int | None = None
    is_last: bool = False
    result: Any = None


async def subject_of(context: Context, model: type[R], row_id: UUID) -> R:
    """The row that a job is about, while it is prepared or written; raises `UserErrors`."""
    if context.has_session:
        row = await find(context.session, model, row_id)
    else:
        async with context.reading() as session:
            row = await find(session, model, row_id)
    if row is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return row


async def _nothing(_context: Context, _task: Task) -> None:
    """What needs no preparation."""


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """Work that is done in steps, with the rights of whoever began it.

    ``prepare`` reads files, asks others, computes: no session is open, it may be done twice,
    and it must leave nothing behind. ``write`` is called with what it answered, in the
    transaction in which the job's progress is written, too: its effects happen once, along with
    that, or not at all. It must not take longer than a few seconds; after 20 it has failed.
    Both may raise `UserErrors`, whose first mistake ends the job; after anything else that they
    raise the step is done again, some time later, a few times. ``permission`` is what the one
    who began it must still have at each step. Those who administer the workspace read
    ``result``, too: nothing private belongs into it.
    """

    key: str
    permission: Permission
    write: Callable[[Context, Task, Any], Awaitable[Step]]
    prepare: Callable[[Context, Task], Awaitable[Any]] = _nothing
