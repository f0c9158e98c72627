"""The public face of events."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.contacts.graphql import Contact
from clientgraph.contacts.service import contact_by_id
from clientgraph.events import models
from clientgraph.events.lists import EventSort, listing
from clientgraph.events.visibility import granted_members
from clientgraph.fields.graphql.inputs import CustomFieldFilter, CustomFieldInput
from clientgraph.fields.graphql.sorting import SortByCustomField
from clientgraph.fields.lists import wanted_fields
from clientgraph.fields.models import RecordKind
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import (
    Info,
    argument,
    column,
    computed,
    given,
    loaded,
    loaded_by,
    query,
)
from clientgraph.graphql.filters import DateTimeFilter
from clientgraph.graphql.mutations import draft
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection,
    connections_by,
    page_arguments,
)
from clientgraph.lists import check_size, check_words
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.permissions import Permission
from clientgraph.views.graphql import View, ViewedList
from clientgraph.views.models import ListKind
from clientgraph.visibility import EventVisibility

VisibilityType = described(
    EventVisibility,
    "How far an event is open. No role sees what is not open to it, owners neither.",
    ORGANISATION="Everybody in the workspace sees it.",
    PRIVATE="Its author alone sees it.",
    GRANTED="Its author and the members in `grantedTo` see it.",
)
EventSortType = described(
    EventSort,
    "The order of events.",
    OCCURRED_AT_DESC="The last first.",
    OCCURRED_AT_ASC="The first first.",
    DUE_AT_ASC="What is due first first; what is never due last.",
    CREATED_AT_ASC="First written down first.",
    CREATED_AT_DESC="Last written down first.",
)


@strawberry.type(description="A kind of event, such as NOTE, CALL, EMAIL, MEETING or TASK.")
class EventKind:
    """Declared by a plugin."""

    key: str = column("Stable name, such as NOTE.")
    label: str = column("What a form shows, in the caller's language.")
    is_task: bool = column("Whether such events are there to be done.")


@record(models.Event, "Something that happened with a client, or is to be done.")
class Event(RecordNode):
    """Columns of an event."""

    client_id: strawberry.Private[UUID]
    title: str | None = column("What it is about, on a line.")
    body: str | None = column("The text.")
    occurred_at: datetime = column("When it happened.")
    due_at: datetime | None = column("When it is due: a task, or what a note speaks of.")
    done_at: datetime | None = column("When the task was done; null while it is open.")
    visibility: VisibilityType = column("Who sees it.")  # type: ignore[valid-type]

    @computed("The kind; by its key alone where its plugin is gone.")
    def kind(self: Any, info: Info) -> EventKind:
        """As its plugin declares it."""
        return _kind(info, self.kind, is_task=self.is_task)

    contact: Contact | None = loaded(
        "The contact that it concerns; null for the client as a whole.",
        contact_by_id,
        key="contact_id",
    )
    author: Member | None = loaded(
        "The member who wrote it; null where a token of the workspace did.",
        member_by_id,
        key="author_id",
    )
    assignee: Member | None = loaded(
        "The member who is to do the task.", member_by_id, key="assignee_id"
    )

    @computed("The members who see it besides its author, where it is GRANTED.", size=5)
    async def granted_to(self: Any, info: Info) -> list[Member]:
        """Loaded with those of other events."""
        found = await asyncio.gather(*(_member(info, each) for each in granted_members(self)))
        return [member for member in found if member is not None]


async def _member(info: Info, member_id: UUID | None) -> Any:
    return await info.context.load(member_by_id, member_id) if member_id else None


def _kind(info: Info, key: str, *, is_task: bool) -> EventKind:
    kind = info.context.plugins.event_kinds.get(key)
    labels = kind.label if kind else {"en": key}
    label = labels.get(info.context.language) or labels["en"]
    return EventKind(key=key, label=label, is_task=is_task)


@strawberry.input(description="Fields of an event.")
class EventFields:
    """Shared by creation and change."""

    contact_id: strawberry.ID | None = given("The contact of the client that it concerns.")
    kind: str | None = given("A key from `eventKinds`; NOTE by default.")
    title: str | None = given("What it is about. Either this or the text is needed.")
    body: str | None = given("The text, up to 20,000 characters; lines are kept.")
    occurred_at: datetime | None = given("When it happened; now by default.")
    due_at: datetime | None = given("When it is due: a task, or what a note speaks of.")
    done_at: datetime | None = given("When the task was done; null opens it again.")
    assignee_id: strawberry.ID | None = given("The member who is to do the task and sees it.")
    visibility: VisibilityType | None = given(  # type: ignore[valid-type]
        "Who sees it: ORGANISATION by default. Only members keep events to themselves, and only "
        "the author changes this."
    )
    granted_to: list[strawberry.ID] | None = given(
        "The members who see it besides its author, up to 100; in place of all former ones. "
        "Makes it GRANTED where `visibility` is not given; dropped with any other visibility."
    )
    custom_fields: list[CustomFieldInput] | None = given("Values of custom fields; others stay.")


def event_draft(given_fields: Any) -> dict[str, Any]:
    """The fields of an event that were given, with rows' ids in place of global ones."""
    made = draft(given_fields)
    for name, type_name in (("contact_id", "Contact"), ("assignee_id", "Member")):
        if made.get(name) is not None:
            made[name] = row_id(type_name, made[name])
    if made.get("granted_to") is not None:
        made["granted_to"] = [row_id("Member", each) for each in made["granted_to"]]
    return made


