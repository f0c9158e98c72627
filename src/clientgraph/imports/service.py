"""What can be done with imports: begun, listed, run, taken back and forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.clients.models import Client
from clientgraph.clients.service import clients_by_id
from clientgraph.context import Actor, Context
from clientgraph.drafts import Checked
from clientgraph.errors import UserError, UserErrors
from clientgraph.files.service import files_by_id
from clientgraph.imports.checking import Choice, check_options
from clientgraph.imports.models import (
    Import,
    ImportAction,
    ImportDecision,
    ImportOutcome,
    ImportRow,
    ImportStage,
)
from clientgraph.imports.options import Options
from clientgraph.imports.previewing import PREVIEW
from clientgraph.imports.remarks import REMARKS
from clientgraph.imports.running import RUN
from clientgraph.imports.undoing import UNDO
from clientgraph.jobs.models import Job
from clientgraph.jobs.service import start_job
from clientgraph.storage.conditions import Condition, all_of, any_of, compare, one_of
from clientgraph.storage.groups import count_by_columns
from clientgraph.storage.listings import NEWEST_ID, Listing, Order
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import (
    delete,
    find,
    insert,
    lock,
    one_at_a_time,
    rows,
    update,
    update_many,
)
from clientgraph.versions import check_version
from clientgraph.visibility import begun_by

KEPT: Final = timedelta(days=90)
PURGED: Final = 20
MOST_DECISIONS: Final = 1_000
_RUNNABLE: Final = (ImportStage.READY, ImportStage.RUNNING)
_UNDOABLE: Final = (ImportStage.DONE, ImportStage.RUNNING, ImportStage.UNDOING)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What somebody decided of a record; ``client_id`` is the one to be changed, if any."""

    position: int
    action: ImportDecision
    client_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which records of an import to list."""

    actions: Sequence[ImportAction] = ()
    outcomes: Sequence[ImportOutcome] = ()
    has_problems: bool | None = None


async def preview_import(
    context: Context, file_id: UUID, options: Options, columns: Sequence[Choice] = ()
) -> Import:
    """Begin to read a file that the caller uploaded; raises `UserErrors`.

    ``columns`` are those of the options in the order of the call.
    """
    file = (await files_by_id(context, [file_id])).get(file_id)
    if file is None:
        raise UserErrors([UserError(("file_id",), "NOT_FOUND")])
    await check_options(context, options, columns)
    actor = context.actor
    if actor is None:
        raise RuntimeError("imports are begun by somebody")
    await one_at_a_time(context.session, "imports")
    await _purge(context)
    row = await insert(
        context.session,
        Import,
        file_id=file_id,
        filename=file.filename,
        options=options.packed(),
        token_id=actor.token_id,
        member_id=actor.member_id,
    )
    await _begin(context, row, PREVIEW, {})
    context.changed("CREATED", "Import", row)
    return row


async def run_import(
    context: Context,
    import_id: UUID,
    expected: int | None,
    options: Mapping[str, Any],
    decisions: Sequence[Decision],
) -> Import:
    """Begin to write what was previewed, or go on with what was stopped; raises `UserErrors`.

    ``options`` are ``skip_invalid`` and ``conflicts``, see `Options`.
    """
    row = await _held(context, import_id, expected, _RUNNABLE, "IMPORT_NOT_READY")
    wanted = replace(Options.unpacked(row.options), **options)
    await _decide(context, row, decisions)
    await _check_runnable(context, row, wanted)
    change = {"options": wanted.packed(), "stage": ImportStage.RUNNING.value}
    await _begin(context, row, RUN, change)
    context.changed("UPDATED", "Import", row)
    return row


async def undo_import(context: Context, import_id: UUID, expected: int | None) -> Import:
    """Begin to take back what an import wrote; raises `UserErrors`."""
    row = await _held(context, import_id, expected, _UNDOABLE, "IMPORT_NOT_DONE")
    await _begin(context, row, UNDO, {"stage": ImportStage.UNDOING.value})
    context.changed("UPDATED", "Import", row)
    return row


async def forget_import(context: Context, import_id: UUID, expected: int | None) -> None:
    """Remove an import and the cells of its sheet; what it wrote stays. Raises `UserErrors`."""
    row = await _held(context, import_id, expected, tuple(ImportStage), "")
    await delete(context.session, Import, [row.id])
    context.changed("DELETED", "Import", row)


async def make_remarks(context: Context, import_id: UUID) -> Job:
    """Begin to make the sheet with remarks; raises `UserErrors`."""
    row = (await imports_by_id(context, [import_id])).get(import_id)
    if row is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    if row.stage == ImportStage.READING.value:
        raise UserErrors([UserError(("id",), "IMPORT_NOT_READY")])
    return await start_job(context, REMARKS, {"import": str(row.id)})


async def imports_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Import]:
    """Those of the imports that the caller may see, by id."""
    if context.actor is None:
        return {}
    chosen = any_of(context.session.dialect, "id", list(ids))
    found = await matching(context.session, Import, all_of([chosen, begun_by(context.actor)]))
    return {row.id: row for row in found}


def listing(actor: Actor) -> Listing[Import]:
    """The imports that a caller may see, the last first."""
    return Listing(Import, "imports", [NEWEST_ID], begun_by(actor), b"")


def row_listing(wanted: Wanted) -> Listing[ImportRow]:
    """The records of imports in the order of their sheets."""
    parts: list[Condition] = []
    actions = sorted(each.value for each in wanted.actions)
    results = sorted(each.value for each in wanted.outcomes)
    for column, chosen in (("action", actions), ("outcome", results)):
        if chosen:
            parts.append(one_of(compare(column, "=", each) for each in chosen))
    if wanted.has_problems is not None:
        parts.append(compare("problems", "<>" if wanted.has_problems else "=", "[]"))
    key = orjson.dumps([actions, results, wanted.has_problems])
    order = [Order("position", read=int)]
    return Listing(ImportRow, "import.rows", order, all_of(parts), key)


Counted = list[tuple[tuple[Any, ...], int]]


async def counts_by_import(context: Context, ids: Sequence[UUID]) -> dict[UUID, Counted]:
    """How many records of each import there are of each action and outcome, named in this order."""
    where = any_of(context.session.dialect, "import_id", list(ids))
    listing = Listing(ImportRow, "counted", [], where)
    columns = ("import_id", "action", "outcome")
    told: dict[UUID, Counted] = {import_id: [] for import_id in ids}
    for (import_id, *values), number in await count_by_columns(context.session, listing, *columns):
        told[UUID(str(import_id))].append((tuple(values), number))
    return told


async def _held(
    context: Context,
    import_id: UUID,
    expected: int | None,
    stages: Sequence[ImportStage],
    code: str,
) -> Import:
    """An import that nothing is done with now, at one of these stages."""
    if import_id not in await imports_by_id(context, [import_id]):
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    row = await lock(context.session, Import, import_id)
    if row is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    check_version(row, expected)
    job = await find(context.session, Job, row.job_id) if row.job_id else None
    if job is not None and job.ended_at is None:
        raise UserErrors([UserError(("id",), "IMPORT_BUSY")], row)
    if ImportStage(row.stage) not in stages:
        raise UserErrors([UserError(("id",), code)], row)
    return row


async def _begin(context: Context, row: Import, kind: str, change: Mapping[str, Any]) -> None:
    job = await start_job(context, kind, {"import": str(row.id)})
    await update(context.session, row, {**change, "job_id": job.id})


async def _decide(context: Context, row: Import, decisions: Sequence[Decision]) -> None:
    """Note what was decided of records; mistakes are told all at once."""
    checked = Checked()
    given: Sequence[Decision] = checked.parts({"decisions": decisions}, "decisions", MOST_DECISIONS)  # type: ignore[assignment]
    kept = rows(context.session, ImportRow).filter(import_id=row.id)
    positions = [each.position for each in given]
    found = {each.position: each for each in await kept.filter(position__in=positions)}
    ids = [each.client_id for each in given if each.client_id is not None]
    known = await clients_by_id(context, ids)
    changes: list[tuple[ImportRow, Mapping[str, Any]]] = []
    taken: dict[UUID, int] = {}
    for place, each in enumerate(given):
        path = ("decisions", str(place))
        kept_row = found.get(each.position)
        if kept_row is None:
            checked.add((*path, "position"), "NOT_FOUND")
        elif (other := positions.index(each.position)) < place:
            checked.add((*path, "position"), "DUPLICATE", other=other)
        elif (mistake := _mistake(each, kept_row, known)) is not None:
            checked.add((*path, mistake[0]), mistake[1])
        else:
            decided = each.client_id if each.action is ImportDecision.UPDATE else None
            first = place if decided is None else taken.setdefault(decided, place)
            if first != place:
                checked.add((*path, "client_id"), "DUPLICATE", other=first)
            changes.append((kept_row, {"decision": each.action.value, "client_id": decided}))
    checked.raise_errors()
    await update_many(context.session, changes)


def _mistake(
    decision: Decision, row: ImportRow, known: Mapping[UUID, Client]
) -> tuple[str, str] | None:
    """Where a decision cannot be, and why."""
    if decision.client_id is not None and decision.client_id not in known:
        return "client_id", "NOT_FOUND"
    if decision.action is ImportDecision.UPDATE and decision.client_id is None:
        return "client_id", "REQUIRED"
    is_bad = row.action == ImportAction.INVALID.value
    if is_bad and decision.action is not ImportDecision.SKIP:
        return "position", "RECORD_HAS_MISTAKES"
    return None


async def _check_runnable(context: Context, row: Import, options: Options) -> None:
    """What is to be written as a whole has neither mistakes nor conflicts that nobody decided."""
    checked = Checked()
    kept = rows(context.session, ImportRow).filter(import_id=row.id, decision=None)
    if options.conflicts == ImportDecision.UPDATE.value:
        # Which client is meant, only a decision on the single record says.
        checked.add(("conflicts",), "UNKNOWN_CHOICE", known="CREATE, SKIP")
    if not options.skip_invalid:
        count = await kept.filter(action=ImportAction.INVALID.value).count()
        if count:
            checked.add(("skip_invalid",), "IMPORT_HAS_MISTAKES", count=count)
    if options.conflicts is None:
        count = await kept.filter(action=ImportAction.CONFLICT.value).count()
        if count:
            checked.add(("conflicts",), "IMPORT_HAS_CONFLICTS", count=count)
    if checked.errors:
        raise UserErrors(checked.errors, row)


async def _purge(context: Context) -> None:
    """Some of those that nobody needs any more: sheets hold what is personal."""
    old = rows(context.session, Import).filter(created_at__lt=datetime.now(UTC) - KEPT)
    ids: list[Any] = await old.order_by("id").limit(PURGED).values_list("id", flat=True)
    await delete(context.session, Import, ids)
