"""What plugins have against a change, asked once before anything of it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from clientgraph import deciding
from clientgraph.context import Context
from clientgraph.contract.records import RecordDraft
from clientgraph.drafts import Checked
from clientgraph.errors import UserError, UserErrors
from clientgraph.storage.models import Record, values_of
from clientgraph.turns import in_turns


async def ask_before_change(context: Context, *drafts: RecordDraft) -> None:
    """Let plugins look at all that a mutation is about to write.

    Raises `UserErrors` with all that refuses; the rest becomes warnings.
    """
    said = await _said(context, drafts)
    if refusals := [each.error for each in said if each.refuses]:
        raise UserErrors(refusals)
    context.warnings += [each.error for each in said]


async def _said(context: Context, drafts: Sequence[RecordDraft]) -> list[deciding.Objected]:
    """Also by those that are quarantined, but where the workspace switched them off."""
    plugins = context.plugins
    absent = [
        name
        for name in plugins.implementers("before_change")
        if context.is_absent(name)
        and not context.runtime.is_switched_off(name, context.organisation_id)
    ]
    return await deciding.objections(plugins, context.for_active, drafts, context.absences(absent))


class Asked(Protocol):
    """A record, with its parts, of a call of many."""

    checked: Checked
    warnings: list[UserError]

    def record_drafts(self) -> list[RecordDraft]:
        """What plugins are shown of it."""


async def ask_about_each(context: Context, records: Sequence[Asked]) -> None:
    """The same for records each of which may be refused alone: objections are noted with them.

    Plugins are asked once for all. What one says without naming a draft is said of each record.
    """
    shown = [each.record_drafts() async for each in in_turns(records)]
    owners = [each for each, drafts in zip(records, shown, strict=True) for _ in drafts]
    drafts = [draft for each in shown for draft in each]
    for said in await _said(context, drafts):
        for each in records if said.draft is None else [owners[said.draft]]:
            if said.refuses:
                each.checked.include(Checked(errors=[said.error]))
            else:
                each.warnings.append(said.error)


def created(
    kind: str, made: Sequence[Mapping[str, Any]], client_id: UUID | None = None
) -> list[RecordDraft]:
    """New records with these columns; ``client_id`` is None where the client is new, too."""
    return [
        RecordDraft(
            type=kind, action="CREATED", id=None, client_id=client_id, before=None, values=values
        )
        for values in made
    ]


def updated(kind: str, row: Record, client_id: UUID, values: Mapping[str, Any]) -> RecordDraft:
    """A record whose columns become these."""
    return RecordDraft(
        type=kind,
        action="UPDATED",
        id=row.id,
        client_id=client_id,
        before=values_of(row),
        values=values,
    )


def deleted(kind: str, row: Record, client_id: UUID) -> RecordDraft:
    """A record that goes."""
    return RecordDraft(
        type=kind,
        action="DELETED",
        id=row.id,
        client_id=client_id,
        before=values_of(row),
        values={},
    )
