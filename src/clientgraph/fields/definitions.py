"""What can be done with definitions of custom fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from clientgraph import values
from clientgraph.context import Context
from clientgraph.contract.fields import FieldProblem, FieldType
from clientgraph.drafts import Checked, Draft, clean
from clientgraph.errors import UserError, UserErrors, Verbatim
from clientgraph.fields.impact import Impact, apply_change
from clientgraph.fields.models import DEFINING, CustomFieldDefinition, RecordKind
from clientgraph.fields.reading import asked, parsed, plain_options
from clientgraph.global_ids import encode
from clientgraph.hookspecs import LANGUAGES
from clientgraph.organisations.service import current_organisation
from clientgraph.storage.conditions import any_of
from clientgraph.storage.reading import select_rows
from clientgraph.storage.rows import insert, lock, one_at_a_time, rows, update
from clientgraph.versions import check_version

_KEY = re.compile(r"[a-z][A-Za-z0-9]{0,39}")
_COLUMNS = {"required": "is_required", "unique": "is_unique"}


async def definitions_by_kind(
    context: Context, kinds: Sequence[RecordKind]
) -> dict[RecordKind, list[CustomFieldDefinition]]:
    """All definitions of each kind of record in their order, archived ones too."""
    where = any_of(context.session.dialect, "on_kind", [kind.value for kind in kinds])
    found = await select_rows(context.session, CustomFieldDefinition, where, "position")
    ordered = sorted(found, key=lambda row: (row.position, row.key))
    return {kind: [row for row in ordered if row.on_kind == kind.value] for kind in kinds}


async def definitions_by_id(
    context: Context, ids: Sequence[UUID]
) -> dict[UUID, CustomFieldDefinition]:
    """Definitions by id."""
    found = rows(context.session, CustomFieldDefinition).filter(id__in=list(ids))
    return {row.id: row for row in await found}


async def create_definition(context: Context, draft: Draft) -> CustomFieldDefinition:
    """A new custom field; raises `UserErrors`."""
    kind = RecordKind(draft["on"])
    await one_at_a_time(context.session, DEFINING)
    siblings = (await definitions_by_kind(context, [kind]))[kind]
    checked = _checked(draft)
    checked.require("labels")
    key = draft["key"]
    if not _KEY.fullmatch(key):
        checked.add(("key",), "INVALID_FIELD_KEY")
    for other in siblings:
        if other.key == key:
            record = encode("CustomFieldDefinition", other.id)
            checked.add(("key",), "TAKEN", record=record, value=key)
    field_type = _type(context, draft["type"], checked)
    checked.keep("required", "unique", "position")
    row: dict[str, Any] = {"is_required": False, "is_unique": False, "position": len(siblings)}
    row |= _columns(checked)
    if field_type is not None:
        row |= await _typed(context, field_type, draft, {}, checked, unique=row["is_unique"])
    checked.raise_errors()
    made = await insert(
        context.session,
        CustomFieldDefinition,
        **row,
        on_kind=kind.value,
        key=key,
        type=draft["type"],
    )
    context.changed("CREATED", "CustomFieldDefinition", made)
    return made


async def update_definition(
    context: Context, definition_id: UUID, draft: Draft, expected: int | None, impact: Impact | None
) -> CustomFieldDefinition:
    """Change a custom field; values that a new type or new options can take are read anew.

    ``impact`` is what the change does to values, when it touches type, options or uniqueness.
    Raises `UserErrors`, also for values that would become invalid without ``accept_invalid``.
    """
    definition = await _locked(context, definition_id)
    check_version(definition, expected)
    if not draft:
        return definition
    checked = _checked(draft)
    checked.keep("labels", "required", "unique", "position")
    row = _columns(checked)
    key = draft.get("type") or definition.type
    retyped = {"type", "options", "default_value", "unique"} & draft.keys()
    field_type = _type(context, key, checked) if retyped else None
    if field_type is not None:
        unique = row.get("is_unique", definition.is_unique)
        known = {
            "options": definition.option_values() if key == definition.type else None,
            "default_value": orjson.loads(definition.default_value or "null"),
        }
        row |= await _typed(context, field_type, draft, known, checked, unique=unique)
        row["type"] = key
    _check_impact(impact, draft, checked)
    checked.raise_errors()
    await update(context.session, definition, row)
    if impact is not None:
        await apply_change(context, definition, impact)
    context.changed("UPDATED", "CustomFieldDefinition", definition)
    return definition


def _check_impact(impact: Impact | None, draft: Draft, checked: Checked) -> None:
    """Nothing becomes invalid unasked; what is to be unique must be so already."""
    if impact is None:
        return
    if impact.duplicates:
        other = impact.duplicates[0].record
        checked.add(("unique",), "NOT_UNIQUE_YET", record=other, count=len(impact.duplicates))
    if impact.invalid and not draft.get("accept_invalid"):
        place = "type" if "type" in draft else "options"
        checked.add((place,), "WOULD_BE_INVALID", invalid=impact.invalid, total=impact.total)


async def archive_definition(
    context: Context, definition_id: UUID, expected: int | None, *, archived: bool
) -> CustomFieldDefinition:
    """Take a custom field out of forms, or back into them; its values are kept."""
    definition = await _locked(context, definition_id)
    check_version(definition, expected)
    if (definition.archived_at is not None) != archived:
        moment = datetime.now(UTC) if archived else None
        await update(context.session, definition, {"archived_at": moment})
        context.changed("UPDATED", "CustomFieldDefinition", definition)
    return definition


async def _locked(context: Context, definition_id: UUID) -> CustomFieldDefinition:
    await one_at_a_time(context.session, DEFINING)
    found = await lock(context.session, CustomFieldDefinition, definition_id)
    if found is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return found


def _checked(draft: Draft) -> Checked:
    """What needs no type: labels, flags, section, position."""
    flags = {"required": bool, "unique": bool}
    checked = clean(draft, {**flags, "position": _position, "section": values.text})
    if "labels" in draft:
        checked.values["labels"] = _labels(draft["labels"] or (), checked)
    return checked


def _columns(checked: Checked) -> dict[str, Any]:
    return {_COLUMNS.get(name, name): value for name, value in checked.values.items()}


def _position(value: int) -> int:
    if not 0 <= value <= 100_000:
        raise values.ValueProblem("OUT_OF_RANGE", lowest=0, highest=100_000)
    return value


def _labels(given: Iterable[Mapping[str, str]], checked: Checked) -> str | None:
    labels: dict[str, str] = {}
    places: dict[str, int] = {}
    for index, each in enumerate(given):
        place = ("labels", str(index))
        first = places.setdefault(each["language"], index)
        if first != index:
            checked.add((*place, "language"), "DUPLICATE", other=first)
            continue
        if each["language"] not in LANGUAGES:
            checked.add((*place, "language"), "UNKNOWN_LABEL_LANGUAGE", known=", ".join(LANGUAGES))
            continue
        try:
            text = values.text(each["text"], 100)
        except values.ValueProblem as problem:
            checked.add((*place, "text"), problem.code, **problem.params)
            continue
        if text is None:
            checked.add((*place, "text"), "REQUIRED")
        else:
            labels[each["language"]] = text
    return orjson.dumps(labels, option=orjson.OPT_SORT_KEYS).decode() if labels else None


def _type(context: Context, key: str, checked: Checked) -> FieldType | None:
    found = context.plugins.field_types.get(key)
    if found is None:
        known = ", ".join(sorted(context.plugins.field_types))
        checked.add(("type",), "UNKNOWN_FIELD_TYPE", known=known)
    return found


def _option_path(given: Mapping[str, Any] | None, problem: FieldProblem) -> tuple[str, ...]:
    """The way to the option that a problem names, or to a part of it."""
    option = problem.params.get("option")
    if not isinstance(option, str):
        return ("options",)
    parts = [option] if option in (given or {}) else option.split(".")
    return ("options", *map(Verbatim, parts))


async def _typed(
    context: Context,
    field_type: FieldType,
    draft: Draft,
    known: Mapping[str, Any],
    checked: Checked,
    *,
    unique: bool,
) -> dict[str, Any]:
    """Options and default, checked by the type; ``known`` are the present ones."""
    given = draft["options"] if "options" in draft else known.get("options")
    try:
        options = await asked(context, field_type, plain_options, field_type, given)
    except FieldProblem as problem:
        checked.add(_option_path(given, problem), problem.code, **problem.params)
        return {}
    row: dict[str, Any] = {"options": orjson.dumps(options).decode()}
    default = draft["default_value"] if "default_value" in draft else known.get("default_value")
    if default is None:
        return row | {"default_value": None}
    if unique:
        checked.add(("default_value",), "DEFAULT_OF_UNIQUE")
        return row
    organisation = await current_organisation(context.session)
    try:
        reading = (field_type, default, options, organisation.country)
        stored = await asked(context, field_type, parsed, *reading)
    except FieldProblem as problem:
        checked.add(("default_value",), problem.code, **problem.params)
        return row
    return row | {"default_value": orjson.dumps(stored).decode()}
