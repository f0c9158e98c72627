"""Inputs that come as JSON, read as if they had been given where the schema takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from graphql import GraphQLError
from graphql.utilities import coerce_input_value, validate_input_value
from strawberry.types.arguments import convert_argument

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
