"""What can be done with values of custom fields: check, store, read many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from clientgraph import global_ids
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.models import (
    VALUES,
    CustomFieldDefinition,
    CustomValue,
    RecordKind,
    type_name,
)
from clientgraph.fields.reading import parsed, value_rows
from clientgraph.hookspecs import FieldProblem, FieldType
from clientgraph.storage.rows import delete_where, insert_many, rows

FIELD = "custom_fields"


@dataclass
class Given:
    """The custom fields of one draft: mistakes, and by definition the rows of the new value."""

    checked: Checked = field(default_factory=Checked)
    rows: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    places: dict[UUID, str] = field(default_factory=dict)


async def check_values(
    context: Context,
    kind: RecordKind,
    drafts: Sequence[Draft],
    country: str,
    *,
    known: UUID | None = None,
    required: bool,
) -> list[Given]:
    """The custom fields of each draft, every mistake noted at its place in the draft.

    ``known`` is the record that the one draft changes, None for new records, which get defaults.
    ``required`` says whether required fields must be filled; ``country`` reads phone numbers.
    """
    if not drafts or (known is not None and not drafts[0].get(FIELD)):
        return [Given() for _ in drafts]
    definitions = (await definitions_by_kind(context, [kind]))[kind]
    made = [_check(context, definitions, draft.get(FIELD) or (), country) for draft in drafts]
    for given in made:
        if known is None:
            _add_defaults(context, definitions, given, country)
        if required:
            _check_filled(definitions, given, is_new=known is None)
    await _check_references(context, made)
    await _check_unique(context, kind, made, known)
    return made


def _check(
    context: Context,
    definitions: Iterable[CustomFieldDefinition],
    entries: Sequence[Mapping[str, Any]],
    country: str,
) -> Given:
    by_key = {definition.key: definition for definition in definitions}
    given = Given()
    for index, entry in enumerate(entries):
        place = str(index)
        definition = by_key.get(entry["key"])
        if definition is None or definition.archived_at is not None:
            given.checked.add((FIELD, place, "key"), "UNKNOWN_CUSTOM_FIELD", key=entry["key"][:40])
        elif definition.id in given.places:
            other = given.places[definition.id]
            given.checked.add((FIELD, place, "key"), "DUPLICATE", other=other)
        else:
            given.places[definition.id] = place
            _take(context, definition, entry.get("value"), given, country)
    return given


def _take(
    context: Context, definition: CustomFieldDefinition, value: Any, given: Given, country: str
) -> None:
    if value is None:
        given.rows[definition.id] = []
        return
    place = (FIELD, given.places[definition.id], "value")
    field_type = context.plugins.field_types.get(definition.type)
    if field_type is None:
        given.checked.add(place, "FIELD_TYPE_MISSING", type=definition.type)
        return
    try:
        stored = parsed(field_type, value, definition.option_values(), country)
    except FieldProblem as problem:
        given.checked.add(place, problem.code, **problem.params)
        return
    given.rows[definition.id] = value_rows(definition, field_type, stored)


def _add_defaults(
    context: Context, definitions: Iterable[CustomFieldDefinition], given: Given, country: str
) -> None:
    for definition in definitions:
        absent = definition.id not in given.places and definition.archived_at is None
        field_type = context.plugins.field_types.get(definition.type)
        if not absent or definition.default_value is None or field_type is None:
            continue
        default = orjson.loads(definition.default_value)
        try:
            stored = parsed(field_type, default, definition.option_values(), country)
        except FieldProblem:
            continue  # a plugin that has become stricter; the field is then empty
        given.rows[definition.id] = value_rows(definition, field_type, stored)


def _check_filled(
    definitions: Iterable[CustomFieldDefinition], given: Given, *, is_new: bool
) -> None:
    """A new record has what is required; no record loses it."""
    for definition in definitions:
        if not definition.is_required or definition.archived_at is not None:
            continue
        place = given.places.get(definition.id)
        if place is None and not is_new:
            continue
        path = (FIELD, definition.key) if place is None else (FIELD, place, "value")
        if not given.rows.get(definition.id) and not given.checked.complains_about(*path):
            given.checked.add(path, "REQUIRED")


async def _check_references(context: Context, made: Sequence[Given]) -> None:
    """Values that refer to other records refer to something; one look-up for each type."""
    by_type: dict[str, list[tuple[Given, UUID, Any]]] = {}
    for given in made:
        for definition_id in given.rows.keys() & given.places.keys():
            for row in given.rows[definition_id]:
                found = (given, definition_id, orjson.loads(row["value"]))
                by_type.setdefault(row["type"], []).append(found)
    for key, referring in by_type.items():
        look_up = context.plugins.field_types[key].unknown
        if look_up is None:
            continue
        missing = await look_up(context.for_plugins(), [value for _, _, value in referring])
        for given, definition_id, value in referring:
            if value in missing:
                place = (FIELD, given.places[definition_id], "value")
                given.checked.add(place, "NOT_FOUND")


async def _check_unique(
    context: Context, kind: RecordKind, made: Sequence[Given], known: UUID | None
) -> None:
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
        if given is not None and other.record_id != known:
            record = global_ids.encode(type_name(kind), other.record_id)
            place = (FIELD, given.places[other.definition_id], "value")
            shown_value = str(orjson.loads(other.value))
            given.checked.add(place, "TAKEN", record=record, value=shown_value)


def _claims(made: Sequence[Given]) -> dict[tuple[UUID, str], Given]:
    """Who wants which unique value; a second one of the same input is a mistake."""
    claims: dict[tuple[UUID, str], Given] = {}
    for given in made:
        exclusive = [row for parts in given.rows.values() for row in parts if row["is_exclusive"]]
        for row in exclusive:
            first = claims.setdefault((row["definition_id"], row["key"]), given)
            if first is not given:
                place = (FIELD, given.places[row["definition_id"]], "value")
                other = next(index for index, each in enumerate(made) if each is first)
                given.checked.add(place, "DUPLICATE", other=other)
    return claims


async def store_values(
    context: Context, kind: RecordKind, changed: Sequence[tuple[UUID, Given]]
) -> None:
    """Store checked values of records; what was not given stays as it is."""
    session, model = context.session, VALUES[kind]
    for record_id, given in changed:
        if given.places:
            former = rows(session, model).filter(record_id=record_id)
            await delete_where(former.filter(definition_id__in=list(given.places)))
    made = [
        dict(row, record_id=record_id)
        for record_id, given in changed
        for parts in given.rows.values()
        for row in parts
    ]
    # In one order everywhere: two records that want the same unique value wait, never deadlock.
    made.sort(key=lambda row: (row["definition_id"], row["key"]))
    await insert_many(session, model, made)


@dataclass(frozen=True)
class Stored:
    """A record's value as it is shown; ``field_type`` is None where nothing can read it."""

    definition: CustomFieldDefinition
    field_type: FieldType | None
    value: Any