@strawberry.input(description="Which events to list. Fields given together must all hold.")
class EventFilter:
    """Plain conditions."""

    kinds: list[str] | None = given("One of these kinds.")
    client: strawberry.ID | None = given("Of this client.")
    contact: strawberry.ID | None = given("Concerning this contact.")
    author: strawberry.ID | None = given("Written by this member.")
    assignee: strawberry.ID | None = given("To be done by this member.")
    is_assigned: bool | None = given("To be done by somebody (true), or tasks of nobody (false).")
    is_open: bool | None = given("Tasks without `doneAt` (true), or tasks that are done (false).")
    is_overdue: bool | None = given("Open tasks past `dueAt` (true), or all else (false).")
    occurred_at: DateTimeFilter | None = given("When it happened.")
    due_at: DateTimeFilter | None = given("When it is due.")
    text: str | None = given("Words in title and text, without regard to case and accents.")
    custom_fields: list[CustomFieldFilter] | None = given("Conditions on custom fields.")


_REFERENCES = {"client": "Client", "contact": "Contact", "author": "Member", "assignee": "Member"}


async def _filter_values(info: Info, wanted: EventFilter | None) -> dict[str, Any]:
    found = draft(wanted) if wanted else {}
    context = info.context
    check_size(context, ("filter",), found)
    for name, type_name in _REFERENCES.items():
        if found.get(name) is not None:
            found[name] = row_id(type_name, found[name])
    if found.get("text") is not None:
        check_words(context, found["text"], ("filter", "text"))
    if found.get("custom_fields") is not None:
        place = ("filter", "custom_fields")
        conditions = found["custom_fields"]
        found["custom_fields"] = await wanted_fields(context, RecordKind.EVENT, place, conditions)
    return found


EVENTS = ViewedList(
    ListKind.EVENTS, "Event", EventFilter, EventSort, _filter_values, has_search=False
)


@query(Permission.CLIENTS_READ, "Events of all clients that the caller may see, the last first.")
async def events(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    filter: Annotated[EventFilter | None, argument("Which to list.")] = strawberry.UNSET,
    sort: Annotated[
        list[EventSortType] | None,  # type: ignore[valid-type]
        argument("The order; the last first by default."),
    ] = strawberry.UNSET,
    sort_by_custom_field: SortByCustomField = strawberry.UNSET,
    view: View = strawberry.UNSET,
) -> Connection[Event]:
    """A page of events."""
    context = info.context
    saved = await EVENTS.opened(info, view)
    orders, leading = await EVENTS.order(info, saved, sort, sort_by_custom_field)
    found = listing(
        context.session.dialect,
        context.actor,
        await _filter_values(info, filter or None),
        orders,
        within=saved.within,
        before=leading,
    )
    return await connection(info, found, page_arguments(first, after, last, before))


@query(Permission.PUBLIC, "The kinds of events.", size=5)
def event_kinds(info: Info) -> list[EventKind]:
    """Core's first, then those of plugins."""
    kinds = info.context.plugins.event_kinds.values()
    return [_kind(info, kind.key, is_task=kind.is_task) for kind in kinds]


Kinds = Annotated[list[str] | None, argument("Only these kinds.")]


def _events_of(place: str) -> Any:
    """The field ``events`` of records that events belong to."""

    def batch(
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        kinds: Kinds = strawberry.UNSET,
    ) -> Connection[Event]:
        context = info.context
        wanted = {} if kinds is strawberry.UNSET else {"kinds": kinds}
        check_size(context, ("kinds",), wanted)
        name = f"{place}.events"
        found = listing(context.session.dialect, context.actor, wanted, name=name)
        return connections_by(
            info, f"{place}_id", found, page_arguments(first, after, last, before)
        )

    described_by = (
        f"What happened with the {place}, the last first, as far as the caller may see it."
    )
    return loaded_by(described_by, batch, name="events")


QUERIES = [events, event_kinds]
EXTENSIONS = {"Client": [_events_of("client")], "Contact": [_events_of("contact")]}
