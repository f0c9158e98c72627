"""What one plugin declares: collected whole and checked before any of it is used."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clientgraph.hookspecs import (
    BatchField,
    EventKind,
    FieldType,
    IdentifierError,
    IdentifierKind,
    TypedForm,
)

LONGEST_VALUE: Final = 200
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_OPERATORS: Final = frozenset(
    ["EQ", "NE", "IN", "LT", "LTE", "GT", "GTE", "CONTAINS", "STARTS_WITH", "IS_SET"]
)

Ask = Callable[[str], Any]
Failed = Callable[[Exception], None]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """Everything that one plugin adds."""

    kinds: Mapping[str, IdentifierKind] = field(default_factory=dict)
    event_kinds: Mapping[str, EventKind] = field(default_factory=dict)
    field_types: Mapping[str, FieldType] = field(default_factory=dict)
    batch_fields: Sequence[BatchField] = ()
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    types: Sequence[type] = ()
    messages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def in_schema(self) -> bool:
        """Whether the schema is another one with this plugin."""
        return bool(self.batch_fields or self.fields or self.types or self.field_types)

    @property
    def claims(self) -> frozenset[str]:
        """What no other plugin can declare too."""
        keys = {
            "identifier kind": self.kinds,
            "event kind": self.event_kinds,
            "field type": self.field_types,
        }
        return frozenset(f"{name} {key}" for name, known in keys.items() for key in known)


def collect(ask: Ask, failed: Failed) -> Declared:
    """The answers of one plugin's declaring hooks; raises what is wrong with the first bad one.

    ``ask`` calls a hook by name (None where it is not implemented); ``failed`` is told whenever
    one of the plugin's identifier kinds breaks its contract later on.
    """
    kinds = _by_key(ask("identifier_kinds"), "identifier kind", IdentifierKind, _check_kind)
    batch_fields = tuple(ask("batch_fields") or ())
    for each in batch_fields:
        _check_batch_field(each)
    whole = ask("graphql_fields") or {}
    fields = {str(type_name): tuple(fields) for type_name, fields in whole.items()}
    messages = {code: dict(texts) for code, texts in (ask("messages") or {}).items()}
    for code, texts in messages.items():
        _check_texts(f"message {code}", texts)
    return Declared(
        kinds={key: _contained(kind, failed) for key, kind in kinds.items()},
        event_kinds=_by_key(ask("event_kinds"), "event kind", EventKind, _check_event_kind),
        field_types=_by_key(ask("field_types"), "field type", FieldType, _check_field_type),
        batch_fields=batch_fields,
        fields=fields,
        types=tuple(ask("graphql_types") or ()),
        messages=messages,
    )


def _by_key(
    answer: Any, what: str, expected: type[Any], check: Callable[[str, Any], None]
) -> dict[str, Any]:
    """What a hook declares, each checked; two of one key are refused."""
    found: dict[str, Any] = {}
    for each in answer or ():
        if not isinstance(each, expected):
            raise TypeError(f"{type(each).__name__} is not an {expected.__name__}")
        if not isinstance(each.key, str) or not _KEY.fullmatch(each.key):
            raise ValueError(f"{what} {each.key!r}: the key must be in upper snake case")
        name = f"{what} {each.key}"
        _check_texts(f"{name}: the label", each.label)
        check(name, each)
        if each.key in found:
            raise ValueError(f"{name} is declared twice")
        found[each.key] = each
    return found


def _check_kind(name: str, kind: IdentifierKind) -> None:
    if kind.country is not None and not _COUNTRY.fullmatch(kind.country):
        raise ValueError(f"{name}: the country must be two capital letters or None")
    if not isinstance(kind.example, str):
        raise TypeError(f"{name}: the example must be a text")
    if not all(callable(each) for each in (kind.parse, kind.format, kind.derive)):
        raise TypeError(f"{name}: parse, format and derive must be functions")


def _check_event_kind(name: str, kind: EventKind) -> None:
    if not isinstance(kind.is_task, bool):
        raise TypeError(f"{name}: is_task must be true or false")


def _check_field_type(name: str, kind: FieldType) -> None:
    if not set(kind.operators) <= _OPERATORS:
        raise ValueError(f"{name}: the operators must be among {', '.join(sorted(_OPERATORS))}")
    functions = (
        kind.parse,
        kind.sort_key,
        kind.display,
        kind.check_options,
        kind.search_form,
        kind.comparable,
    )
    if not all(callable(each) for each in functions):
        raise TypeError(f"{name}: parse, sort_key, display and the like must be functions")
    if kind.unknown is not None and not callable(kind.unknown):
        raise TypeError(f"{name}: unknown must be a function or None")
    if not isinstance(kind.graphql_type, type) or not isinstance(kind.form, TypedForm):
        raise TypeError(f"{name}: graphql_type must be a type and form a TypedForm")


def _check_batch_field(each: Any) -> None:
    if not isinstance(each, BatchField):
        raise TypeError(f"{type(each).__name__} is not a BatchField")
    if not callable(each.load):
        raise TypeError(f"field {each.type_name}.{each.name}: load must be a function")


def _check_texts(name: str, texts: Any) -> None:
    """Language → text, English at least, with placeholders that can be filled."""
    if not isinstance(texts, Mapping) or not isinstance(texts.get("en"), str):
        raise ValueError(f"{name} needs a text for 'en'")  # noqa: TRY004 - missing, mostly
    for language, text in texts.items():
        if not isinstance(language, str) or not isinstance(text, str):
            raise TypeError(f"{name} must map languages to texts")
        list(string.Formatter().parse(text))


def _contained(kind: IdentifierKind, failed: Failed) -> IdentifierKind:
    """The kind, with functions that keep their contract whatever the plugin's own do."""

    def parse(text: str) -> str:
        try:
            found = kind.parse(text)
            if not isinstance(found, str) or not 0 < len(found) <= LONGEST_VALUE:
                raise TypeError(f"{kind.key}: parse answered no usable text")  # noqa: TRY301
        except IdentifierError:
            raise
        except Exception as error:
            failed(error)
            raise IdentifierError("INVALID_FORMAT") from error
        return found

    def printed(value: str) -> str:
        try:
            return _text(kind.format(value))
        except Exception as error:  # noqa: BLE001 - the stored form can always be shown
            failed(error)
            return value

    def derive(value: str) -> Mapping[str, str]:
        try:
            return {_text(key): _text(found) for key, found in kind.derive(value).items()}
        except Exception as error:  # noqa: BLE001 - what follows is a convenience
            failed(error)
            return {}

    return replace(kind, parse=parse, format=printed, derive=derive)


def _text(answer: Any) -> str:
    if not isinstance(answer, str):
        raise TypeError(f"{type(answer).__name__} is not a text")
    return answer
