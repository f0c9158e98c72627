"""Inputs that come as JSON, read as if they had been given where the schema takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING
from typing import Any, TypeVar

from graphql import GraphQLError
from graphql.utilities import coerce_input_value, validate_input_value
from strawberry.scalars import is_scalar
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import InputContext, convert_argument
from strawberry.types.base import StrawberryMaybe, StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from clientgraph.graphql.fields import Info

T = TypeVar("T")


class Unfit(Exception):
    """JSON that is no such input: the ways to its mistakes; what stands there is not repeated."""

    def __init__(self, places: list[tuple[str, ...]]) -> None:
        self.places = places
        named = ", ".join(f"'{'.'.join(place)}'" if place else "the whole" for place in places)
        super().__init__(f"it does not fit at {named}.")


def coerced(info: Info, kind: type[T], value: Any) -> T:
    """The input object that a JSON value stands for; raises `Unfit` with every mistake."""
    schema: Any = info.schema
    known = schema.core.get_type(kind.__name__)
    places: list[tuple[str, ...]] = []

    def note(_error: GraphQLError, path: list[str | int]) -> None:
        places.append(tuple(map(str, path)))

    if not isinstance(value, Mapping):
        raise Unfit([()])
    validate_input_value(value, known, note, hide_suggestions=True)
    if places:
        raise Unfit(places)
    plain = coerce_input_value(value, known)
    registry = schema.schema_converter.scalar_registry
    found: Any = convert_argument(plain, kind, registry, schema.config)
    made: T = found
    return made


def read_at_once(converter: GraphQLCoreConverter) -> None:
    """Have input objects made by a plan of their fields, not by looking at each field anew.

    An input with a field that is a `strawberry.Maybe` is left to Strawberry, which checks its
    nulls.
    """
    for each in converter.type_map.values():
        kind = each.definition
        if isinstance(kind, StrawberryObjectDefinition) and kind.is_input:
            made = _Reading(kind, converter)
            kind.from_input = None if made.is_special else made


class _Reading:
    """What makes input objects of one type of what graphql-core has coerced."""

    def __init__(self, kind: StrawberryObjectDefinition, converter: GraphQLCoreConverter) -> None:
        types: list[tuple[StrawberryField, Any]] = [
            (each, each.resolve_type(type_definition=kind)) for each in kind.fields
        ]
        self.is_special = any(isinstance(found, StrawberryMaybe) for _, found in types)
        self._absent: dict[str, Any] = {
            each.python_name: None
            for each in kind.fields
            if each.default_value is MISSING and each.default_factory is MISSING
        }
        self._fields = [
            (
                converter.config.name_converter.from_field(each),
                each.python_name,
                None if _is_ready(found, converter.scalar_registry) else found,
            )
            for each, found in types
        ]

    def __call__(self, kind: type, value: Mapping[str, Any], context: InputContext) -> Any:
        """The input object; fields that were not given have their defaults."""
        given = self._absent.copy()
        for name, python_name, of in self._fields:
            if name in value:
                found = value[name]
                if of is not None and found is not None:
                    found = context.convert(found, of, name)
                given[python_name] = found
        return kind(**given)


def _is_ready(kind: Any, scalars: Any) -> bool:
    """Whether graphql-core has made such values already: scalars and enums."""
    if isinstance(kind, StrawberryOptional):
        kind = kind.of_type
    return isinstance(kind, StrawberryEnumDefinition) or is_scalar(kind, scalars)
