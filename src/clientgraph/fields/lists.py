"""Filters by custom fields, as parts of a WHERE clause that an index answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from clientgraph import values
from clientgraph.context import Context
from clientgraph.errors import BadUserInput
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.keys import LAST
from clientgraph.fields.models import CustomFieldDefinition, RecordKind
from clientgraph.fields.reading import keys_of, parsed
from clientgraph.hookspecs import FieldProblem, FieldType
from clientgraph.organisations.service import organisation_by_id
from clientgraph.storage.conditions import (
    Condition,
    all_of,
    any_of,
    compare,
    contains,
    negated,
)
from clientgraph.storage.session import Dialect

MOST_VALUES = 100
_BOUNDS = {"LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}


class CustomFieldOperator(Enum):
    """What can be asked of a value."""

    EQ = "EQ"
    NE = "NE"
    IN = "IN"
    LT = "LT"
    LTE = "LTE"
    GT = "GT"
    GTE = "GTE"
    CONTAINS = "CONTAINS"
    STARTS_WITH = "STARTS_WITH"
    IS_SET = "IS_SET"


@dataclass(frozen=True)
class Wanted:
    """One condition on a custom field, with values in the form of keys."""

    kind: RecordKind
    organisation_id: UUID
    definition_id: UUID
    operator: str
    keys: tuple[str, ...] = ()
    comparable: str = ""


async def wanted_fields(
    context: Context, kind: RecordKind, given: Sequence[Mapping[str, Any]]
) -> list[Wanted]:
    """Conditions as a caller gave them (key, op, value); raises `BadUserInput`."""
    definitions = await context.load(definitions_by_kind, kind) or []
    organisation = await context.load(organisation_by_id, context.organisation_id)
    by_key = {definition.key: definition for definition in definitions}
    found = []
    for each in given:
        definition = by_key.get(each["key"])
        if definition is None:
            raise BadUserInput(f"There is no custom field '{each['key'][:40]}' to filter by.")
        found.append(_wanted(context, definition, each, organisation.country))
    return found


def _wanted(
    context: Context, definition: CustomFieldDefinition, given: Mapping[str, Any], country: str
) -> Wanted:
    operator, value = given["op"], given.get("value")
    base = (RecordKind(definition.on_kind), definition.organisation_id, definition.id)
    if operator == "IS_SET":
        if value not in (True, False, None):
            raise BadUserInput("IS_SET takes true or false.")
        return Wanted(*base, "IS_SET" if value is not False else "IS_NOT_SET")
    field_type = context.plugins.field_types.get(definition.type)
    if field_type is None or operator not in field_type.operators:
        raise BadUserInput(f"'{definition.key}' cannot be filtered by {operator}.")
    if operator in ("CONTAINS", "STARTS_WITH"):
        if not isinstance(value, str):
            raise BadUserInput(f"{operator} of '{definition.key}' takes a text.")
        return Wanted(*base, operator, (field_type.search_form(_plain(value)),))
    many = value if operator == "IN" else [value]
    if not isinstance(many, list) or len(many) > MOST_VALUES:
        raise BadUserInput(f"IN of '{definition.key}' takes a list of up to {MOST_VALUES} values.")
    stored = [_read(field_type, definition, each, country) for each in many]
    keys = tuple(key for each in stored for key in keys_of(field_type, each))
    if not keys:
        raise BadUserInput(f"{operator} of '{definition.key}' takes a value; ask IS_SET for none.")
    lead = field_type.comparable(stored[0]) if operator in _BOUNDS else ""
    return Wanted(*base, operator, keys, lead)


def _plain(value: str) -> str:
    """A text to search for, without what no stored text has."""
    try:
        return values.text(value) or ""
    except values.ValueProblem as problem:
        raise BadUserInput(f"The text to look for does not do: {problem.code}.") from problem


def _read(
    field_type: FieldType, definition: CustomFieldDefinition, value: Any, country: str
) -> Any:
    """An operand; a single one does where records can have several."""
    alone = field_type.is_list and not isinstance(value, list)
    try:
        options = definition.option_values()
        return parsed(field_type, [value] if alone else value, options, country)
    except FieldProblem as problem:
        raise BadUserInput(
            f"The value for '{definition.key}' does not fit its type {definition.type}:"
            f" {problem.code}."
        ) from problem


def condition(dialect: Dialect, wanted: Sequence[Wanted]) -> Condition:
    """Records that meet all of the conditions."""
    return all_of(_condition(dialect, each) for each in wanted)


def _condition(dialect: Dialect, wanted: Wanted) -> Condition:
    if wanted.operator == "NE":
        return negated(_with_value(wanted, any_of(dialect, "v.key", wanted.keys)))
    if wanted.operator == "IS_NOT_SET":
        return negated(_with_value(wanted, None))
    return _with_value(wanted, _test(dialect, wanted))


def _test(dialect: Dialect, wanted: Wanted) -> Condition | None:
    if wanted.operator == "IS_SET":
        return None
    if wanted.operator == "IN":
        return any_of(dialect, "v.key", wanted.keys)
    text = wanted.keys[0]
    if wanted.operator == "EQ":
        return compare("v.key", "=", text)
    if wanted.operator == "CONTAINS":
        return contains("v.key", text)
    if wanted.operator == "STARTS_WITH":
        return all_of([compare("v.key", ">=", text), compare("v.key", "<", text + LAST)])
    bound = compare("v.key", _BOUNDS[wanted.operator], text)
    low, high = wanted.comparable, wanted.comparable + LAST
    # One bound is the value, the other the end of what it can be compared with.
    other = ("<", high) if wanted.operator.startswith("GT") else (">=", low)
    return all_of([bound, compare("v.key", *other)])


def _with_value(wanted: Wanted, test: Condition | None) -> Condition:
    """Records with a value of the field that passes; read from the index of values alone."""
    of_field = [
        compare("v.organisation_id", "=", wanted.organisation_id),
        compare("v.definition_id", "=", wanted.definition_id),
    ]
    inner = all_of([*of_field, *([test] if test else [])])
    owner = wanted.kind.value.lower()
    return Condition(
        f"{owner}.id IN (SELECT v.record_id FROM {owner}_custom_value v WHERE {inner.sql})",  # noqa: S608
        inner.values,
    )
