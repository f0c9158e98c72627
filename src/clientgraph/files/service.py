"""What can be done with files: kept after an upload, found, fetched, and forgotten in time."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from clientgraph.context import Actor, Context
from clientgraph.documents.links import Link
from clientgraph.errors import UserError, UserErrors
from clientgraph.files.models import File
from clientgraph.files.storing import Stored
from clientgraph.storage.conditions import Condition, all_of, any_of
from clientgraph.storage.database import Database
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import (
    delete_where,
    find,
    insert,
    lock,
    one_at_a_time,
    organisation_of,
    rows,
    update,
)
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.visibility import made_by

PATH: Final = "/files"
LARGEST: Final = 26_214_400
LONGEST_NAME: Final = 120
MOST_FILES: Final = 500
KEPT: Final = timedelta(hours=24)
LINKED: Final = timedelta(minutes=15)
_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
_LOOSE: Final = Condition("attachment_id IS NULL")
_UNSAFE: Final = frozenset('/\\:*?"<>|')
# Controls, marks that turn the direction of writing, halves of characters, and what is none yet.
_UNSEEN: Final = frozenset(["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"])


def file_name(given: str) -> str:
    """A name that is a name on any system, and nothing but a name; its ending is kept."""
    plain = " ".join("".join(map(_seen, given)).split()).strip(" .")
    name, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        name, ending = plain, ""
    name = name[:LONGEST_NAME].strip(" .") or "file"
    return f"{name}.{ending}" if ending else name


def _seen(character: str) -> str:
    hidden = character in _UNSAFE or unicodedata.category(character) in _UNSEEN
    return " " if hidden else character


async def keep_file(
    context: Context, actor: Actor, file_id: UUID, stored: Stored, filename: str, media_type: str
) -> File:
    """The row of a file whose bytes are stored; raises `UserErrors` where there are too many."""
    now = datetime.now(UTC)
    await one_at_a_time(context.session, "files")
    fresh = rows(context.session, File).filter(expires_at__gt=now, attachment_id__isnull=True)
    if await fresh.count() >= MOST_FILES:
        raise UserErrors([UserError((), "TOO_MANY_FILES", {"longest": MOST_FILES})])
    return await insert(
        context.session,
        File,
        id=file_id,
        filename=filename,
        media_type=media_type,
        size=stored.size,
        sha256=stored.sha256,
        token_id=actor.token_id,
        member_id=actor.member_id,
        expires_at=(now + KEPT).replace(microsecond=0),
    )


async def keep_own_file(
    context: Context, file_id: UUID, stored: Stored, filename: str, media_type: str
) -> File:
    """The row of a file that the service made for whoever asks, once its bytes are stored."""
    actor = context.actor
    if actor is None:
        raise RuntimeError("files are made for somebody")
    return await keep_file(context, actor, file_id, stored, filename, media_type)


async def files_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, File]:
    """Those of the files that the caller may see and that are still kept, by id.

    What is attached is no file any more: whoever sees its record sees it there.
    """
    if context.actor is None:
        return {}
    chosen = any_of(context.session.dialect, "id", list(ids))
    own = all_of([chosen, made_by(context.actor), _LOOSE])
    found = await matching(context.session, File, own)
    now = datetime.now(UTC)
    return {row.id: row for row in found if row.expires_at > now}


async def lock_file(context: Context, file_id: UUID) -> File | None:
    """A file that the caller may see, held for a change; None where there is none."""
    found = await lock(context.session, File, file_id)
    return found if file_id in await files_by_id(context, [file_id]) else None


async def keep_for(session: Session, file: File, attachment_id: UUID) -> None:
    """Keep a file as long as its attachment is there."""
    await update(session, file, {"attachment_id": attachment_id, "expires_at": _NEVER})


async def attached_bytes(session: Session) -> int:
    """How many bytes the workspace keeps in attachments."""
    (found,) = await session.select(
        "SELECT coalesce(sum(size), 0) AS n FROM file"
        " WHERE organisation_id = ? AND attachment_id IS NOT NULL",
        [organisation_of(session)],
    )
    return int(found["n"])


def link_to(row: File) -> Link:
    """A link to a file, for a quarter of an hour, or as long as it is still kept."""
    return link(row.organisation_id, row.id, row.expires_at)


def link(organisation_id: UUID, file_id: UUID, until: datetime = _NEVER) -> Link:
    """A link to a file of a workspace, for a quarter of an hour, at most until then."""
    ends = min(datetime.now(UTC) + LINKED, until)
    return Link(organisation_id, file_id, ends.replace(microsecond=0))


async def linked_file(database: Database, link: Link) -> File | None:
    """The file behind a link that was read; None when either is no longer good."""
    now = datetime.now(UTC)
    if link.expires_at <= now:
        return None
    async with database.read(Scope(organisation=link.organisation_id)) as session:
        found = await find(session, File, link.record_id)
    return found if found is not None and found.expires_at > now else None


async def forget_old(database: Database, workspace: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Remove rows whose time is over; those of the ids that have a row afterwards."""
    scope = Scope(organisation=workspace)
    async with database.read(scope) as session:
        found = {row.id: row for row in await rows(session, File).filter(id__in=list(ids))}
    now = datetime.now(UTC)
    if all(row.expires_at > now for row in found.values()):
        return set(found)
    async with database.write(scope) as session:
        # By the time, not by id: one that is attached meanwhile stays.
        await delete_where(rows(session, File).filter(expires_at__lte=now))
        return {row.id for row in await rows(session, File).filter(id__in=list(ids))}
