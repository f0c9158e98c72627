"""The sheets of imports while they are read: brought here, and kept until they are done with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

import orjson

from clientgraph.columns.drafting import SheetRecord
from clientgraph.columns.fields import SheetFields, sheet_fields
from clientgraph.columns.matching import Matching
from clientgraph.columns.records import records
from clientgraph.context import Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.imports.models import Import, ImportRow
from clientgraph.imports.options import Options
from clientgraph.imports.packing import unpacked_rows
from clientgraph.sheets.reading import ReadSheet, SheetProblem, read_sheet

MOST_OPEN: Final = 4


class OpenSheet:
    """A sheet that was read, in a folder of its own for as long as it is needed."""

    def __init__(self, folder: TemporaryDirectory[str], sheet: ReadSheet) -> None:
        self.sheet = sheet
        self._folder = folder

    def close(self) -> None:
        """Do away with the folder."""
        self._folder.cleanup()


async def open_sheet(context: Context, row: Import) -> OpenSheet:
    """Read the sheet of an import; raises `UserErrors` where it cannot be."""
    folder = TemporaryDirectory(prefix="clientgraph-import-")
    try:
        source, target = Path(folder.name, "file"), Path(folder.name, "rows")
        await _bring(context, row, source)
        wanted = Options.unpacked(row.options).sheet
        sheet = await read_sheet(source, row.filename, target, sheet=wanted)
    except SheetProblem as problem:
        folder.cleanup()
        raise UserErrors([UserError(("file",), problem.code, problem.params)]) from problem
    except BaseException:
        folder.cleanup()
        raise
    return OpenSheet(folder, sheet)


async def _bring(context: Context, row: Import, path: Path) -> None:
    if not await context.files.copy_to(context.organisation_id, row.file_id, path):
        raise UserErrors([UserError(("file",), "FILE_GONE")])


def matching_of(row: Import) -> Matching:
    """What the columns of an import that was read were taken for."""
    return Matching.from_json(orjson.loads(row.matching))


async def known_fields(context: Context) -> SheetFields:
    """The fields that sheets of the workspace can have."""
    async with context.reading():
        return await sheet_fields(context)


def next_records(
    fields: SheetFields, matching: Matching, sheet: ReadSheet, behind: int, most: int
) -> list[SheetRecord]:
    """The records behind a row of the sheet, by its number."""
    rows = (row for row in sheet if row.number > behind)
    return list(islice(records(fields, matching, rows), most))


def kept_records(
    fields: SheetFields, matching: Matching, rows: Sequence[ImportRow]
) -> list[SheetRecord]:
    """The records that rows were kept of, read anew: each is one, whatever stands beside it."""
    found = []
    for row in rows:
        (made, *_) = records(fields, matching, unpacked_rows(row.lines))
        found.append(made)
    return found


class OpenSheets:
    """The sheets that this process has open, by import."""

    def __init__(self) -> None:
        self._open: dict[UUID, OpenSheet] = {}

    async def of(self, context: Context, row: Import) -> ReadSheet:
        """The sheet of an import, read once; raises `UserErrors` where it cannot be."""
        if row.id not in self._open:
            # Those of imports that were cancelled are not told of.
            while len(self._open) >= MOST_OPEN:
                self.close(next(iter(self._open)))
            self._open[row.id] = await open_sheet(context, row)
        return self._open[row.id].sheet

    def close(self, import_id: UUID) -> None:
        """Do away with one that is not needed any more, if it is open."""
        found = self._open.pop(import_id, None)
        if found is not None:
            found.close()
