"""Values that no two records may share: who has them, who wants them, who lets go of them.

Only records that the whole workspace sees have claims. What a private event holds stands in
nobody's way, so that no refusal tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from clientgraph import global_ids
from clientgraph.context import Context
from clientgraph.drafts import Checked
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.given import Given
from clientgraph.fields.models import DEFINING, VALUES, CustomValue, RecordKind, type_name
from clientgraph.storage.rows import not_during, rows, update_where


async def check_unique(context: Context, kind: RecordKind, made: Sequence[Given]) -> None:
    """Nobody else has a value that must be unique, in the workspace or in the same input."""
    claims = _claims(made)
    if not claims:
        return
    held = rows(context.session, VALUES[kind]).filter(
        is_exclusive=True,
        definition_id__in=list({definition_id for definition_id, _ in claims}),
        key__in=list({key for _, key in claims}),
    )
    for other in await held:
        given = claims.get((other.definition_id, str(other.key)))
        if given is not None and other.record_id != given.asked.known:
            _taken(kind, other, given.checked, given.path(other.definition_id))


def _claims(made: Sequence[Given]) -> dict[tuple[UUID, str], Given]:
    """Who wants which unique value; a second one of the same input is a mistake."""
    claims: dict[tuple[UUID, str], Given] = {}
    for given in made:
        exclusive = [row for parts in given.rows.values() for row in parts if row["is_exclusive"]]
        for row in exclusive:
            first = claims.setdefault((row["definition_id"], row["key"]), given)
            if first is not given:
                _shared(first, given, given.path(row["definition_id"]))
    return claims


def _shared(first: Given, given: Given, place: tuple[str, ...]) -> None:
    if first.asked.position == given.asked.position:
        given.checked.add(place, "DUPLICATE", other=first.asked.index)
    else:
        given.checked.add(place, "DUPLICATE_IN_CALL", other=first.asked.position)


async def check_kept(
    context: Context, kind: RecordKind, record_id: UUID, given: Given, checked: Checked
) -> None:
    """Note at ``visibility`` what a record that everybody will see may not keep."""
    for row in await _unique_values(context, kind, record_id):
        if row.definition_id in given.rows:
            continue
        held = rows(context.session, VALUES[kind]).filter(
            is_exclusive=True, definition_id=row.definition_id, key=row.key
        )
        other = await held.first()
        if other is not None:
            _taken(kind, other, checked, ("visibility",))


async def set_claims(
    context: Context, kind: RecordKind, record_id: UUID, *, exclusive: bool
) -> None:
    """Have a record claim its unique values, or let go of them."""
    ids = [row.id for row in await _unique_values(context, kind, record_id)]
    if ids:
        found = rows(context.session, VALUES[kind]).filter(id__in=ids)
        await update_where(found, is_exclusive=exclusive)


async def _unique_values(context: Context, kind: RecordKind, record_id: UUID) -> list[CustomValue]:
    """The record's values of unique fields, those that can be compared."""
    await not_during(context.session, DEFINING)
    definitions = (await definitions_by_kind(context, [kind]))[kind]
    types = {row.id: row.type for row in definitions if row.is_unique}
    if not types:
        return []
    held = rows(context.session, VALUES[kind]).filter(record_id=record_id)
    found = await held.filter(definition_id__in=list(types))
    return [row for row in found if row.type == types[row.definition_id] and row.key is not None]


def _taken(kind: RecordKind, other: Any, checked: Checked, place: tuple[str, ...]) -> None:
    record = global_ids.encode(type_name(kind), other.record_id)
    shown = str(orjson.loads(other.value))
    checked.add(place, "TAKEN", record=record, value=shown)
