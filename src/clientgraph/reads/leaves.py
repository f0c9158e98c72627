"""How values of scalars and enums are shown, with the ways that are taken most made short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
    is_enum_type,
)

from clientgraph.reads.refused import Unplanned

Show = Callable[[Any], Any]
_SMALLEST_INT: Final = -(2**31)
_LARGEST_INT: Final = 2**31 - 1


def shower(leaf: GraphQLLeafType) -> Show:
    """What shows a value that is not None; it raises for a value that the type does not have."""
    if is_enum_type(leaf):
        return _remembering(leaf)
    if leaf in (GraphQLString, GraphQLID):
        return _if_already(str, _checked(leaf))
    if leaf is GraphQLBoolean:
        return _if_already(bool, _checked(leaf))
    if leaf is GraphQLInt:
        return _small_int(_checked(leaf))
    return _checked(leaf)


def _checked(leaf: GraphQLLeafType) -> Show:
    coerce = leaf.coerce_output_value

    def show(value: Any) -> Any:
        shown = coerce(value)
        if shown is None or shown is Undefined:
            raise Unplanned
        return shown

    return show


def _if_already(kind: type, otherwise: Show) -> Show:
    return lambda value: value if type(value) is kind else otherwise(value)


def _small_int(otherwise: Show) -> Show:
    def show(value: Any) -> Any:
        if type(value) is int and _SMALLEST_INT <= value <= _LARGEST_INT:
            return value
        return otherwise(value)

    return show


def _remembering(leaf: GraphQLLeafType) -> Show:
    """An enum has few values: each is looked up once."""
    known: dict[Any, Any] = {}
    find = _checked(leaf)

    def show(value: Any) -> Any:
        shown = known.get(value)
        if shown is None:
            shown = known[value] = find(value)
        return shown

    return show
