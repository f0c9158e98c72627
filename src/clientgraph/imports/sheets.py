"""The sheets of imports while they are read: brought here, and kept until they are done with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

import orjson

from clientgraph.columns.clients import know_clients, named_clients, named_in_sheet
from clientgraph.columns.drafting import SheetRecord
from clientgraph.columns.fields import SheetFields, sheet_fields
from clientgraph.columns.gathering import moves_of
from clientgraph.columns.matching import Matching
from clientgraph.columns.names import name_key
from clientgraph.columns.records import columns_of, drafting_of, records
from clientgraph.context import Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.imports.models import Import, ImportRow
from clientgraph.imports.options import Options
from clientgraph.imports.packing import AWAITED, Problem, unpacked_problems, unpacked_rows
from clientgraph.scratch import scratch_folder
from clientgraph.sheets.cells import Row
from clientgraph.sheets.reading import ReadSheet, SheetProblem, kept_rows, read_sheet
from clientgraph.sheets.reordering import reorder
from clientgraph.turns import in_turns_of_threads

MOST_OPEN: Final = 4


class OpenSheet:
    """A sheet that was read, in a folder of its own for as long as it is needed."""

    def __init__(self, folder: TemporaryDirectory[str], sheet: ReadSheet) -> None:
        self.sheet = sheet
        self._folder = folder
        self._offsets: dict[int, int] = {}
        self._is_gathered = False
        self._named: frozenset[str] | None = None

    def gather(self, fields: SheetFields, matching: Matching) -> None:
        """Let the rows of each client stand together, below the first of them."""
        if self._is_gathered:
            return
        path = self.sheet.path
        moves = moves_of(fields, matching, lambda: in_turns_of_threads(kept_rows(path)))
        if moves:
            target = path.with_name("gathered")
            reorder(path, target, moves)
            self.sheet = replace(self.sheet, path=target)
            path.unlink()
        self._is_gathered = True

    def named(self, fields: SheetFields, matching: Matching) -> frozenset[str]:
        """The keys of names by which its cells may mean other records of it."""
        if self._named is None:
            path = self.sheet.path
            self._named = named_in_sheet(
                columns_of(fields, matching),
                lambda: in_turns_of_threads(row for _, row in kept_rows(path)),
            )
        return self._named

    def behind(self, number: int) -> Iterator[Row]:
        """The rows behind one, by its number; found at once where that was the last to be asked.

        All rows are behind 0.
        """
        offset = self._offsets.get(number)
        self._offsets.clear()
        is_behind = number == 0 or offset is not None
        for following, row in in_turns_of_threads(kept_rows(self.sheet.path, offset or 0)):
            if is_behind:
                self._offsets[row.number] = following
                yield row
            is_behind = is_behind or row.number == number

    def close(self) -> None:
        """Do away with the folder."""
        self._folder.cleanup()


async def open_sheet(context: Context, row: Import) -> OpenSheet:
    """Read the sheet of an import; raises `UserErrors` where it cannot be."""
    folder = scratch_folder("import")
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
    """What the columns of an import that was read were taken for; raises `UserErrors`."""
    found = orjson.loads(row.matching)
    if found is None:
        raise UserErrors([UserError(("id",), "IMPORT_NOT_READY")])
    return Matching.from_json(found)


async def known_fields(context: Context) -> SheetFields:
    """The fields that sheets of the workspace can have."""
    async with context.reading():
        return await sheet_fields(context)


async def next_records(
    context: Context,
    fields: SheetFields,
    matching: Matching,
    sheet: OpenSheet,
    behind: int,
    most: int,
) -> list[SheetRecord]:
    """The records behind a row of the sheet, by its number."""

    def read() -> list[SheetRecord]:
        sheet.gather(fields, matching)
        return list(islice(records(fields, matching, sheet.behind(behind)), most))

    made = await asyncio.to_thread(read)
    groups = [each.rows for each in made]
    unknown = await _know_named(context, fields, matching, groups)
    if unknown is None:
        return made
    if unknown:
        fields.clients.awaited = await asyncio.to_thread(sheet.named, fields, matching)
    return await _drafted(fields, matching, groups)


async def kept_records(
    context: Context,
    fields: SheetFields,
    matching: Matching,
    kept: Sequence[ImportRow],
    *,
    waits: bool,
) -> list[SheetRecord]:
    """The records that rows were kept of, read anew: each is one, whatever stands beside it.

    With ``waits`` names of records of the sheet that are not written yet are no mistakes.
    """
    groups = await asyncio.to_thread(
        lambda: [unpacked_rows(row.lines) for row in in_turns_of_threads(kept)]
    )
    await _know_named(context, fields, matching, groups)
    if waits:
        named = (each.value or "" for row in kept for each in awaited_problems(row))
        fields.clients.awaited = frozenset(map(name_key, named))
    return await _drafted(fields, matching, groups)


def awaited_problems(row: ImportRow) -> list[Problem]:
    """What was said of cells of a record that mean other records of its sheet."""
    return [each for each in unpacked_problems(row.problems) if each.code == AWAITED]


async def _know_named(
    context: Context, fields: SheetFields, matching: Matching, groups: Iterable[Iterable[Row]]
) -> list[str] | None:
    """Look for the clients that cells of these rows name: names of none; None where none do."""
    texts = named_clients(columns_of(fields, matching), chain.from_iterable(groups))
    if not texts:
        return None
    async with context.reading():
        await know_clients(context, fields.clients, texts)
    return [text for text in texts if not fields.clients.knows(text)]


async def _drafted(
    fields: SheetFields, matching: Matching, groups: Sequence[Sequence[Row]]
) -> list[SheetRecord]:
    """The records of rows of which it is known which are one client."""
    drafting = drafting_of(fields, matching)
    return await asyncio.to_thread(
        lambda: [drafting.record(rows) for rows in in_turns_of_threads(groups)]
    )


class OpenSheets:
    """The sheets that this process has open, by import."""

    def __init__(self) -> None:
        self._open: dict[UUID, OpenSheet] = {}

    async def of(self, context: Context, row: Import) -> OpenSheet:
        """The sheet of an import, read once; raises `UserErrors` where it cannot be."""
        if row.id not in self._open:
            # Those of imports that were cancelled are not told of.
            while len(self._open) >= MOST_OPEN:
                self.close(next(iter(self._open)))
            self._open[row.id] = await open_sheet(context, row)
        return self._open[row.id]

    def close(self, import_id: UUID) -> None:
        """Do away with one that is not needed any more, if it is open."""
        found = self._open.pop(import_id, None)
        if found is not None:
            found.close()
