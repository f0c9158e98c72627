"""What can be done with values of custom fields: check, store, read many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson

from clientgraph.context import Context
from clientgraph.contract.fields import FieldProblem, FieldType
from clientgraph.drafts import Draft
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.given import FIELD, Asked, Given
from clientgraph.fields.models import (
    DEFINING,
    VALUES,
    CustomFieldDefinition,
    CustomValue,
    RecordKind,
)
from clientgraph.fields.reading import asked, parsed, value_rows
from clientgraph.fields.unique import check_unique
from clientgraph.storage.bulk import insert_rows
from clientgraph.storage.reading import select_by
from clientgraph.storage.rows import delete_pairs, new_rows, not_during
from clientgraph.turns import in_turns

K = TypeVar("K")
MOST_GIVEN: Final = 500
# What of a value is read to be shown.
_SHOWN: Final = ("definition_id", "type", "value")


async def check_values(context: Context, kind: RecordKind, asked: Asked) -> Given:
    """The custom fields of one draft, every mistake noted at its place in it."""
    return (await check_all(context, {kind: [asked]}))[kind][0]


async def check_all(
    context: Context, asked: Mapping[RecordKind, Sequence[Asked]]
) -> dict[RecordKind, list[Given]]:
    """The custom fields of drafts of several kinds of records, in the order of the drafts."""
    looked_at = {
        kind: [each for each in drafts if each.known is None or each.draft.get(FIELD)]
        for kind, drafts in asked.items()
    }
    definitions = await _definitions(
        context, {kind: [each.draft for each in drafts] for kind, drafts in looked_at.items()}
    )
    made: dict[RecordKind, list[Given]] = {}
    for kind, drafts in looked_at.items():
        found = await _check_kind(context, kind, definitions[kind], drafts)
        given = dict(zip(map(id, drafts), found, strict=True))
        made[kind] = [given.get(id(each)) or Given(each) for each in asked[kind]]
    return made


async def _check_kind(
    context: Context,
    kind: RecordKind,
    definitions: Sequence[CustomFieldDefinition],
    asked: Sequence[Asked],
) -> list[Given]:
    by_key = {definition.key: definition for definition in definitions}
    made = [Given(each) for each in asked]
    if not by_key and not any(each.draft.get(FIELD) for each in asked):
        return made
    async for given in in_turns(made):
        await _check(context, by_key, given)
        is_new = given.asked.known is None
        if is_new:
            await _add_defaults(context, definitions, given)
        if given.asked.required:
            _check_filled(definitions, given, is_new=is_new)
    await _check_references(context, made)
    _renounce(given for given in made if not given.asked.exclusive)
    await check_unique(context, kind, made)
    return made


async def _definitions(
    context: Context, drafts: Mapping[RecordKind, Sequence[Draft]]
) -> dict[RecordKind, list[CustomFieldDefinition]]:
    """The definitions of the drafts' kinds; where values come of them, held as they are."""
    kinds = [kind for kind, each in drafts.items() if each]
    given = any(draft.get(FIELD) for kind in kinds for draft in drafts[kind])
    if given:
        await not_during(context.session, DEFINING)
    found = await definitions_by_kind(context, kinds)
    if not given and any(row.default_value is not None for kind in kinds for row in found[kind]):
        await not_during(context.session, DEFINING)
        found = await definitions_by_kind(context, kinds)
    return {kind: found.get(kind, []) for kind in drafts}


def _renounce(made: Iterable[Given]) -> None:
    for given in made:
        for parts in given.rows.values():
            for row in parts:
                row["is_exclusive"] = False


async def _check(
    context: Context, by_key: Mapping[str, CustomFieldDefinition], given: Given
) -> None:
    for index, entry in enumerate(given.checked.parts(given.asked.draft, FIELD, MOST_GIVEN)):
        place = str(index)
        definition = by_key.get(entry["key"])
        if definition is None or definition.archived_at is not None:
            given.checked.add((FIELD, place, "key"), "UNKNOWN_CUSTOM_FIELD", key=entry["key"][:40])
        elif definition.id in given.places:
            other = given.places[definition.id]
            given.checked.add((FIELD, place, "key"), "DUPLICATE", other=other)
        else:
            given.places[definition.id] = place
            await _take(context, definition, entry.get("value"), given)


async def _take(
    context: Context, definition: CustomFieldDefinition, value: Any, given: Given
) -> None:
    if value is None:
        given.rows[definition.id] = []
        return
    place = given.path(definition.id)
    field_type = context.plugins.field_types.get(definition.type)
    if field_type is None:
        given.checked.add(place, "FIELD_TYPE_MISSING", type=definition.type)
        return
    try:
        country = given.asked.country
        given.rows[definition.id] = await _made(context, definition, field_type, value, country)
    except FieldProblem as problem:
        given.checked.add(place, problem.code, **problem.params)


