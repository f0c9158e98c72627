"""Mutations of events."""

from __future__ import annotations

from typing import Annotated

import strawberry

from clientgraph.clients import parts
from clientgraph.events import service
from clientgraph.events.graphql import Event, EventFields, event_draft
from clientgraph.graphql.fields import Info, argument, column, mutation
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    deleted,
    expected,
)
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission

_WRITE, _DELETE = Permission.CLIENTS_WRITE, Permission.CLIENTS_DELETE


@strawberry.input(description="A new event of a client.")
class EventCreateInput(EventFields, MutationInput):
    """The event's fields."""

    client_id: strawberry.ID = strawberry.field(description="The client that it is of.")


@strawberry.input(description="Changes of an event. Absent fields stay, null clears.")
class EventUpdateInput(EventFields, ChangeInput):
    """The event's fields."""


@strawberry.input(description="Which event to delete.")
class EventDeleteInput(ChangeInput):
    """One event."""


@strawberry.input(description="Which task is done.")
class TaskCompleteInput(ChangeInput):
    """One task."""


@strawberry.type(description="The new event.")
class EventCreatePayload(Payload):
    """The event, or what was wrong."""

    event: Event | None = column("The event.")


@strawberry.type(description="The event after a change.")
class EventUpdatePayload(Payload):
    """The event, or what was wrong."""

    event: Event | None = column("The event as it is now.")


@strawberry.type(description="What was deleted.")
class EventDeletePayload(Payload):
    """The id, or what stood in the way."""

    deleted_id: strawberry.ID | None = column("The id of the event that is gone.")
    event: Event | None = column("The event as it stands, when it was not deleted.")


@strawberry.type(description="The task that is done.")
class TaskCompletePayload(Payload):
    """The event, or what was wrong."""

    event: Event | None = column("The event as it is now.")


@mutation(_WRITE, "Note something that happened with a client, or a task.")
async def event_create(
    info: Info, input: Annotated[EventCreateInput, argument("The event.")]
) -> EventCreatePayload | None:
    """The caller's member is its author."""
    made = event_draft(input)
    client_id = row_id("Client", made.pop("client_id"))
    return await answer(
        info,
        EventCreatePayload,
        "event",
        lambda: parts.create_event(info.context, client_id, made),
    )


@mutation(_WRITE, "Change an event. A task is opened again with `doneAt: null`.")
async def event_update(
    info: Info, input: Annotated[EventUpdateInput, argument("The changes.")]
) -> EventUpdatePayload | None:
    """Absent fields stay."""
    event_id, made = row_id("Event", input.id), event_draft(input)
    return await answer(
        info,
        EventUpdatePayload,
        "event",
        lambda: parts.update_event(info.context, event_id, made, expected(input)),
    )


@mutation(_WRITE, "Mark a task as done. One that is done stays as it is.")
async def task_complete(
    info: Info, input: Annotated[TaskCompleteInput, argument("Which task.")]
) -> TaskCompletePayload | None:
    """Done now."""
    event_id = row_id("Event", input.id)
    return await answer(
        info,
        TaskCompletePayload,
        "event",
        lambda: service.complete_task(info.context, event_id, expected(input)),
    )


@mutation(_DELETE, "Delete an event. One that is not open to all is deleted by its author alone.")
async def event_delete(
    info: Info, input: Annotated[EventDeleteInput, argument("Which event.")]
) -> EventDeletePayload | None:
    """For good."""
    event_id = row_id("Event", input.id)
    return await deleted(
        info,
        EventDeletePayload,
        "event",
        input,
        lambda: service.delete_event(info.context, event_id, expected(input)),
    )


EVENT_MUTATIONS = [event_create, event_update, task_complete, event_delete]