async def values_by_record(
    context: Context, kind: RecordKind, record_ids: Sequence[UUID]
) -> dict[UUID, list[CustomValue]]:
    """The rows of each record's values, in two statements with `definitions_by_kind`."""
    found = rows(context.session, VALUES[kind]).filter(record_id__in=list(record_ids))
    grouped: dict[UUID, list[CustomValue]] = {record_id: [] for record_id in record_ids}
    for row in await found.order_by("ordinal"):
        grouped[row.record_id].append(row)
    return grouped


def shown(
    context: Context,
    definitions: Iterable[CustomFieldDefinition],
    found: Iterable[CustomValue],
    keys: Sequence[str] | None,
) -> list[Stored]:
    """A record's values in the order of definitions; archived ones only when named in ``keys``."""
    grouped: dict[UUID, list[CustomValue]] = {}
    for row in found:
        grouped.setdefault(row.definition_id, []).append(row)
    wanted = [
        definition
        for definition in definitions
        if (definition.key in keys if keys is not None else definition.archived_at is None)
    ]
    return [
        _assembled(context, definition, grouped[definition.id])
        for definition in wanted
        if definition.id in grouped
    ]


def _assembled(
    context: Context, definition: CustomFieldDefinition, group: Sequence[CustomValue]
) -> Stored:
    parts = [orjson.loads(row.value) for row in group]
    field_type = context.plugins.field_types.get(definition.type)
    if any(row.type != definition.type for row in group):
        field_type = None
    several = len(parts) > 1 or (field_type is not None and field_type.is_list)
    return Stored(definition, field_type, parts if several else parts[0])


async def lacking(
    context: Context, kind: RecordKind, record_ids: Sequence[UUID]
) -> dict[UUID, list[str]]:
    """The keys of required custom fields that each record lacks."""
    if not record_ids:
        return {}
    definitions = (await definitions_by_kind(context, [kind]))[kind]
    required = [row for row in definitions if row.is_required and row.archived_at is None]
    if not required:
        return {}
    found = await values_by_record(context, kind, record_ids)
    return {
        record_id: [
            definition.key
            for definition in required
            if all(row.definition_id != definition.id for row in found[record_id])
        ]
        for record_id in record_ids
    }
