"""The job that reads a sheet, and tells of each record what would be done and what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.columns.drafting import SheetRecord
from clientgraph.columns.fields import SheetFields
from clientgraph.columns.matching import Matching, match_columns
from clientgraph.columns.readers import text_of
from clientgraph.columns.records import records
from clientgraph.context import Context
from clientgraph.duplicates.candidates import Candidate, Match
from clientgraph.duplicates.service import find_duplicates
from clientgraph.errors import UserError, UserErrors
from clientgraph.imports.completing import completed_by_registries
from clientgraph.imports.deciding import Decided, check_records, found_records
from clientgraph.imports.models import Import, ImportAction, ImportRow, ImportStage
from clientgraph.imports.options import Options, SheetFacts
from clientgraph.imports.packing import Problem, packed_problems, packed_rows, unpacked_problems
from clientgraph.imports.sheets import (
    OpenSheet,
    OpenSheets,
    known_fields,
    matching_of,
    next_records,
)
from clientgraph.imports.similar import compared, packed_matches, unshared
from clientgraph.jobs.kinds import Step, Task, subject_of
from clientgraph.sheets.cells import Row
from clientgraph.sheets.reading import ReadSheet
from clientgraph.storage.rows import insert_many, rows, update, update_many
from clientgraph.turns import in_turns, in_turns_of_threads

PREVIEW: Final = "IMPORT_PREVIEW"
HEAD: Final = 60
AT_ONCE: Final = 250
WITH_REGISTRIES: Final = 40
MOST_PASSED: Final = 100
LONGEST_PASSED: Final = 100
_COMPARING: Final = "comparing"


@dataclass(frozen=True, kw_only=True)
class _Begun:
    """The sheet was read; this is what its columns are."""

    facts: SheetFacts
    matching: Matching
    rows: int


@dataclass(frozen=True, kw_only=True)
class _Chunk:
    """Some of its records; ``behind`` is the number of the last row that was read."""

    fields: SheetFields
    matching: Matching
    options: Options
    records: Sequence[SheetRecord]
    completed: Sequence[Mapping[str, Any]]
    rows: int
    behind: int
    is_last: bool


@dataclass(frozen=True)
class _Compared:
    """By position, what new records are much like, and that one before has the same key.

    ``passed`` are rows that are no clients.
    """

    matches: Mapping[int, Sequence[Match]]
    repeated: Mapping[int, Problem]
    passed: Sequence[tuple[int, str]]


class Preview:
    """Reads, checks some hundred records at a time, and compares those that are new at the end."""

    def __init__(self) -> None:
        self._sheets = OpenSheets()

    async def prepare(self, context: Context, task: Task) -> _Begun | _Chunk | _Compared:
        """Read what the next step is about."""
        row = await import_of(context, task)
        if task.position == _COMPARING:
            return await self._compared(context, row)
        sheet = await self._sheets.of(context, row)
        fields = await known_fields(context)
        if task.position is None:
            given = Options.unpacked(row.options)
            return await asyncio.to_thread(_begun, fields, sheet.sheet, given)
        return await self._chunk(context, row, fields, sheet, task.position)

    async def _chunk(
        self,
        context: Context,
        row: Import,
        fields: SheetFields,
        sheet: OpenSheet,
        position: Mapping[str, int],
    ) -> _Chunk:
        options, matching = Options.unpacked(row.options), matching_of(row)
        most = WITH_REGISTRIES if options.registries else AT_ONCE
        found = await next_records(context, fields, matching, sheet, position["behind"], most)
        completed = await completed_by_registries(context, found) if options.registries else []
        return _Chunk(
            fields=fields,
            matching=matching,
            options=options,
            records=found,
            completed=completed or [{}] * len(found),
            rows=sheet.sheet.rows,
            behind=found[-1].rows[-1].number if found else position["behind"],
            is_last=len(found) < most,
        )

    async def _compared(self, context: Context, row: Import) -> _Compared:
        """All new ones of the sheet at once: each is compared with the others, too."""
        sheet, fields = await self._sheets.of(context, row), await known_fields(context)
        matching = matching_of(row)
        async with context.reading() as session:
            by_email = await unshared(context, Options.unpacked(row.options))
            kept = rows(session, ImportRow).filter(import_id=row.id)
            new = await kept.filter(action=ImportAction.CREATE.value).values_list(
                "first_row", "position"
            )
        positions: dict[int, int] = dict(new)
        passed: list[tuple[int, str]] = []

        def pass_over(found: Row) -> None:
            if len(passed) < MOST_PASSED:
                texts = (text_of(cell) for cell in found.cells)
                passed.append((found.number, " ".join(filter(None, texts))[:LONGEST_PASSED]))

        def read() -> tuple[list[Candidate], dict[int, Problem]]:
            sheet.gather(fields, matching)
            found = in_turns_of_threads(records(fields, matching, sheet.sheet, pass_over))
            return compared(islice(found, row.total), positions, by_email)

        made, repeated = await asyncio.to_thread(read)
        return _Compared(await find_duplicates(context, made), repeated, passed)

    async def write(
        self, context: Context, task: Task, prepared: _Begun | _Chunk | _Compared
    ) -> Step:
        """Keep what was found."""
        row = await import_of(context, task)
        if isinstance(prepared, _Begun):
            matching = orjson.dumps(prepared.matching.to_json()).decode()
            read = {"sheet": prepared.facts.packed(), "matching": matching}
            await update(context.session, row, read)
            behind = {"behind": prepared.matching.header_row or 0, "position": 0}
            return Step(position=behind, total=prepared.rows)
        if isinstance(prepared, _Chunk):
            return await _keep(context, row, task, prepared)
        await _note_matches(context, row, prepared)
        change: dict[str, Any] = {"stage": ImportStage.READY.value}
        if facts := SheetFacts.unpacked(row.sheet):
            change["sheet"] = replace(facts, passed=list(prepared.passed)).packed()
        await update(context.session, row, change)
        context.changed("UPDATED", "Import", row)
        self._sheets.close(row.id)
        return Step(done=task.done, total=task.done, is_last=True, result=row.total)


async def import_of(context: Context, task: Task) -> Import:
    """The import that a job is about; raises `UserErrors` where it is gone."""
    return await subject_of(context, Import, UUID(task.payload["import"]))


def _begun(fields: SheetFields, sheet: ReadSheet, options: Options) -> _Begun:
    head = list(islice(sheet, HEAD))
    matching = match_columns(fields, head, given=options.columns, preset=options.preset)
    if not any(each.field for each in matching.columns):
        raise UserErrors([UserError(("file",), "NO_KNOWN_COLUMN")])
    sheets = [asdict(each) for each in sheet.sheets]
    facts = SheetFacts(format=sheet.format, sheets=sheets, chosen=sheet.chosen)
    return _Begun(facts=facts, matching=matching, rows=sheet.rows)


async def _keep(context: Context, row: Import, task: Task, chunk: _Chunk) -> Step:
    """The records of a chunk, each with what would be done."""
    decided = await found_records(context, chunk.records, chunk.options, chunk.completed)
    await check_records(context, decided)
    headers = {each.index: each.header for each in chunk.matching.columns}
    first = task.position["position"]
    places = enumerate(zip(decided, chunk.completed, strict=True), first)
    made = [
        _row(row, place, each, headers, added) async for place, (each, added) in in_turns(places)
    ]
    await insert_many(context.session, ImportRow, made)
    total = first + len(made)
    done = task.done + sum(len(each.rows) for each in chunk.records)
    if chunk.is_last:
        await update(context.session, row, {"total": total})
        return Step(position=_COMPARING, done=done, total=chunk.rows)
    position = {"behind": chunk.behind, "position": total}
    return Step(position=position, done=done, total=chunk.rows)


def _row(
    row: Import,
    position: int,
    decided: Decided,
    headers: Mapping[int, str],
    completed: Mapping[str, Any],
) -> dict[str, Any]:
    client = decided.saving.client
    return {
        "import_id": row.id,
        "position": position,
        "first_row": decided.record.rows[0].number,
        "name": decided.name,
        "lines": packed_rows(decided.record.rows),
        "action": decided.action.value,
        "matched_by": decided.matched_by,
        "client_id": client.id if client else None,
        "completed": orjson.dumps(dict(completed)).decode(),
        "problems": packed_problems(decided.problems(headers)),
    }


async def _note_matches(context: Context, row: Import, compared: _Compared) -> None:
    """Records that are much like a client, or like another record before them, are conflicts.

    Those with the key of another before them are mistakes: which of both is meant, nobody knows.
    """
    noted = {*compared.matches, *compared.repeated}
    if not noted:
        return
    kept = rows(context.session, ImportRow).filter(import_id=row.id)
    places: dict[int, int] = dict(await kept.values_list("position", "first_row"))
    changes: list[tuple[ImportRow, Mapping[str, Any]]] = []
    for each in await kept.filter(position__in=list(noted)):
        problem = compared.repeated.get(each.position)
        told = [
            match
            for match in compared.matches.get(each.position, ())
            if match.client_id is not None or (match.other or 0) < each.position
        ]
        if problem is not None:
            problems = packed_problems([*unpacked_problems(each.problems), problem])
            changes.append((each, {"action": ImportAction.INVALID.value, "problems": problems}))
        elif told:
            candidates = packed_matches(told, places)
            change = {"action": ImportAction.CONFLICT.value, "candidates": candidates}
            changes.append((each, change))
    await update_many(context.session, changes)
