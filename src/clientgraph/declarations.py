"""What one plugin declares: collected whole and checked before any of it is used."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clientgraph.hookspecs import BatchField, IdentifierError, IdentifierKind

LONGEST_VALUE: Final = 200
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")

Ask = Callable[[str], Any]
Failed = Callable[[Exception], None]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """Everything that one plugin adds."""

    kinds: Mapping[str, IdentifierKind] = field(default_factory=dict)
    batch_fields: Sequence[BatchField] = ()
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    types: Sequence[type] = ()
    messages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def in_schema(self) -> bool:
        """Whether the schema is another one with this plugin."""
        return bool(self.batch_fields or self.fields or self.types)


def collect(ask: Ask, failed: Failed) -> Declared:
    """The answers of one plugin's declaring hooks; raises what is wrong with the first bad one.

    ``ask`` calls a hook by name (None where it is not implemented); ``failed`` is told whenever
    one of the plugin's identifier kinds breaks its contract later on.
    """
    kinds: dict[str, IdentifierKind] = {}
    for kind in ask("identifier_kinds") or ():
        _check_kind(kind)
        if kind.key in kinds:
            raise ValueError(f"identifier kind {kind.key} is declared twice")
        kinds[kind.key] = _contained(kind, failed)
    batch_fields = tuple(ask("batch_fields") or ())
    for each in batch_fields:
        _check_batch_field(each)
    whole = ask("graphql_fields") or {}
    fields = {str(type_name): tuple(fields) for type_name, fields in whole.items()}
    messages = {code: dict(texts) for code, texts in (ask("messages") or {}).items()}
    for code, texts in messages.items():
        _check_texts(f"message {code}", texts)
    return Declared(
        kinds=kinds,
        batch_fields=batch_fields,
        fields=fields,
        types=tuple(ask("graphql_types") or ()),
        messages=messages,
    )


def _check_kind(kind: Any) -> None:
    if not isinstance(kind, IdentifierKind):
        raise TypeError(f"{type(kind).__name__} is not an IdentifierKind")
    if not isinstance(kind.key, str) or not _KEY.fullmatch(kind.key):
        raise ValueError(f"identifier kind {kind.key!r}: the key must be in upper snake case")
    name = f"identifier kind {kind.key}"
    _check_texts(f"{name}: the label", kind.label)
    if kind.country is not None and not _COUNTRY.fullmatch(kind.country):
        raise ValueError(f"{name}: the country must be two capital letters or None")
    if not isinstance(kind.example, str):
        raise TypeError(f"{name}: the example must be a text")
    if not all(callable(each) for each in (kind.parse, kind.format, kind.derive)):
        raise TypeError(f"{name}: parse, format and derive must be functions")


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
