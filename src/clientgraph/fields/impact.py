"""What a change of a definition does to the values that there are: told first, done after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson

from clientgraph import global_ids
from clientgraph.context import Context
from clientgraph.drafts import Draft
from clientgraph.fields.models import (
    VALUES,
    CustomFieldDefinition,
    CustomValue,
    RecordKind,
    type_name,
)
from clientgraph.fields.reading import parsed, plain_options, value_rows
from clientgraph.hookspecs import FieldProblem, FieldType
from clientgraph.organisations.service import current_organisation
from clientgraph.storage.rows import delete_where, find, insert_many, rows, update_where

EXAMPLES = 10
_BATCH = 500


@dataclass(frozen=True)
class Example:
    """A value that would not do: whose (global id), which, and why."""

    record: str
    value: Any
    code: str


@dataclass
class Impact:
    """How many records have a value, how many of these would not do, and some of them.

    ``readings`` are the values that are stored anew, by record.
    """

    total: int = 0
    invalid: int = 0
    examples: list[Example] = field(default_factory=list)
    duplicates: list[Example] = field(default_factory=list)
    readings: dict[UUID, tuple[FieldType, Any]] = field(default_factory=dict)


async def impact_of(context: Context, definition_id: UUID, draft: Draft) -> Impact | None:
    """What the change would do to values; None where it touches none or cannot be made."""
    definition = await find(context.session, CustomFieldDefinition, definition_id)
    if definition is None or not {"type", "options", "unique"} & draft.keys():
        return None
    field_type = context.plugins.field_types.get(draft.get("type") or definition.type)
    if field_type is None:
        return None
    same = field_type.key == definition.type
    given = draft["options"] if "options" in draft else definition.option_values() if same else None
    try:
        options = plain_options(field_type, given)
    except FieldProblem:
        return None
    unique = bool(draft.get("unique", definition.is_unique))
    country = (await current_organisation(context.session)).country
    kind = RecordKind(definition.on_kind)
    impact, seen = Impact(), set[str]()
    for record_id, stored in await _stored(context, kind, definition.id):
        impact.total += 1
        record = global_ids.encode(type_name(kind), record_id)
        try:
            value = _read(field_type, stored, options, country)
        except FieldProblem as problem:
            impact.invalid += 1
            if len(impact.examples) < EXAMPLES:
                impact.examples.append(Example(record, stored, problem.code))
            continue
        impact.readings[record_id] = (field_type, value)
        keys = {row["key"] for row in value_rows(definition, field_type, value)}
        if unique and keys & seen:
            impact.duplicates.append(Example(record, stored, "TAKEN"))
        seen |= keys
    return impact


async def apply_change(context: Context, definition: CustomFieldDefinition, impact: Impact) -> None:
    """Store the values as the definition, already changed, reads them; others stay as they are.

    What the new type could not read keeps the type that it was read with, and no key: it is shown
    as it is and found by no filter.
    """
    session = context.session
    model = VALUES[RecordKind(definition.on_kind)]
    of_field = {"definition_id": definition.id}
    readable = list(impact.readings.items())
    for start in range(0, len(readable), _BATCH):
        batch = dict(readable[start : start + _BATCH])
        await delete_where(rows(session, model).filter(**of_field, record_id__in=list(batch)))
        made = [
            row | {"record_id": record_id}
            for record_id, (field_type, stored) in batch.items()
            for row in value_rows(definition, field_type, stored)
        ]
        await insert_many(session, model, made)
    left = rows(session, model).filter(**of_field).exclude(type=definition.type)
    await update_where(left, key=None, is_exclusive=False)
    if not definition.is_unique:
        freed = rows(session, model).filter(**of_field, is_exclusive=True)
        await update_where(freed, is_exclusive=False)


async def _stored(
    context: Context, kind: RecordKind, definition_id: UUID
) -> list[tuple[UUID, Any]]:
    """Every record's value, in the order of records."""
    query = rows(context.session, VALUES[kind]).filter(definition_id=definition_id)
    found: Sequence[CustomValue] = await query.order_by("record_id", "ordinal")
    return [
        (record_id, _plain(list(group)))
        for record_id, group in groupby(found, key=lambda row: row.record_id)
    ]


def _plain(group: list[CustomValue]) -> Any:
    parts = [orjson.loads(row.value) for row in group]
    return parts if len(parts) > 1 else parts[0]


def _read(field_type: FieldType, stored: Any, options: Mapping[str, Any], country: str) -> Any:
    """The value as the type reads it, directly or as the text of a number."""
    if field_type.is_list and not isinstance(stored, list):
        stored = [stored]
    try:
        return parsed(field_type, stored, options, country)
    except FieldProblem:
        if isinstance(stored, bool) or not isinstance(stored, int | float):
            raise
        return parsed(field_type, str(stored), options, country)
