"""What a change of a definition does to the values that there are: told first, done after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson

from clientgraph import global_ids
from clientgraph.context import Context
from clientgraph.contract.fields import FieldProblem, FieldType
from clientgraph.drafts import Draft
from clientgraph.fields.models import (
    DEFINING,
    VALUES,
    CustomFieldDefinition,
    CustomValue,
    RecordKind,
    type_name,
)
from clientgraph.fields.reading import asked, parsed, plain_options, value_rows
from clientgraph.organisations.service import current_organisation
from clientgraph.storage.conditions import Condition, all_of, compare, refers_to
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import (
    delete_where,
    find,
    insert_many,
    one_at_a_time,
    rows,
    update_where,
)
from clientgraph.visibility import visible

EXAMPLES = 10
_BATCH = 500
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Example:
    """A value that would not do: whose (global id), which, and why."""

    record: str
    value: Any
    code: str


@dataclass
class Impact:
    """How many records have a value that the caller may see, and some that would not do.

    ``unread`` are the records with those that would not do; ``readings`` the rows that are stored
    anew, by record; ``claimants`` the records that claim what must be unique, None where
    all do.
    """

    total: int = 0
    examples: list[Example] = field(default_factory=list)
    duplicates: list[Example] = field(default_factory=list)
    readings: dict[UUID, Rows] = field(default_factory=dict)
    unread: list[UUID] = field(default_factory=list)
    claimants: set[UUID] | None = None

    @property
    def invalid(self) -> int:
        """How many values would not do."""
        return len(self.unread)

    def claims(self, record_id: UUID) -> bool:
        """Whether the record claims a value that must be unique."""
        return self.claimants is None or record_id in self.claimants


async def impact_of(context: Context, definition_id: UUID, draft: Draft) -> Impact | None:
    """What the change would do to values; None where it touches none or cannot be made."""
    if not {"type", "options", "unique"} & draft.keys():
        return None
    await one_at_a_time(context.session, DEFINING)
    definition = await find(context.session, CustomFieldDefinition, definition_id)
    if definition is None:
        return None
    field_type = context.plugins.field_types.get(draft.get("type") or definition.type)
    if field_type is None:
        return None
    same = field_type.key == definition.type
    given = draft["options"] if "options" in draft else definition.option_values() if same else None
    try:
        options = await asked(context, field_type, plain_options, field_type, given)
    except FieldProblem:
        return None
    unique = bool(draft.get("unique", definition.is_unique))
    country = (await current_organisation(context.session)).country
    impact = Impact(claimants=await _claimants(context, definition))
    found = [(key, _plain(group)) for key, group in await _stored(context, definition)]
    read = partial(_rows_of, definition, field_type, options, country)
    made = await _in_batches(context, field_type, read, [stored for _, stored in found])
    _weigh(impact, RecordKind(definition.on_kind), unique, zip(found, made, strict=True))
    return impact


def _weigh(
    impact: Impact,
    kind: RecordKind,
    unique: bool,
    read: Iterable[tuple[tuple[UUID, Any], Rows | FieldProblem]],
) -> None:
    """Count what became of each record's value, and keep what is to be stored of it."""
    seen = set[str]()
    for (record_id, stored), made in read:
        impact.total += 1
        record = global_ids.encode(type_name(kind), record_id)
        if isinstance(made, FieldProblem):
            impact.unread.append(record_id)
            if len(impact.examples) < EXAMPLES:
                impact.examples.append(Example(record, stored, made.code))
            continue
        impact.readings[record_id] = made
        if not impact.claims(record_id):
            continue
        keys = {row["key"] for row in made}
        if unique and keys & seen:
            impact.duplicates.append(Example(record, stored, "TAKEN"))
        seen |= keys


async def _in_batches(
    context: Context,
    field_type: FieldType,
    read: Callable[[Sequence[Any]], list[Rows | FieldProblem]],
    values: Sequence[Any],
) -> list[Rows | FieldProblem]:
    made: list[Rows | FieldProblem] = []
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        try:
            made += await asked(context, field_type, read, batch)
        except FieldProblem as problem:
            made += [problem] * len(batch)
    return made


def _rows_of(
    definition: CustomFieldDefinition,
    field_type: FieldType,
    options: Mapping[str, Any],
    country: str,
    values: Sequence[Any],
) -> list[Rows | FieldProblem]:
    """The rows of each value, or why it would not do."""
    made: list[Rows | FieldProblem] = []
    for value in values:
        try:
            read = _read(field_type, value, options, country)
            made.append(value_rows(definition, field_type, read))
        except FieldProblem as problem:
            made.append(problem)
    return made


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
            row
            | {
                "record_id": record_id,
                "is_exclusive": definition.is_unique and impact.claims(record_id),
            }
            for record_id, made_anew in batch.items()
            for row in made_anew
        ]
        await insert_many(session, model, made)
    # Only of records that were looked at: those of private events are not the caller's to change.
    for start in range(0, len(impact.unread), _BATCH):
        unread = impact.unread[start : start + _BATCH]
        left = rows(session, model).filter(**of_field, record_id__in=unread)
        await update_where(left.exclude(type=definition.type), key=None, is_exclusive=False)
    if not definition.is_unique:
        freed = rows(session, model).filter(**of_field, is_exclusive=True)
        await update_where(freed, is_exclusive=False)


async def _stored(
    context: Context, definition: CustomFieldDefinition
) -> list[tuple[UUID, list[CustomValue]]]:
    """Every record's value that the caller may see, in the order of records."""
    found = await _rows(context, definition, visible(context.actor))
    ordered = sorted(found, key=lambda row: (row.record_id, row.ordinal))
    return [(key, list(group)) for key, group in groupby(ordered, key=lambda row: row.record_id)]


async def _claimants(context: Context, definition: CustomFieldDefinition) -> set[UUID] | None:
    """Of events, those that the whole workspace sees; see `clientgraph.fields.unique`."""
    if definition.on_kind != RecordKind.EVENT.value:
        return None
    return {row.record_id for row in await _rows(context, definition, visible(None))}


async def _rows(
    context: Context, definition: CustomFieldDefinition, seen: Condition
) -> list[CustomValue]:
    """The rows of values; of events only those that are seen."""
    kind = RecordKind(definition.on_kind)
    where = compare("definition_id", "=", definition.id)
    if kind is RecordKind.EVENT:
        where = all_of([where, refers_to("record_id", "event", seen)])
    return await matching(context.session, VALUES[kind], where)


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
