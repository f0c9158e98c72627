"""Filters by custom fields, as parts of a WHERE clause that an index answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

from clientgraph import values
from clientgraph.context import Context
from clientgraph.contract.fields import FieldProblem, FieldType
from clientgraph.errors import BadArgument
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.keys import LAST
from clientgraph.fields.models import CustomFieldDefinition, RecordKind
from clientgraph.fields.reading import asked, keys_of, operand
from clientgraph.lists import unfit
from clientgraph.organisations.service import organisation_by_id
from clientgraph.storage.conditions import (
    Condition,
    all_of,
    any_of,
    compare,
    contains,
    negated,
)
from clientgraph.storage.listings import Order
from clientgraph.storage.session import Dialect

MOST_VALUES = 100
# What a value is called in the statement of a list that is sorted by it.
PLACE = "custom_place"
_SORT_KEY = ("sort_by_custom_field", "key")
_BOUNDS = {"LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}


class SortDirection(Enum):
    """Which end comes first."""

    ASC = "ASC"
    DESC = "DESC"


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
    type: str
    operator: str
    keys: tuple[str, ...] = ()
    comparable: str = ""


@dataclass(frozen=True)
class _Given:
    """One condition as it was given: of which field, and where it stands in the arguments."""

    context: Context
    definition: CustomFieldDefinition
    operator: str
    path: tuple[str, ...]

    def unfit(self, code: str, /, *place: str, **params: Any) -> BadArgument:
        """A mistake in the value, or in a part of it."""
        return unfit(self.context, (*self.path, "value", *place), code, **params)


class _Unread(FieldProblem):
    """Why one of several operands does not fit, and which."""

    def __init__(self, place: int, problem: FieldProblem) -> None:
        super().__init__(problem.code)
        self.params = problem.params
        self.place = str(place)


async def wanted_fields(
    context: Context,
    kind: RecordKind,
    path: tuple[str, ...],
    conditions: Sequence[Mapping[str, Any]],
) -> list[Wanted]:
    """Conditions as a caller gave them (key, op, value) at a path; raises `BadArgument`."""
    definitions = await context.load(definitions_by_kind, kind) or []
    organisation = await context.load(organisation_by_id, context.organisation_id)
    by_key = {definition.key: definition for definition in definitions}
    found = []
    for place, each in enumerate(conditions):
        at = (*path, str(place))
        definition = by_key.get(each["key"])
        if definition is None:
            raise unfit(context, (*at, "key"), "UNKNOWN_CUSTOM_FIELD", key=each["key"][:40])
        given = _Given(context, definition, each["op"], at)
        found.append(await _wanted(given, each.get("value"), organisation.country))
    return found


async def _wanted(given: _Given, value: Any, country: str) -> Wanted:
    definition, operator = given.definition, given.operator
    kind = RecordKind(definition.on_kind)
    base = (kind, definition.organisation_id, definition.id, definition.type)
    if operator == "IS_SET":
        if value is not None and not isinstance(value, bool):
            raise given.unfit("WRONG_JSON", expected="true")
        return Wanted(*base, "IS_SET" if value is not False else "IS_NOT_SET")
    field_type = _filterable(given)
    if operator in ("CONTAINS", "STARTS_WITH"):
        if not isinstance(value, str) or not value.strip():
            raise given.unfit("WRONG_JSON", expected='"text"')
        return Wanted(*base, operator, (await _search_form(field_type, given, value),))
    several = operator == "IN"
    if several and not isinstance(value, list):
        raise given.unfit("WRONG_JSON", expected="[…]")
    if several and len(value) > MOST_VALUES:
        raise given.unfit("TOO_MANY_VALUES", longest=MOST_VALUES)
    many = value if several else [value]
    read = partial(_read, field_type, definition, many, country, leads=operator in _BOUNDS)
    try:
        keys, lead = await asked(given.context, field_type, read)
    except FieldProblem as problem:
        parts = [problem.place] if several and isinstance(problem, _Unread) else []
        raise given.unfit(problem.code, *parts, **problem.params) from problem
    if not keys or (len(keys) > 1 and not several):
        raise given.unfit("NOT_ONE_VALUE", operator=operator)
    return Wanted(*base, operator, keys, lead)


def _filterable(given: _Given) -> FieldType:
    """The field's type, which knows the operator."""
    context, definition = given.context, given.definition
    found = context.plugins.field_types.get(definition.type)
    if found is None:
        raise unfit(context, (*given.path, "key"), "FIELD_TYPE_MISSING", type=definition.type)
    if given.operator not in found.operators:
        known = ", ".join(sorted({*found.operators, "IS_SET"}))
        raise unfit(context, (*given.path, "op"), "UNKNOWN_OPERATOR", known=known)
    return found


