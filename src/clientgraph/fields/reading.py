"""Field types at work: options and values read, keyed and shown, with every mistake as one kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from clientgraph.containment import plain
from clientgraph.context import Context
from clientgraph.contract.fields import FieldProblem, FieldType
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.fields.keys import shortened
from clientgraph.fields.models import CustomFieldDefinition
from clientgraph.values import ValueProblem

ANSWER_SECONDS: Final = 2.0
_LONGEST_OPTIONS = 20_000


async def asked(
    context: Context, field_type: FieldType, function: Callable[..., Any], *arguments: Any
) -> Any:
    """What a function answers that asks the type: in the threads of its plugin, in time.

    Core's own types are asked in place. Raises `FieldProblem`, where the plugin fails, too.
    """
    key, plugins = field_type.key, context.plugins
    owner = plugins.owner_of_field_type(key)
    if plugins.is_trusted(owner):
        return function(*arguments)
    try:
        return await plugins.call(
            owner,
            function,
            *arguments,
            hook=f"field_types {key}",
            seconds=ANSWER_SECONDS,
            honest=(FieldProblem,),
            organisation_id=context.organisation_id,
        )
    except PluginFailed as error:
        raise FieldProblem("FIELD_TYPE_FAILED", type=key) from error


def plain_options(field_type: FieldType, given: Any) -> Mapping[str, Any]:
    """Options as they are stored; raises `FieldProblem`."""
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise FieldProblem("WRONG_JSON", expected='{"name": "value"}')
    length = len(_packed(given))
    if length > _LONGEST_OPTIONS:
        raise FieldProblem("TOO_LONG", length=length, longest=_LONGEST_OPTIONS)
    try:
        return field_type.check_options(given)
    except ValueProblem as problem:
        raise FieldProblem(problem.code, **problem.params) from problem


def _packed(given: Any) -> bytes:
    """As JSON; raises `FieldProblem` for what is nested too deeply to be that."""
    try:
        return orjson.dumps(given)
    except TypeError as error:
        raise FieldProblem("WRONG_JSON", expected='{"name": "value"}') from error


def parsed(field_type: FieldType, value: Any, options: Mapping[str, Any], country: str) -> Any:
    """A value to be kept, in its stored form and within limits; raises `FieldProblem`."""
    stored = operand(field_type, value, options, country)
    if field_type.check_limits is not None:
        try:
            field_type.check_limits(stored, options)
        except ValueProblem as problem:
            raise FieldProblem(problem.code, **problem.params) from problem
    return stored


def operand(field_type: FieldType, value: Any, options: Mapping[str, Any], country: str) -> Any:
    """A value to compare with, in its stored form, whatever the limits; raises `FieldProblem`."""
    try:
        stored = field_type.parse(value, options, country)
        keys_of(field_type, stored)
    except ValueProblem as problem:
        raise FieldProblem(problem.code, **problem.params) from problem
    return stored


class Shown(NamedTuple):
    """A value to be shown: the key of its type, for whom, the options and the value as JSON."""

    type: str
    locale: str
    options: str
    stored: bytes


async def display_texts(context: Context, wanted: Sequence[Shown]) -> dict[Shown, str]:
    """The texts of values, as they are stored where their type fails; each type is asked once."""
    by_type: dict[str, list[Shown]] = {}
    for each in wanted:
        by_type.setdefault(each.type, []).append(each)
    found: dict[Shown, str] = {}
    for key, shown in by_type.items():
        field_type = context.plugins.field_types[key]
        try:
            texts = await asked(context, field_type, _displayed, field_type, shown)
        except FieldProblem:
            texts = [plain(orjson.loads(each.stored)) for each in shown]
        found.update(zip(shown, texts, strict=True))
    return found


def _displayed(field_type: FieldType, shown: Sequence[Shown]) -> list[str]:
    return [
        field_type.display(orjson.loads(each.stored), each.locale, orjson.loads(each.options))
        for each in shown
    ]


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
