"""The job that writes an export: page by page, in constant memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph import global_ids
from clientgraph.columns.clients import show_clients
from clientgraph.columns.fields import SheetField, SheetFields, sheet_fields
from clientgraph.context import Context
from clientgraph.exports.drafts import drafts_of
from clientgraph.exports.models import Export, ExportFormat, ExportPart
from clientgraph.exports.service import EXPORT
from clientgraph.exports.shapes import Shape, shape_of
from clientgraph.files.service import keep_own_file
from clientgraph.files.sniffing import XLSX
from clientgraph.files.storing import Stored
from clientgraph.identifiers.models import Identifier
from clientgraph.jobs.kinds import JobKind, Step, Task, subject_of
from clientgraph.permissions import Permission
from clientgraph.scratch import scratch_folder
from clientgraph.storage.cleanup import to_its_end
from clientgraph.storage.conditions import Condition
from clientgraph.storage.groups import count_by_column
from clientgraph.storage.ids import uuid7
from clientgraph.storage.listings import Listing
from clientgraph.storage.rows import delete_where, rows, update
from clientgraph.turns import in_turns_of_threads

PAGE: Final = 500
_ENDINGS: Final[Mapping[ExportFormat, str]] = {
    ExportFormat.XLSX: "xlsx",
    ExportFormat.CSV: "csv",
    ExportFormat.JSON_LINES: "jsonl",
    ExportFormat.VCARD: "vcf",
}
_TYPES: Final[Mapping[ExportFormat, str]] = {
    ExportFormat.XLSX: XLSX,
    ExportFormat.CSV: "text/csv",
    ExportFormat.JSON_LINES: "application/jsonl",
    ExportFormat.VCARD: "text/vcard",
}
_NAMES: Final = {"en": "clients", "fr": "clients", "nl": "klanten", "de": "kunden"}


@dataclass(frozen=True, kw_only=True)
class _Written:
    """A file whose bytes are stored, and how many clients are in it."""

    file_id: UUID
    stored: Stored
    clients: int


async def prepare(context: Context, task: Task) -> _Written:
    """Write the file. Clients that are gone since they were listed are left out."""
    row = await _export(context, task)
    async with context.reading():
        fields = await sheet_fields(context)
        keys = orjson.loads(row.columns) or await _usual_columns(context, fields)
    chosen = [fields.by_key[key] for key in keys if key in fields.by_key]
    shape = shape_of(ExportFormat(row.format), fields, chosen, context.language)
    file_id, clients = uuid7(), 0
    with scratch_folder("export") as folder:
        path = Path(folder, "export")
        await asyncio.to_thread(shape.open, path)
        try:
            pages = _pages(context, row, fields, chosen)
            page = await anext(pages, None)
            while page is not None:
                clients += len(page)
                # While one is written the next is read.
                writing = asyncio.to_thread(_write, shape, page)
                page, _ = await asyncio.gather(anext(pages, None), writing)
        finally:
            await to_its_end(asyncio.to_thread(shape.close))
        stored = await context.files.put(context.organisation_id, file_id, path)
    return _Written(file_id=file_id, stored=stored, clients=clients)


async def _usual_columns(context: Context, fields: SheetFields) -> list[str]:
    """All fields, but of identifiers only the kinds that the workspace has."""
    kinds = Listing(Identifier, "kinds", [], Condition("derived_from IS NULL"))
    used = {kind for kind, _ in await count_by_column(context.session, kinds, "kind")}
    return [
        each.key
        for each in fields
        if not each.is_virtual and (each.path[0] != "identifiers" or each.path[1] in used)
    ]


def _write(shape: Shape, page: Sequence[tuple[UUID, Mapping[str, Any]]]) -> None:
    for client_id, draft in in_turns_of_threads(page):
        shape.write(client_id, draft)


async def _pages(
    context: Context, row: Export, fields: SheetFields, chosen: Sequence[SheetField]
) -> AsyncIterator[list[tuple[UUID, Mapping[str, Any]]]]:
    """The clients in their order, each page in a session of its own."""
    place = 0
    while (packed := await _ids(context, row, place)) is not None:
        ids = [UUID(bytes=packed[start : start + 16]) for start in range(0, len(packed), 16)]
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            async with context.reading():
                found = await drafts_of(context, page)
                await show_clients(context, fields.clients, chosen, found.values())
            yield [(each, found[each]) for each in page if each in found]
        place += 1


async def _ids(context: Context, row: Export, place: int) -> bytes | None:
    async with context.reading() as session:
        part = await rows(session, ExportPart).filter(export_id=row.id, position=place).first()
    return None if part is None else bytes(part.ids)


async def _export(context: Context, task: Task) -> Export:
    return await subject_of(context, Export, UUID(task.payload["export"]))


async def write(context: Context, task: Task, written: _Written) -> Step:
    """Give the file a row, for a day."""
    row = await _export(context, task)
    kind = ExportFormat(row.format)
    today = datetime.now(UTC).date().isoformat()
    name = f"{_NAMES[context.language]} {today}.{_ENDINGS[kind]}"
    file = await keep_own_file(context, written.file_id, written.stored, name, _TYPES[kind])
    await update(context.session, row, {"file_id": file.id})
    await delete_where(rows(context.session, ExportPart).filter(export_id=row.id))
    context.changed("UPDATED", "Export", row)
    result = {"fileId": global_ids.encode("File", file.id), "clients": written.clients}
    return Step(done=row.total, total=row.total, is_last=True, result=result)


EXPORT_KIND: Final = JobKind(
    key=EXPORT, permission=Permission.CLIENTS_READ, prepare=prepare, write=write
)