async def _search_form(field_type: FieldType, given: _Given, value: str) -> str:
    """A text to search for as keys have it, without what no stored text has."""
    try:
        text = values.text(value) or ""
        return str(await asked(given.context, field_type, field_type.search_form, text))
    except (values.ValueProblem, FieldProblem) as problem:
        raise given.unfit(problem.code, **problem.params) from problem


def _read(
    field_type: FieldType,
    definition: CustomFieldDefinition,
    many: Sequence[Any],
    country: str,
    *,
    leads: bool,
) -> tuple[tuple[str, ...], str]:
    """The keys of operands, and what values that compare with the first one have in common.

    A single operand does where records can have several.
    """
    options = definition.option_values()
    stored: list[Any] = []
    keys: list[str] = []
    for place, value in enumerate(many):
        alone = field_type.is_list and not isinstance(value, list)
        try:
            stored.append(operand(field_type, [value] if alone else value, options, country))
            keys += keys_of(field_type, stored[-1])
        except FieldProblem as problem:
            raise _Unread(place, problem) from problem
    return tuple(keys), field_type.comparable(stored[0]) if leads else ""


def condition(dialect: Dialect, wanted: Sequence[Wanted], record: str | None = None) -> Condition:
    """Records that meet all of the conditions; ``record`` is their alias where they have one."""
    return all_of(_condition(dialect, each, record or _table(each.kind)) for each in wanted)


def _table(kind: RecordKind) -> str:
    return kind.value.lower()


def _condition(dialect: Dialect, wanted: Wanted, record: str) -> Condition:
    if wanted.operator == "NE":
        return negated(_with_value(wanted, any_of(dialect, "v.key", wanted.keys), record))
    if wanted.operator == "IS_NOT_SET":
        return negated(_with_value(wanted, None, record))
    return _with_value(wanted, _test(dialect, wanted), record)


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


def _with_value(wanted: Wanted, test: Condition | None, record: str) -> Condition:
    """Records with a value of the field that passes; read from the index of values alone."""
    of_field = [
        compare("v.organisation_id", "=", wanted.organisation_id),
        compare("v.definition_id", "=", wanted.definition_id),
    ]
    if test and wanted.kind is RecordKind.EVENT:
        # Nobody else can read the values of a private event anew when the field's type changes.
        of_field.append(compare("v.type", "=", wanted.type))
    inner = all_of([*of_field, *([test] if test else [])])
    table = _table(wanted.kind)
    return Condition(
        f"{record}.id IN (SELECT v.record_id FROM {table}_custom_value v WHERE {inner.sql})",  # noqa: S608
        inner.values,
    )


async def wanted_order(
    context: Context, kind: RecordKind, given: Mapping[str, Any] | None
) -> Order | None:
    """A sort by a custom field as a caller gave it (key, direction); raises `BadArgument`.

    By the key of the first value; records without one, or whose type is another, come last either
    way.
    """
    if given is None:
        return None
    definitions = await context.load(definitions_by_kind, kind) or []
    definition = next((each for each in definitions if each.key == given["key"]), None)
    if definition is None:
        raise unfit(context, _SORT_KEY, "UNKNOWN_CUSTOM_FIELD", key=given["key"][:40])
    field_type = context.plugins.field_types.get(definition.type)
    if field_type is None:
        raise unfit(context, _SORT_KEY, "FIELD_TYPE_MISSING", type=definition.type)
    if not field_type.is_sortable:
        raise unfit(context, _SORT_KEY, "NOT_SORTABLE", type=definition.type)
    try:
        place = await asked(context, field_type, _place, field_type, definition)
    except FieldProblem as problem:
        raise unfit(context, _SORT_KEY, problem.code, **problem.params) from problem
    descending = given.get("direction") == SortDirection.DESC.value
    there, missing = ("1", "0") if descending else ("0", "1")
    computed = _first_value(kind, definition, place)
    marked = f"COALESCE('{there}' || {computed.sql}, '{missing}')"
    return Order(PLACE, descending, computed=Condition(marked, computed.values))


def _place(field_type: FieldType, definition: CustomFieldDefinition) -> Condition:
    """The place of a value among all: its key, or the rank of that."""
    if field_type.ranks is None:
        return Condition("v.key")
    ranked = field_type.ranks(definition.option_values())
    if not ranked:
        return Condition("v.key")
    cases = " ".join(f"WHEN ? THEN '{rank:06d}'" for rank in range(len(ranked)))
    return Condition(f"CASE v.key {cases} END", tuple(ranked))


def _first_value(
    kind: RecordKind, definition: CustomFieldDefinition, place: Condition
) -> Condition:
    table = _table(kind)
    return Condition(
        f"(SELECT {place.sql} FROM {table}_custom_value v"  # noqa: S608
        f" WHERE v.organisation_id = {table}.organisation_id AND v.record_id = {table}.id"
        " AND v.definition_id = ? AND v.ordinal = 0 AND v.type = ?)",
        (*place.values, definition.id, definition.type),
    )
