"""What every mutation shares: one input, one payload, mistakes as data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, TypeVar

import strawberry

from clientgraph import errors
from clientgraph.context import Context
from clientgraph.graphql.fields import Info, column, given
from clientgraph.spelling import camel_case
from clientgraph.storage.rows import Conflict, StaleVersion

ATTEMPTS = 3

P = TypeVar("P", bound="Payload")


@strawberry.type(description="One mistake in an input.")
class UserError:
    """Where, what, and a sentence."""

    path: list[str] = column("The way to the input field; list positions are numbers.")
    code: str = column("A stable code, see the table of codes in the documentation.")
    message: str = column("What is wrong and how to fix it, in the caller's language.")
    record_id: strawberry.ID | None = column("The record that stands in the way, if there is one.")


@strawberry.type(
    name="UserWarning", description="Something to look at in an input that was taken all the same."
)
class InputWarning:
    """Where, what, and a sentence."""

    path: list[str] = column("The way to the input field; list positions are numbers.")
    code: str = column("A stable code, see the table of codes in the documentation.")
    message: str = column("What to look at, in the caller's language.")
    record_id: strawberry.ID | None = column("The record that it is about, if there is one.")


@strawberry.input(description="What every mutation takes.")
class MutationInput:
    """Switches of every mutation."""

    validate_only: bool | None = strawberry.field(
        default=False, description="Answer as if it were done, and change nothing."
    )
    idempotency_key: str | None = given(
        "Any text of up to 200 characters that is new for each intent. The same key answers the "
        "first answer again, for 48 hours, and does nothing twice."
    )


@strawberry.input(description="What every change of an existing record takes.")
class ChangeInput(MutationInput):
    """A record and the version that the caller saw."""

    id: strawberry.ID = strawberry.field(description="The record.")
    expected_version: int | None = given(
        "The `version` that the caller saw. If the record has moved on, nothing is changed and "
        "the answer is VERSION_CONFLICT with the record as it is."
    )


@strawberry.type(description="What every mutation answers.")
class Payload:
    """Mistakes, empty when it was done; and what to look at when it was."""

    user_errors: list[UserError] = column("Everything that is wrong with the input.")
    warnings: list[InputWarning] = column("What to look at in what was done; nothing stopped it.")


# What inputs hold besides a record; other inputs mark theirs so.
SWITCH = {"switch": True}
_SWITCHES = {"validate_only", "idempotency_key", "expected_version", "id"}


def draft(value: Any) -> dict[str, Any]:
    """The fields of an input that were given, without the switches of mutations."""
    return {
        item.name: _plain(getattr(value, item.name))
        for item in fields(value)
        if item.name not in _SWITCHES
        and "switch" not in item.metadata
        and getattr(value, item.name) is not strawberry.UNSET
    }


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return draft(value) if hasattr(value, "__strawberry_definition__") else value


def expected(value: Any) -> int | None:
    """The version that the caller saw, if it said so; of any input with ``expected_version``."""
    return None if value.expected_version is strawberry.UNSET else value.expected_version


@dataclass(frozen=True, kw_only=True)
class Many:
    """What became of many records: the payload's own fields, and what is to be said of them."""

    fields: Mapping[str, Any]
    mistakes: Sequence[errors.UserError]
    warnings: Sequence[errors.UserError]
    is_written: bool


async def answer(
    info: Info, payload: type[P], name: str | None, action: Callable[[], Awaitable[Any]]
) -> P:
    """Run a service and make the payload; ``name`` is the payload's field for the record.

    On mistakes everything that the service wrote is undone. A conflict with a write that came
    in between is met by running the service again: it then sees that write.
    """

    async def named() -> dict[str, Any]:
        found = await action()
        return found if name is None else {name: found}

    return await answer_fields(info, payload, name, named)


async def deleted(
    info: Info,
    payload: type[P],
    name: str,
    given: ChangeInput,
    action: Callable[[], Awaitable[Any]],
) -> P:
    """Run a deletion and answer with the id that is gone, or ``name``, the record as it stands."""

    async def run() -> dict[str, Any]:
        await action()
        return {name: None, "deleted_id": given.id}

    return await answer_fields(info, payload, name, run)


async def answer_fields(
    info: Info,
    payload: type[P],
    name: str | None,
    action: Callable[[], Awaitable[dict[str, Any]]],
) -> P:
    """`answer` for a service that fills several fields; ``name`` is the one of the record."""
    context = info.context
    try:
        found = await _attempt(info, action)
    except errors.UserErrors as mistakes:
        context.rolled_back = True
        context.forget()
        made: dict[str, Any] = {item.name: None for item in fields(payload)}
        made["user_errors"] = [told(context, each) for each in mistakes.errors]
        made["warnings"] = []
        if name is not None:
            made[name] = mistakes.current
        return payload(**made)
    return payload(**{"user_errors": [], "warnings": warned(context, context.warnings), **found})


async def answer_many(info: Info, payload: type[P], action: Callable[[], Awaitable[Many]]) -> P:
    """`answer` for a service that tells of each record by itself."""

    async def run() -> dict[str, Any]:
        done = await action()
        if not done.is_written:
            info.context.rolled_back = True
            info.context.forget()
        info.context.warnings += done.warnings
        return {**done.fields, "user_errors": [told(info.context, each) for each in done.mistakes]}

    return await answer_fields(info, payload, None, run)


async def _attempt(info: Info, action: Callable[[], Awaitable[Any]]) -> Any:
    session = info.context.session
    for _ in range(ATTEMPTS):
        try:
            async with session.savepoint():
                return await action()
        except (Conflict, StaleVersion):
            info.context.forget()
    raise errors.UserErrors([errors.UserError(("id",), "VERSION_CONFLICT")])


def _shown(part: str) -> str:
    return part if isinstance(part, errors.Verbatim) else camel_case(part)


def told(context: Context, error: errors.UserError) -> UserError:
    """A mistake as the API shows it."""
    return UserError(**shown_to(context, error))


def warned(context: Context, found: Iterable[errors.UserError]) -> list[InputWarning]:
    """Warnings as the API shows them."""
    return [InputWarning(**shown_to(context, each)) for each in found]


def shown_to(context: Context, error: errors.UserError) -> dict[str, Any]:
    """A mistake or a warning as the API shows it."""
    return {
        "path": ["input", *map(_shown, error.path)],
        "code": error.code,
        "message": context.messages.text(error, context.language),
        "record_id": strawberry.ID(error.record) if error.record else None,
    }
