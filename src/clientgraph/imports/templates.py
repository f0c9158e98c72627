"""The sheet that is handed out to be filled in, made for a workspace."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from clientgraph.columns.fields import sheet_fields
from clientgraph.columns.presets import presets
from clientgraph.columns.template import Template, template_of
from clientgraph.context import Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.files.models import File
from clientgraph.files.service import file_name, keep_own_file
from clientgraph.files.sniffing import XLSX
from clientgraph.files.storing import Stored
from clientgraph.scratch import scratch_folder
from clientgraph.sheets.templates import Column, write_template
from clientgraph.storage.ids import uuid7

_NAMES: Final = {"en": "Clients", "fr": "Clients", "nl": "Klanten", "de": "Kunden"}


@dataclass(frozen=True, kw_only=True)
class MadeSheet:
    """A file whose bytes are stored, and what it is to be called."""

    file_id: UUID
    stored: Stored
    filename: str


async def make_sheet(context: Context, preset: str | None) -> MadeSheet:
    """An empty sheet of the workspace's fields, or of a product's; raises `UserErrors`."""
    if preset is not None and preset not in presets():
        known = ", ".join(sorted(presets()))
        raise UserErrors([UserError(("preset",), "UNKNOWN_CHOICE", {"known": known})])
    async with context.reading():
        fields = await sheet_fields(context)
    found, file_id = template_of(fields, context.language, preset), uuid7()
    with scratch_folder("template") as folder:
        path = Path(folder, "sheet.xlsx")
        await asyncio.to_thread(_write, path, found)
        stored = await context.files.put(context.organisation_id, file_id, path)
    title = presets()[preset].title if preset else _NAMES[context.language]
    return MadeSheet(file_id=file_id, stored=stored, filename=file_name(f"{title}.xlsx"))


def _write(path: Path, found: Template) -> None:
    columns = [Column(**vars(each)) for each in found.columns]
    rows = [["" if cell is None else str(cell) for cell in row] for row in found.help_rows]
    write_template(path, found.name, columns, found.examples, (found.help_name, rows))


async def keep_sheet(context: Context, made: MadeSheet) -> File:
    """Its row, for a day; raises `UserErrors` where there are too many files."""
    return await keep_own_file(context, made.file_id, made.stored, made.filename, XLSX)
