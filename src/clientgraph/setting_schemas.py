"""What plugins say can be set: JSON Schemas (2020-12), and what is wrong with what was set.

Nothing here tells a value that was given: it may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

_LONGEST_EXPECTED: Final = 200


@dataclass(frozen=True)
class SettingProblem:
    """What is wrong with a setting: where, a code of ours, and what fills its sentence."""

    path: tuple[str, ...]
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def check_schema(name: str, schema: Any) -> None:
    """Raises `ValueError` or `TypeError` for a schema that cannot be used."""
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        raise ValueError(f"{name} must be a JSON Schema of type object")
    Draft202012Validator.check_schema(schema)
    orjson.dumps(schema)
    properties = _properties(schema)
    for key, part in properties.items():
        if "default" not in part:
            continue
        if part.get("writeOnly"):
            raise ValueError(f"{name}: a secret such as '{key}' has no default")
        if not Draft202012Validator(part).is_valid(part["default"]):
            raise ValueError(f"{name}: the default of '{key}' does not fit its own schema")
    for place, part in _parts(schema, ()):
        if part.get("writeOnly") and (len(place) != 2 or place[0] != "properties"):
            raise ValueError(f"{name}: writeOnly is for the properties themselves, not within them")
        if not str(part.get("$ref", "#")).startswith("#"):
            raise ValueError(f"{name}: $ref may only lead to places within the schema")


def defaults(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What holds where nothing is set."""
    return {key: part["default"] for key, part in _properties(schema).items() if "default" in part}


def secret_keys(schema: Mapping[str, Any]) -> frozenset[str]:
    """The settings that nobody is shown."""
    return frozenset(key for key, part in _properties(schema).items() if part.get("writeOnly"))


def longest_texts(schema: Mapping[str, Any]) -> int:
    """How long all those settings can be together whose length the schema limits (maxLength)."""
    return sum(int(part.get("maxLength", 0)) for part in _properties(schema).values())


def problems(schema: Mapping[str, Any], given: Mapping[str, Any]) -> list[SettingProblem]:
    """Everything that is wrong with what is set, by place; defaults stand in for what is not."""
    whole = {**defaults(schema), **given}
    errors = Draft202012Validator(schema).iter_errors(whole)
    found = [problem for error in errors for problem in _problems(error)]
    return sorted(found, key=lambda each: each.path)


def read_texts(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is set by an operator, with the names and the kinds of values that the schema has.

    The environment knows capital letters and texts alone: ``API_KEY`` is the property ``api_key``
    or ``apiKey``; a text for a property that takes none is read as JSON.
    """
    properties = _properties(schema)
    folded = {_folded(key): key for key in properties}
    found = {}
    for name, value in given.items():
        key = name if name in properties else folded.get(_folded(name), name)
        found[key] = _as_json(value, properties.get(key, {}))
    return found


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _as_json(value: Any, part: Mapping[str, Any]) -> Any:
    kinds = part.get("type", "string")
    if not isinstance(value, str) or "string" in ([kinds] if isinstance(kinds, str) else kinds):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def _problems(error: ValidationError) -> Iterator[SettingProblem]:
    path = tuple(str(part) for part in error.absolute_path)
    schema: Any = error.schema
    instance: Any = error.instance
    wanted: Any = error.validator_value
    known: Mapping[str, Any] = schema.get("properties", {})
    match error.validator:
        case "required":
            yield from (
                SettingProblem((*path, key), "REQUIRED") for key in wanted if key not in instance
            )
        case "additionalProperties" if wanted is False:
            yield from (
                SettingProblem((*path, key), "UNKNOWN_SETTING", {"known": ", ".join(sorted(known))})
                for key in instance
                if key not in known
            )
        case keyword:
            expected = f"{keyword}: {orjson.dumps(wanted).decode()}"[:_LONGEST_EXPECTED]
            yield SettingProblem(path, "INVALID_SETTING", {"expected": expected})


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Any] = schema.get("properties", {})
    return {key: part for key, part in found.items() if isinstance(part, Mapping)}


def _parts(part: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every mapping within a schema, with the way to it."""
    if isinstance(part, Mapping):
        yield place, part
        for key, below in part.items():
            yield from _parts(below, (*place, str(key)))
    elif isinstance(part, list | tuple):
        for number, below in enumerate(part):
            yield from _parts(below, (*place, str(number)))
