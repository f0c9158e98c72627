"""The job that writes the records of a sheet, some hundred at a time, each once.

Those that name records of the sheet which are not written yet are put off: once the others are
written, it goes through what is left, again and again, as long as some of it can be written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.clients.models import Client
from clientgraph.columns.drafting import SheetRecord
from clientgraph.columns.matching import Matching
from clientgraph.context import Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.imports.deciding import Decided, found_records
from clientgraph.imports.models import (
    Import,
    ImportAction,
    ImportDecision,
    ImportOutcome,
    ImportRow,
    ImportStage,
)
from clientgraph.imports.options import Options
from clientgraph.imports.packing import packed_problems
from clientgraph.imports.parts import store_changes
from clientgraph.imports.previewing import import_of
from clientgraph.imports.reverting import revert
from clientgraph.imports.sheets import awaited_problems, kept_records, known_fields, matching_of
from clientgraph.imports.snapshots import fingerprints, snapshots
from clientgraph.jobs.kinds import Step, Task
from clientgraph.requirements import Channel
from clientgraph.storage.rows import having_any, lock_all, rows, update, update_many
from clientgraph.storage.statistics import refresh_statistics
from clientgraph.templates.upserting import UpsertAction, Upserted, save_clients

RUN: Final = "IMPORT_RUN"
AT_ONCE: Final = 100
_READ: Final = (
    *("id", "version", "organisation_id", "import_id", "position", "first_row", "lines"),
    *("action", "decision", "matched_by", "outcome", "client_id", "completed", "problems"),
    *("before", "after"),
)
_BACK: Final = "back"
_TAKEN_BACK: Final = "taken back"
WRITTEN: Final = (ImportOutcome.CREATED.value, ImportOutcome.UPDATED.value)
_DONE: Final[Mapping[UpsertAction, ImportOutcome]] = {
    UpsertAction.CREATED: ImportOutcome.CREATED,
    UpsertAction.UPDATED: ImportOutcome.UPDATED,
    UpsertAction.UNCHANGED: ImportOutcome.UNCHANGED,
    UpsertAction.FAILED: ImportOutcome.FAILED,
}


Changes = list[tuple[ImportRow, Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class _Chunk:
    """Rows that come next; ``records`` are those that are to be written, of the ``chosen`` rows.

    Those ``put_off`` stay as they are.
    """

    options: Options
    matching: Matching
    rows: Sequence[ImportRow]
    chosen: Sequence[ImportRow]
    records: Sequence[SheetRecord]
    put_off: frozenset[UUID]


@dataclass(frozen=True, kw_only=True)
class _Place:
    """How far it is: the position of the next row, and how many were ``left`` by the round before.

    In the ``last`` round nothing is put off.
    """

    at: int = 0
    left: int | None = None
    last: bool = False

    @classmethod
    def of(cls, task: Task) -> _Place:
        return cls(**task.position) if isinstance(task.position, Mapping) else cls()

    def then(self, at: int) -> Mapping[str, Any]:
        """The same round, further on."""
        return {"at": at, "left": self.left, "last": self.last}

    def next(self, left: int) -> Mapping[str, Any]:
        """The next round, with so many left."""
        return {"at": 0, "left": left, "last": left == self.left}


class _Refused(Exception):
    """Something cannot be written of what was to be written as a whole: what is told of it."""

    def __init__(self, told: Changes) -> None:
        self.told = told
        super().__init__(len(told))


def _check_whole(chunk: _Chunk, changes: Changes) -> None:
    """Raise `_Refused` where a record fails, and is not to be left out."""
    told: Changes = [
        (row, {"action": ImportAction.INVALID.value, "problems": change["problems"]})
        for row, change in changes
        if change["outcome"] == ImportOutcome.FAILED.value
    ]
    if told and not chunk.options.skip_invalid:
        raise _Refused(told)


async def prepare(context: Context, task: Task) -> _Chunk | None:
    """The records of the next rows, read anew from their cells; None while it is taken back."""
    if task.position == _TAKEN_BACK:
        raise UserErrors([UserError((), "IMPORT_TAKEN_BACK")])
    if isinstance(task.position, Mapping) and _BACK in task.position:
        return None
    row = await import_of(context, task)
    options = Options.unpacked(row.options)
    await refresh_statistics(context.database)
    place = _Place.of(task)
    async with context.reading() as session:
        kept = rows(session, ImportRow).filter(import_id=row.id, position__gte=place.at)
        # What a job that was cancelled had written is written, and can still be taken back.
        wanted: dict[str, Any] = {"outcome__isnull": True}
        if place.left is None:
            wanted["outcome__not_in"] = WRITTEN
        found = await having_any(kept, wanted).order_by("position").limit(AT_ONCE).only(*_READ)
    chosen = [each for each in found if _is_wanted(each, options)]
    matching, fields = matching_of(row), await known_fields(context)
    made = await kept_records(context, fields, matching, chosen, waits=not place.last)
    pairs = list(zip(chosen, made, strict=True))
    ready = [pair for pair in pairs if not pair[1].awaited]
    return _Chunk(
        options=options,
        matching=matching,
        rows=found,
        chosen=[each for each, _ in ready],
        records=[each for _, each in ready],
        put_off=frozenset(each.id for each, record in pairs if record.awaited),
    )


def _is_wanted(row: ImportRow, options: Options) -> bool:
    """Whether a row is to be written, as it was previewed and decided."""
    if row.decision is not None:
        return row.decision != ImportDecision.SKIP.value
    if row.action == ImportAction.CONFLICT.value:
        return options.conflicts == ImportDecision.CREATE.value
    return row.action != ImportAction.INVALID.value


async def write(context: Context, task: Task, prepared: _Chunk | None) -> Step:
    """Write them, or take back what was written before."""
    row = await import_of(context, task)
    if prepared is None:
        return await _take_back(context, row, task)
    try:
        async with context.session.savepoint():
            changes = await _written(context, prepared)
            _check_whole(prepared, changes)
    except _Refused as refused:
        await update_many(context.session, refused.told)
        return Step(position={_BACK: True}, done=task.done, total=row.total)
    await update_many(context.session, changes)
    place, total = _Place.of(task), row.total or 0
    done = task.done + len(changes)
    if len(prepared.rows) == AT_ONCE:
        reached = prepared.rows[-1].position + 1
        # What was written before the job began is passed over.
        done = reached if place.left is None else done
        return Step(position=place.then(reached), done=done, total=total)
    left = await rows(context.session, ImportRow).filter(import_id=row.id, outcome=None).count()
    if left:
        return Step(position=place.next(left), done=total - left, total=total)
    await update(context.session, row, {"stage": ImportStage.DONE.value})
    context.changed("UPDATED", "Import", row)
    counted = await outcomes(context, row.id)
    return Step(done=total, total=total, is_last=True, result=counted)


async def outcomes(context: Context, import_id: UUID) -> dict[str, int]:
    """How many records came to each outcome."""
    found = await context.session.select(
        "SELECT outcome, count(*) AS n FROM client_import_row"
        " WHERE organisation_id = ? AND import_id = ? AND outcome IS NOT NULL GROUP BY outcome",
        [context.organisation_id, import_id],
    )
    return {str(each["outcome"]): int(each["n"]) for each in found}


async def _written(context: Context, chunk: _Chunk) -> Changes:
    """Write the records of a chunk; what is then to be said of each of its rows."""
    decided = await _decided(context, chunk)
    known = [each.saving.client for each in decided if each.saving.client is not None]
    before = await snapshots(context, known)
    headers = {each.index: each.header for each in chunk.matching.columns}
    done = await _saved(context, decided)
    ids = [found.client.id for found in done if found.client is not None]
    after = await fingerprints(context, ids)
    told: dict[UUID, Mapping[str, Any]] = {}
    for row, each, found in zip(chunk.chosen, decided, done, strict=True):
        client_id = found.client.id if found.client else None
        told[row.id] = {
            "outcome": _DONE[found.action].value,
            "client_id": client_id,
            "matched_by": each.matched_by,
            # What it waited for it waits for again, should all be taken back and written anew.
            "problems": packed_problems([*awaited_problems(row), *each.problems(headers)]),
            "before": before.get(client_id, "null") if client_id else "null",
            "after": after.get(client_id) if client_id else None,
        }
    done_with = (row for row in chunk.rows if row.id not in chunk.put_off)
    return [(row, told.get(row.id) or _left_out(row)) for row in done_with]


def _left_out(row: ImportRow) -> Mapping[str, Any]:
    invalid = row.action == ImportAction.INVALID.value and row.decision is None
    outcome = ImportOutcome.FAILED if invalid else ImportOutcome.SKIPPED
    return {
        "outcome": outcome.value,
        "client_id": row.client_id,
        "matched_by": row.matched_by,
        "problems": row.problems,
        "before": "null",
        "after": None,
    }


async def _decided(context: Context, chunk: _Chunk) -> list[Decided]:
    chosen = {row.first_row: row.client_id for row in chunk.chosen if row.decision is not None}
    ids = [client_id for client_id in chosen.values() if client_id is not None]
    held = {client.id: client for client in await lock_all(context.session, Client, ids)}
    decided: dict[int, Client | None] = {
        place: held.get(client_id) if client_id else None for place, client_id in chosen.items()
    }
    completed = [orjson.loads(row.completed) for row in chunk.chosen]
    made = await found_records(context, chunk.records, chunk.options, completed, decided)
    for row, each in zip(chunk.chosen, made, strict=True):
        if each.saving.client_id != row.client_id:
            # Somebody looked at the preview, and agreed to that.
            each.saving.checked.add((), "CHANGED_SINCE_PREVIEW")
        if each.record.mistakes:
            _refuse(each, waited=bool(awaited_problems(row)))
    return made


def _refuse(decided: Decided, *, waited: bool) -> None:
    """A record whose cells cannot be read any more, or that has waited for another in vain."""
    checked, mistake = decided.saving.checked, decided.record.mistakes[0]
    if not waited:
        checked.add((), "CELLS_UNREADABLE")
        return
    columns = decided.record.matching.columns
    key = next((each.field for each in columns if each.index == mistake.column), None) or ""
    checked.add(tuple(key.split(".")), mistake.code, **mistake.params)


async def _saved(context: Context, decided: Sequence[Decided]) -> list[Upserted]:
    """Those without parts to be changed all at once; the others one by one."""
    plain = [each.saving for each in decided if not each.changes]
    saved = await save_clients(context, plain, Channel.IMPORT, skip_invalid=True)
    found = dict(zip(map(id, plain), saved, strict=True))
    for each in decided:
        if each.changes and each.saving.client is not None:
            found[id(each.saving)] = await _saved_with_parts(context, each, each.saving.client)
    return [found[id(each.saving)] for each in decided]


async def _saved_with_parts(context: Context, decided: Decided, client: Client) -> Upserted:
    """A client that there is and its parts, all or nothing."""
    saving = decided.saving
    try:
        async with context.session.savepoint():
            (found,) = await save_clients(context, [saving], Channel.IMPORT, skip_invalid=True)
            if found.errors:
                return found
            await store_changes(context, client, decided.changes)
    except UserErrors as mistakes:
        for error in mistakes.errors:
            saving.checked.note(error)
        return Upserted(saving.position, UpsertAction.FAILED, client, mistakes.errors, [])
    return Upserted(saving.position, UpsertAction.UPDATED, client, (), found.warnings)


def _taken_back(row: ImportRow, error: UserError | None) -> Mapping[str, Any]:
    """A row that is as it was before it was written, or why it is not."""
    if error is not None:
        return {"outcome": ImportOutcome.KEPT.value, "after": None, "client_id": row.client_id}
    was_new = row.outcome == ImportOutcome.CREATED.value
    return {"outcome": None, "after": None, "client_id": None if was_new else row.client_id}


async def last_written(context: Context, import_id: UUID, limit: int) -> list[ImportRow]:
    """Rows that were written, the last first: what depends on others was written after them."""
    written = rows(context.session, ImportRow).filter(import_id=import_id, outcome__in=WRITTEN)
    return await written.order_by("-updated_at", "-position").limit(limit)


async def _take_back(context: Context, row: Import, task: Task) -> Step:
    """Take back some of what was written, the last first; at the end it can be run again."""
    kept = rows(context.session, ImportRow).filter(import_id=row.id)
    found = await last_written(context, row.id, AT_ONCE)
    told = await revert(context, found)
    await update_many(context.session, [(each, _taken_back(each, told[each.id])) for each in found])
    if len(found) == AT_ONCE:
        return Step(position=task.position, done=max(task.done - AT_ONCE, 0), total=row.total)
    rest = await kept.exclude(outcome=None).exclude(outcome=ImportOutcome.KEPT.value)
    await update_many(context.session, [(each, {"outcome": None}) for each in rest])
    await update(context.session, row, {"stage": ImportStage.READY.value})
    context.changed("UPDATED", "Import", row)
    return Step(position=_TAKEN_BACK, done=0, total=row.total)
