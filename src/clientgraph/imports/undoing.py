"""The job that takes back what an import wrote, but for what was changed since."""

from __future__ import annotations

from typing import Any, Final

from clientgraph.context import Context
from clientgraph.imports.models import ImportOutcome, ImportStage
from clientgraph.imports.packing import Problem, packed_problems, unpacked_problems
from clientgraph.imports.previewing import import_of
from clientgraph.imports.reverting import revert
from clientgraph.imports.running import AT_ONCE, last_written, outcomes
from clientgraph.jobs.kinds import Step, Task
from clientgraph.storage.rows import update, update_many

UNDO: Final = "IMPORT_UNDO"


async def write(context: Context, task: Task, _prepared: Any) -> Step:
    """What was written last comes first."""
    row = await import_of(context, task)
    found = await last_written(context, row.id, AT_ONCE)
    told = await revert(context, found)
    changes = []
    for each in found:
        error = told[each.id]
        if error is None:
            changes.append((each, {"outcome": ImportOutcome.UNDONE.value}))
            continue
        problem = Problem(
            code=error.code, params=error.params, texts=error.texts, row=each.first_row
        )
        problems = packed_problems([*unpacked_problems(each.problems), problem])
        changes.append((each, {"outcome": ImportOutcome.KEPT.value, "problems": problems}))
    await update_many(context.session, changes)
    done = task.done + len(found)
    if len(found) == AT_ONCE:
        return Step(position=done, done=done, total=row.total)
    await update(context.session, row, {"stage": ImportStage.UNDONE.value})
    context.changed("UPDATED", "Import", row)
    return Step(done=done, total=done, is_last=True, result=await outcomes(context, row.id))
