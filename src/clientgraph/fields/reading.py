"""Field types at work: options and values read, keyed and shown, with every mistake as one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from clientgraph.fields.keys import shortened
from clientgraph.fields.models import CustomFieldDefinition
from clientgraph.hookspecs import FieldProblem, FieldType
from clientgraph.values import ValueProblem

_LONGEST_OPTIONS = 20_000


def plain_options(field_type: FieldType, given: Any) -> Mapping[str, Any]:
    """Options as they are stored; raises `FieldProblem`."""
    if given is None:
        given = {}
    if not isinstance(given, dict) or len(orjson.dumps(given)) > _LONGEST_OPTIONS:
        raise FieldProblem("INVALID_OPTION", option="options")
    try:
        return field_type.check_options(given)
    except ValueProblem as problem:
        raise FieldProblem(problem.code, **problem.params) from problem


def parsed(field_type: FieldType, value: Any, options: Mapping[str, Any], country: str) -> Any:
    """A value in its stored form; raises `FieldProblem`."""
    try:
        stored = field_type.parse(value, options, country)
        keys_of(field_type, stored)
    except ValueProblem as problem:
        raise FieldProblem(problem.code, **problem.params) from problem
    return stored


def keys_of(field_type: FieldType, stored: Any) -> list[str]:
    """The sort key of each value."""
    parts = stored if field_type.is_list else [stored]
    return [shortened(field_type.sort_key(part)) for part in parts]


def value_rows(
    definition: CustomFieldDefinition, field_type: FieldType, stored: Any
) -> list[dict[str, Any]]:
    """A value as rows, one for each of several."""
    parts = stored if field_type.is_list else [stored]
    return [
        {
            "definition_id": definition.id,
            "ordinal": ordinal,
            "type": field_type.key,
            "value": orjson.dumps(part).decode(),
            "key": key,
            "is_exclusive": definition.is_unique,
        }
        for ordinal, (part, key) in enumerate(zip(parts, keys_of(field_type, stored), strict=True))
    ]
