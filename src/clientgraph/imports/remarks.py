"""The job that makes the sheet again, with a column of remarks, to be corrected and sent anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from clientgraph import global_ids
from clientgraph.context import Context
from clientgraph.files.service import file_name, keep_own_file
from clientgraph.files.sniffing import XLSX
from clientgraph.files.storing import Stored
from clientgraph.imports.models import Import, ImportRow
from clientgraph.imports.packing import unpacked_problems, unpacked_rows
from clientgraph.imports.previewing import import_of
from clientgraph.imports.sheets import matching_of
from clientgraph.jobs.kinds import Step, Task
from clientgraph.scratch import scratch_folder
from clientgraph.sheets.cells import Cell
from clientgraph.sheets.xlsx_writing import XlsxWriter
from clientgraph.storage.ids import uuid7
from clientgraph.storage.rows import rows
from clientgraph.turns import in_turns_of_threads

REMARKS: Final = "IMPORT_REMARKS"
PAGE: Final = 500
_HEADERS: Final = {"en": "Remarks", "fr": "Remarques", "nl": "Opmerkingen", "de": "Anmerkungen"}


async def prepare(context: Context, task: Task) -> tuple[UUID, Stored]:
    """Write the sheet, page by page, and keep its bytes under an id of their own."""
    row = await import_of(context, task)
    matching = matching_of(row)
    width = max((each.index for each in matching.columns), default=-1) + 1
    headers = [""] * width
    for each in matching.columns:
        headers[each.index] = each.header
    with scratch_folder("remarks") as folder:
        path = Path(folder, "sheet.xlsx")
        writer = await asyncio.to_thread(XlsxWriter, path)
        writer.write_header([*headers, _HEADERS[context.language]])
        behind = -1
        while found := await _page(context, row, behind):
            await asyncio.to_thread(_write, context, writer, width, found)
            behind = found[-1].position
        await asyncio.to_thread(writer.close)
        file_id = uuid7()
        return file_id, await context.files.put(context.organisation_id, file_id, path)


async def write(context: Context, task: Task, prepared: tuple[UUID, Stored]) -> Step:
    """Give it a row of its own, for a day; the job answers its id."""
    row = await import_of(context, task)
    name = file_name(f"{Path(row.filename).stem} {_HEADERS[context.language].lower()}.xlsx")
    kept = await keep_own_file(context, *prepared, name, XLSX)
    return Step(is_last=True, result={"fileId": global_ids.encode("File", kept.id)})


async def _page(context: Context, row: Import, behind: int) -> list[ImportRow]:
    async with context.reading() as session:
        kept = rows(session, ImportRow).filter(import_id=row.id, position__gt=behind)
        return await kept.order_by("position").limit(PAGE)


def _write(context: Context, writer: XlsxWriter, width: int, found: Sequence[ImportRow]) -> None:
    for each in in_turns_of_threads(found):
        for cells in _rows(context, width, each):
            writer.write_row(cells)


def _rows(context: Context, width: int, row: ImportRow) -> Iterator[list[Cell]]:
    """The cells of a record's rows, each with what is said of that row."""
    said: dict[int, list[str]] = {}
    for problem in unpacked_problems(row.problems):
        text = context.messages.text(problem.error(), context.language)
        shown = f"{problem.header}: {text}" if problem.header else text
        if problem.suggestion:
            shown = f"{shown} → {problem.suggestion}"
        said.setdefault(problem.row or row.first_row, []).append(shown)
    for each in unpacked_rows(row.lines):
        blanks = [None] * (width - len(each.cells))
        yield [*each.cells[:width], *blanks, "\n".join(said.get(each.number, ())) or None]
