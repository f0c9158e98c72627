"""Whether all contenders answer the same: their data in one form, compared."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bench.failure import Failure

_UUID: Final = re.compile(r"(?:[a-z]+_)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*")
_LISTS: Final = ("contacts", "addresses", "events", "customFields")
_SHOWN: Final = 200


def plain(value: Any) -> Any:
    """Data in the one form: lists without connections, ids as digits, times in UTC, by key."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return _record(value)
    if isinstance(value, str):
        return _text(value)
    return value


def _record(value: Mapping[str, Any]) -> dict[str, Any]:
    made = {}
    for name, inner in value.items():
        # Cursors are opaque, and an answer without mistakes may not have them at all.
        if name in ("endCursor", "userErrors"):
            continue
        listed = inner["nodes"] if name in _LISTS and isinstance(inner, Mapping) else inner
        if name == "customFields":
            made[name] = [_custom_field(each) for each in listed]
        else:
            made[name] = plain(listed)
    return made


def _custom_field(value: Mapping[str, Any]) -> dict[str, Any]:
    """A key and a value, whatever the value's field is called and wherever the key stands."""
    if "definition" in value:
        # PostGraphile hands on the text of the column, which is JSON.
        return {"key": value["definition"]["key"], "value": json.loads(value["value"])}
    (found,) = (inner for name, inner in value.items() if name != "key")
    return {"key": value["key"], "value": found}


def _text(value: str) -> str:
    if _UUID.fullmatch(value):
        return value.rpartition("_")[2].replace("-", "")
    if _TIME.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value


def check_same(operation: str, answers: Mapping[str, Any], *, apart: tuple[str, ...] = ()) -> None:
    """Raise `Failure` where the data of some contender differs from the first one's.

    ``apart`` names fields that are new in every answer.
    """
    plains = {key: _without(plain(answer), apart) for key, answer in answers.items()}
    (first, expected), *others = plains.items()
    if not _has_data(expected):
        raise Failure(f"{operation}: {first} answers nothing that could be compared.")
    for key, found in others:
        if found != expected:
            where = _difference(expected, found, "data")
            raise Failure(f"{operation}: {key} answers other data than {first}: {where}")


def _has_data(value: Any) -> bool:
    """Whether there is anything but empty lists and nulls in it."""
    if isinstance(value, Mapping):
        return any(map(_has_data, value.values()))
    return bool(value) if isinstance(value, list) else value is not None


def _without(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_without(each, names) for each in value]
    if isinstance(value, Mapping):
        return {name: _without(each, names) for name, each in value.items() if name not in names}
    return value


def _difference(expected: Any, found: Any, path: str) -> str:
    """The first place where two values differ."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in [*expected, *(each for each in found if each not in expected)]:
            if expected.get(name) != found.get(name) or (name in expected) != (name in found):
                return _difference(expected.get(name), found.get(name), f"{path}.{name}")
    if isinstance(expected, list) and isinstance(found, list):
        for place, (one, other) in enumerate(zip(expected, found, strict=False)):
            if one != other:
                return _difference(one, other, f"{path}[{place}]")
        return f"{path}: {len(expected)} and {len(found)} entries"
    return f"{path}: {str(expected)[:_SHOWN]} and {str(found)[:_SHOWN]}"
