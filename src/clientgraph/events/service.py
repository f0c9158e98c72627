"""What can be done with events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from clientgraph import values
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.events.custom import check_custom, store_custom
from clientgraph.events.kinds import NOTE
from clientgraph.events.models import Event
from clientgraph.events.visibility import (
    audience,
    either,
    granted_members,
    granted_text,
    is_author,
)
from clientgraph.fields.given import Given
from clientgraph.organisations.service import member_by_id
from clientgraph.storage.conditions import all_of, any_of
from clientgraph.storage.models import values_of
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import delete, find, insert, lock, update
from clientgraph.versions import check_version
from clientgraph.visibility import EventVisibility, visible

LONGEST_BODY: Final = 20_000
MOST_MEMBERS: Final = 100
_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)


def _body(value: str) -> str | None:
    return values.lines(value, LONGEST_BODY)


def _as_it_is(value: Any) -> Any:
    return value


_CLEANERS: Mapping[str, Cleaner] = {
    "contact_id": _as_it_is,
    "title": values.text,
    "body": _body,
    "occurred_at": _as_it_is,
    "due_at": _as_it_is,
    "done_at": _as_it_is,
    "assignee_id": _as_it_is,
    "visibility": _as_it_is,
    "granted_to": list,
}


async def create_event(context: Context, client_id: UUID, country: str, draft: Draft) -> Event:
    """A new event of a client: a note, now, open to all, unless told otherwise.

    The caller's member is its author. National phone numbers in custom fields are read with
    ``country``. Raises `UserErrors` with every mistake.
    """
    actor = context.actor
    fresh = Event(
        client_id=client_id,
        kind=NOTE,
        is_task=False,
        occurred_at=datetime.now(UTC),
        author_id=actor.member_id if actor else None,
        visibility=EventVisibility.ORGANISATION.value,
        granted_to="",
    )
    made, custom = await _checked(context, present(draft), fresh, country, is_new=True)
    event = await insert(
        context.session, Event, client_id=client_id, author_id=fresh.author_id, **made
    )
    is_open = event.visibility == EventVisibility.ORGANISATION.value
    await store_custom(context, event, custom, was_open=is_open)
    context.changed("CREATED", "Event", event, client_id=event.client_id, audience=audience(event))
    return event


async def update_event(
    context: Context, event_id: UUID, country: str, draft: Draft, expected: int | None
) -> Event:
    """Change what was given of an event; only its author changes who sees it.

    National phone numbers in custom fields are read with ``country``.
    """
    event = await _locked(context, event_id)
    check_version(event, expected)
    if not draft:
        return event
    made, custom = await _checked(context, draft, event, country, is_new=False)
    was_open = event.visibility == EventVisibility.ORGANISATION.value
    changed = await _changed(context, event, made)
    await store_custom(context, changed, custom, was_open=was_open)
    return changed


async def complete_task(context: Context, event_id: UUID, expected: int | None) -> Event:
    """Mark a task as done now; one that is done stays as it is."""
    event = await _locked(context, event_id)
    check_version(event, expected)
    if not event.is_task:
        raise UserErrors([UserError(("id",), "NOT_A_TASK")], event)
    if event.done_at is not None:
        return event
    return await _changed(context, event, {"done_at": datetime.now(UTC)})


async def delete_event(context: Context, event_id: UUID, expected: int | None) -> None:
    """Remove an event; one that is not open to all goes by its author alone."""
    event = await _locked(context, event_id)
    check_version(event, expected)
    open_to_all = event.visibility == EventVisibility.ORGANISATION.value
    if not open_to_all and not is_author(context.actor, event):
        raise UserErrors([UserError(("id",), "NOT_AUTHOR")], event)
    await delete(context.session, Event, [event.id])
    context.changed("DELETED", "Event", event, client_id=event.client_id, audience=audience(event))


async def event_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Event]:
    """Events by id, of those that the caller may see."""
    session = context.session
    where = all_of([any_of(session.dialect, "id", ids), visible(context.actor)])
    return {row.id: row for row in await matching(session, Event, where)}


async def _locked(context: Context, event_id: UUID) -> Event:
    """The event, held for a change; raises `UserErrors` where the caller sees none."""
    event = await lock(context.session, Event, event_id)
    if event is None or event_id not in await event_by_id(context, [event_id]):
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return event


async def _changed(context: Context, event: Event, made: Mapping[str, Any]) -> Event:
    """Store changes; told to all who see the event or have seen it until now."""
    before = audience(event)
    await update(context.session, event, dict(made))
    told = either(before, audience(event))
    context.changed("UPDATED", "Event", event, client_id=event.client_id, audience=told)
    return event


async def _checked(
    context: Context, draft: Draft, known: Event, country: str, *, is_new: bool
) -> tuple[dict[str, Any], Given]:
    """The columns and custom fields that a draft comes to on top of an event.

    Raises `UserErrors`.
    """
    checked = clean(draft, _CLEANERS)
    checked.keep("occurred_at", "visibility")
    _check_kind(context, draft, known, checked)
    given = list(checked.values.get("granted_to") or ())
    _check_visibility(context, checked, known, is_new=is_new)
    after = {**values_of(known), **checked.values}
    if not (after["title"] or after["body"]) and not checked.complains_about("body"):
        checked.add(("title",), "EVENT_WITHOUT_TEXT")
    _check_task(after, checked)
    await _check_contact(context, after, checked)
    await _check_members(context, given, known, after, checked)
    custom = await check_custom(context, draft, known, country, checked, is_new=is_new)
    checked.raise_errors()
    made = {name: after[name] for name in (*_CLEANERS, "kind", "is_task")}
    made["granted_to"] = granted_text(after["granted_to"])
    words = " ".join(filter(None, [after["title"], after["body"]]))
    made |= {"search_text": values.folded(words), "sort_due": after["due_at"] or _NEVER}
    return made, custom


def _check_kind(context: Context, draft: Draft, known: Event, checked: Checked) -> None:
    """A kind that is given anew must be known; an event keeps one whose plugin is gone."""
    if draft.get("kind", known.kind) == known.kind:
        return
    kinds = context.plugins.event_kinds
    if draft["kind"] is None:
        checked.add(("kind",), "REQUIRED")
    elif draft["kind"] not in kinds:
        checked.add(("kind",), "UNKNOWN_EVENT_KIND", known=", ".join(sorted(kinds)))
    else:
        checked.values |= {"kind": draft["kind"], "is_task": kinds[draft["kind"]].is_task}


def _check_visibility(context: Context, checked: Checked, known: Event, *, is_new: bool) -> None:
    """Settle who sees the event. Naming members grants it to them unless told otherwise."""
    had = set(granted_members(known))
    given = checked.values.get("granted_to", had)
    members = set(given or ()) - {known.author_id}
    named = bool(checked.values.get("granted_to")) and "visibility" not in checked.values
    chosen = checked.values.get("visibility") or known.visibility
    visibility = EventVisibility.GRANTED.value if named else chosen
    if visibility != EventVisibility.GRANTED.value:
        members = set()
    elif not members:
        checked.add(("granted_to",), "REQUIRED")
    if len(members) > MOST_MEMBERS:
        checked.add(("granted_to",), "TOO_MANY", longest=MOST_MEMBERS)
    checked.values |= {"visibility": visibility, "granted_to": sorted(members)}
    if visibility == known.visibility and members == had:
        return
    place = ("visibility",) if visibility != known.visibility and not named else ("granted_to",)
    if not is_author(context.actor, known):
        checked.add(place, "NEEDS_MEMBER" if is_new else "NOT_AUTHOR")


def _check_task(after: Mapping[str, Any], checked: Checked) -> None:
    if after["is_task"]:
        return
    for name in ("done_at", "assignee_id"):
        if after[name] is not None:
            checked.add((name,), "NOT_A_TASK")


async def _check_contact(context: Context, after: Mapping[str, Any], checked: Checked) -> None:
    if after["contact_id"] is None or "contact_id" not in checked.values:
        return
    contact = await find(context.session, Contact, after["contact_id"])
    if contact is None or contact.client_id != after["client_id"]:
        checked.add(("contact_id",), "NOT_FOUND")


async def _check_members(
    context: Context,
    given: Sequence[UUID],
    known: Event,
    after: Mapping[str, Any],
    checked: Checked,
) -> None:
    """Whoever is named anew is a member at work, and whoever is to do a task sees it."""
    assignee = checked.values.get("assignee_id")
    found = await member_by_id(context, {*given, assignee} - {None})
    at_work = {member_id for member_id, member in found.items() if member.is_active}
    named = {*at_work, *granted_members(known), known.author_id}
    for place, member_id in enumerate(given):
        if member_id not in named:
            checked.add(("granted_to", str(place)), "NOT_FOUND")
    if assignee not in {*at_work, known.assignee_id, None}:
        checked.add(("assignee_id",), "NOT_FOUND")
        return
    sees = {*after["granted_to"], after["author_id"], None}
    if (
        after["visibility"] != EventVisibility.ORGANISATION.value
        and after["assignee_id"] not in sees
    ):
        checked.add(("assignee_id",), "CANNOT_SEE")
