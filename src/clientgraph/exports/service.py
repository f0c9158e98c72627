"""What can be done with exports: begun, and found again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.clients.models import Client
from clientgraph.columns.fields import sheet_fields
from clientgraph.context import Actor, Context
from clientgraph.drafts import Checked
from clientgraph.exports.models import Export, ExportFormat, ExportPart
from clientgraph.jobs.service import start_job
from clientgraph.storage.conditions import all_of, any_of
from clientgraph.storage.listings import NEWEST_ID, Listing
from clientgraph.storage.pages import ids_of, matching
from clientgraph.storage.rows import delete, insert, insert_many, rows, update
from clientgraph.visibility import begun_by

EXPORT: Final = "EXPORT"
KEPT: Final = timedelta(days=30)
PURGED: Final = 50
IDS_IN_PART: Final = 10_000


async def export_clients(
    context: Context,
    found: Listing[Client],
    format: ExportFormat,  # noqa: A002 - what users call it
    columns: Sequence[str] | None,
) -> Export:
    """Begin to write the clients of a list, as they are listed now; raises `UserErrors`."""
    actor = context.actor
    if actor is None:
        raise RuntimeError("exports are begun by somebody")
    await _check_columns(context, columns)
    await _purge(context)
    ids = await ids_of(context.session, found)
    row = await insert(
        context.session,
        Export,
        format=format.value,
        columns=orjson.dumps(columns).decode(),
        total=len(ids),
        token_id=actor.token_id,
        member_id=actor.member_id,
    )
    parts = [ids[start : start + IDS_IN_PART] for start in range(0, len(ids), IDS_IN_PART)]
    await insert_many(
        context.session,
        ExportPart,
        [
            {"export_id": row.id, "position": place, "ids": b"".join(each.bytes for each in part)}
            for place, part in enumerate(parts)
        ],
    )
    job = await start_job(context, EXPORT, {"export": str(row.id)})
    await update(context.session, row, {"job_id": job.id})
    context.changed("CREATED", "Export", row)
    return row


async def _check_columns(context: Context, columns: Sequence[str] | None) -> None:
    checked, known = Checked(), await sheet_fields(context)
    for place, key in enumerate(columns or ()):
        if key not in known.by_key or known.by_key[key].is_virtual:
            checked.add(("columns", str(place)), "UNKNOWN_SHEET_FIELD", field=key[:40])
        elif (columns or ()).index(key) < place:
            other = (columns or ()).index(key)
            checked.add(("columns", str(place)), "DUPLICATE", other=other)
    checked.raise_errors()


async def _purge(context: Context) -> None:
    old = rows(context.session, Export).filter(created_at__lt=datetime.now(UTC) - KEPT)
    ids: list[Any] = await old.order_by("id").limit(PURGED).values_list("id", flat=True)
    await delete(context.session, Export, ids)


async def exports_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Export]:
    """Those of the exports that the caller may see, by id."""
    if context.actor is None:
        return {}
    chosen = any_of(context.session.dialect, "id", list(ids))
    found = await matching(context.session, Export, all_of([chosen, begun_by(context.actor)]))
    return {row.id: row for row in found}


def listing(actor: Actor) -> Listing[Export]:
    """The exports that a caller may see, the last first."""
    return Listing(Export, "exports", [NEWEST_ID], begun_by(actor), b"")
