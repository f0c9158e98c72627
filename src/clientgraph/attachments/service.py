"""What can be done with attachments: a file is kept with a record, named, found and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from clientgraph import values
from clientgraph.attachments.models import Attachment
from clientgraph.clients.service import clients_by_id
from clientgraph.contacts.service import contact_by_id
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.events.models import Event
from clientgraph.events.service import event_by_id
from clientgraph.events.visibility import audience, is_author
from clientgraph.files import service as files
from clientgraph.files.models import File
from clientgraph.storage.rows import delete, insert, lock, one_at_a_time, rows, update
from clientgraph.versions import check_version

MOST_OF_RECORD: Final = 100
PARENTS: Final = ("client_id", "contact_id", "event_id")
_MEGABYTE: Final = 1_048_576
_CLEANERS: Final[Mapping[str, Cleaner]] = {"title": values.text}


@dataclass(frozen=True)
class _Place:
    """Where an attachment is: the client that it comes to, and the event that it is of, if any."""

    client_id: UUID
    event: Event | None = None

    @property
    def audience(self) -> frozenset[UUID] | None:
        """The members who may know of it."""
        return audience(self.event) if self.event else None


async def create_attachment(context: Context, draft: Draft) -> Attachment:
    """Keep a file of the caller's with a record, for good. Raises `UserErrors`."""
    given = present(draft)
    checked = clean(given, _CLEANERS)
    parents: dict[str, UUID] = {name: given[name] for name in PARENTS if name in given}
    if len(parents) != 1:
        raise UserErrors([UserError((), "ONE_RECORD"), *checked.errors])
    place = await _place(context, parents)
    # Two that are kept at a time would each see room for one.
    await one_at_a_time(context.session, "attachments")
    file = await files.lock_file(context, given["file_id"])
    if place is None or file is None:
        missing = [*parents] if place is None else []
        missing += ["file_id"] if file is None else []
        raise UserErrors([*(UserError((each,), "NOT_FOUND") for each in missing), *checked.errors])
    await _check_room(context, parents, file, checked)
    checked.raise_errors()
    row = await _kept(context, parents, file, checked.values.get("title"))
    context.changed(
        "CREATED", "Attachment", row, client_id=place.client_id, audience=place.audience
    )
    return row


async def update_attachment(
    context: Context, attachment_id: UUID, draft: Draft, expected: int | None
) -> Attachment:
    """Change the title."""
    row, place = await _locked(context, attachment_id)
    check_version(row, expected)
    if not draft:
        return row
    checked = clean(draft, _CLEANERS)
    checked.raise_errors()
    await update(context.session, row, checked.values)
    context.changed(
        "UPDATED", "Attachment", row, client_id=place.client_id, audience=place.audience
    )
    return row


async def delete_attachment(context: Context, attachment_id: UUID, expected: int | None) -> None:
    """Remove an attachment; its bytes go with the next round of the sweeper.

    One of an event that is not open to all goes by its author or the event's alone.
    """
    row, place = await _locked(context, attachment_id)
    check_version(row, expected)
    if place.audience is not None and not _is_theirs(context, row, place):
        raise UserErrors([UserError(("id",), "NOT_AUTHOR")], row)
    await delete(context.session, Attachment, [row.id])
    context.changed(
        "DELETED", "Attachment", row, client_id=place.client_id, audience=place.audience
    )


async def attachments_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Attachment]:
    """Attachments by id, of those that the caller may see: what is of an event goes as that."""
    found = await rows(context.session, Attachment).filter(id__in=list(ids))
    seen = await event_by_id(context, [row.event_id for row in found if row.event_id])
    return {row.id: row for row in found if row.event_id is None or row.event_id in seen}


async def _locked(context: Context, attachment_id: UUID) -> tuple[Attachment, _Place]:
    """The attachment, held for a change; raises `UserErrors` where the caller sees none."""
    row = await lock(context.session, Attachment, attachment_id)
    place = None
    if row is not None:
        parents = {name: getattr(row, name) for name in PARENTS if getattr(row, name)}
        place = await _place(context, parents)
    if row is None or place is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return row, place


async def _place(context: Context, parents: Mapping[str, UUID]) -> _Place | None:
    """The record that is named, as far as the caller sees it."""
    ((name, record_id),) = parents.items()
    if name == "event_id":
        event = (await event_by_id(context, [record_id])).get(record_id)
        return _Place(event.client_id, event) if event else None
    if name == "contact_id":
        contact = (await contact_by_id(context, [record_id])).get(record_id)
        return _Place(contact.client_id) if contact else None
    return _Place(record_id) if record_id in await clients_by_id(context, [record_id]) else None


async def _check_room(
    context: Context, parents: Mapping[str, UUID], file: File, checked: Checked
) -> None:
    if await rows(context.session, Attachment).filter(**parents).count() >= MOST_OF_RECORD:
        checked.add((*parents,), "TOO_MANY_ATTACHMENTS", longest=MOST_OF_RECORD)
    most = context.attachment_megabytes
    if await files.attached_bytes(context.session) + file.size > most * _MEGABYTE:
        checked.add(("file_id",), "NO_ROOM_FOR_ATTACHMENT", megabytes=most)


async def _kept(
    context: Context, parents: Mapping[str, UUID], file: File, title: str | None
) -> Attachment:
    actor = context.actor
    row = await insert(
        context.session,
        Attachment,
        id=file.id,
        **{name: parents.get(name) for name in PARENTS},
        title=title,
        filename=file.filename,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        author_id=actor.member_id if actor else None,
    )
    await files.keep_for(context.session, file, row.id)
    return row


def _is_theirs(context: Context, row: Attachment, place: _Place) -> bool:
    actor = context.actor
    wrote = actor is not None and actor.member_id is not None and actor.member_id == row.author_id
    return wrote or (place.event is not None and is_author(actor, place.event))
