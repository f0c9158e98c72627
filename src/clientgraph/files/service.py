"""What can be done with files: kept after an upload, found, fetched, and forgotten in time."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from clientgraph.context import Actor, Context
from clientgraph.documents.links import Link
from clientgraph.errors import UserError, UserErrors
from clientgraph.files.models import File
from clientgraph.files.storing import Stored
from clientgraph.storage.conditions import all_of, any_of
from clientgraph.storage.database import Database
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import delete, find, insert, one_at_a_time, rows
from clientgraph.storage.scope import Scope
from clientgraph.visibility import made_by

PATH: Final = "/files"
LARGEST: Final = 26_214_400
LONGEST_NAME: Final = 120
MOST_FILES: Final = 500
KEPT: Final = timedelta(hours=24)
LINKED: Final = timedelta(minutes=15)
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
    if await rows(context.session, File).filter(expires_at__gt=now).count() >= MOST_FILES:
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


async def files_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, File]:
    """Those of the files that the caller may see and that are still kept, by id."""
    if context.actor is None:
        return {}
    chosen = any_of(context.session.dialect, "id", list(ids))
    found = await matching(context.session, File, all_of([chosen, made_by(context.actor)]))
    now = datetime.now(UTC)
    return {row.id: row for row in found if row.expires_at > now}


def link_to(row: File) -> Link:
    """A link to a file, for a quarter of an hour."""
    until = min(datetime.now(UTC) + LINKED, row.expires_at)
    return Link(row.organisation_id, row.id, until.replace(microsecond=0))


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
    async with database.write(Scope(organisation=workspace)) as session:
        old = rows(session, File).filter(expires_at__lte=datetime.now(UTC))
        gone: list[Any] = await old.values_list("id", flat=True)
        await delete(session, File, gone)
        return {row.id for row in await rows(session, File).filter(id__in=list(ids))}