async def _made(
    context: Context,
    definition: CustomFieldDefinition,
    field_type: FieldType,
    value: Any,
    country: str,
) -> list[dict[str, Any]]:
    """The rows of a value; raises `FieldProblem`."""
    options = definition.option_values()

    def read() -> list[dict[str, Any]]:
        return value_rows(definition, field_type, parsed(field_type, value, options, country))

    found: list[dict[str, Any]] = await asked(context, field_type, read)
    return found


async def _add_defaults(
    context: Context, definitions: Iterable[CustomFieldDefinition], given: Given
) -> None:
    country = given.asked.country
    for definition in definitions:
        absent = definition.id not in given.places and definition.archived_at is None
        field_type = context.plugins.field_types.get(definition.type)
        if not absent or definition.default_value is None or field_type is None:
            continue
        default = orjson.loads(definition.default_value)
        try:
            made = await _made(context, definition, field_type, default, country)
            given.rows[definition.id] = made
        except FieldProblem:
            continue  # a plugin that has become stricter; the field is then empty


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
            given.missing.add(path, "REQUIRED")


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
        try:
            handed = context.for_plugin(context.plugins.owner_of_field_type(key))
            missing = await look_up(handed, [value for _, _, value in referring])
        except FieldProblem as problem:
            for given, definition_id, _ in referring:
                given.checked.add(given.path(definition_id), problem.code, **problem.params)
            continue
        for given, definition_id, value in referring:
            if value in missing:
                given.checked.add(given.path(definition_id), "NOT_FOUND")


async def store_values(
    context: Context, kind: RecordKind, changed: Sequence[tuple[UUID, Given]]
) -> None:
    """Store checked values of records; what was not given stays as it is."""
    await remove_former(context, kind, changed)
    await insert_rows(context.session, new_values(context, kind, changed))


async def remove_former(
    context: Context, kind: RecordKind, changed: Iterable[tuple[UUID, Given]]
) -> None:
    """Remove the values of records in whose place others were given."""
    former = [
        (record_id, definition_id)
        for record_id, given in changed
        if given.asked.known is not None
        for definition_id in given.places
    ]
    await delete_pairs(context.session, VALUES[kind], ("record_id", "definition_id"), former)


def new_values(
    context: Context, kind: RecordKind, changed: Iterable[tuple[UUID, Given]]
) -> tuple[type[CustomValue], list[CustomValue]]:
    """Checked values of records that are still to be stored, with their model."""
    made = [
        dict(row, record_id=record_id)
        for record_id, given in changed
        for parts in given.rows.values()
        for row in parts
    ]
    # In one order everywhere: two records that want the same unique value wait, never deadlock.
    made.sort(key=lambda row: (row["definition_id"], row["key"]))
    return VALUES[kind], new_rows(context.session, VALUES[kind], made)


@dataclass(frozen=True)
class Stored:
    """A record's value as it is shown; ``field_type`` is None where nothing can read it."""

    definition: CustomFieldDefinition
    field_type: FieldType | None
    value: Any


async def values_by_record(
    context: Context, kind: RecordKind, record_ids: Sequence[UUID]
) -> dict[UUID, list[CustomValue]]:
    """What is shown of each record's values, in two statements with `definitions_by_kind`."""
    return await select_by(
        context.session, VALUES[kind], "record_id", record_ids, "ordinal", _SHOWN
    )


def chosen(
    definitions: Iterable[CustomFieldDefinition], keys: Iterable[str] | None
) -> list[CustomFieldDefinition]:
    """Those in use; or those that are named, archived ones too."""
    if keys is None:
        return [each for each in definitions if each.archived_at is None]
    named = set(keys)
    return [each for each in definitions if each.key in named]


def shown(
    field_types: Mapping[str, FieldType],
    definitions: Iterable[CustomFieldDefinition],
    found: Mapping[K, Sequence[CustomValue]],
) -> dict[K, list[Stored]]:
    """Each record's values, by whatever they are found by, in the order of definitions."""
    types = [(each.id, each, field_types.get(each.type)) for each in definitions]
    return {record: _of_record(types, rows) for record, rows in found.items()}


def _of_record(
    types: Iterable[tuple[UUID, CustomFieldDefinition, FieldType | None]],
    rows: Iterable[CustomValue],
) -> list[Stored]:
    groups: dict[UUID, list[CustomValue]] = {}
    for row in rows:
        groups.setdefault(row.definition_id, []).append(row)
    return [
        _assembled(field_type, definition, group)
        for definition_id, definition, field_type in types
        if (group := groups.get(definition_id)) is not None
    ]


def _assembled(
    field_type: FieldType | None, definition: CustomFieldDefinition, group: Sequence[CustomValue]
) -> Stored:
    parts = [orjson.loads(row.value) for row in group]
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
