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
_STRICT: Final = (GraphQLString, GraphQLID, GraphQLBoolean, GraphQLInt)
_AS_IS: Final = {"String": str, "ID": str, "Boolean": bool}


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


def is_strict(leaf: GraphQLLeafType) -> bool:
    """Whether it shows plain values alone: neither an exception nor what must be awaited."""
    return leaf in _STRICT or is_enum_type(leaf)


def shown_as_is(leaf: GraphQLLeafType) -> type | None:
    """The Python type whose values are shown as they are; None where there is none such."""
    return _AS_IS.get(leaf.name) if leaf in _STRICT else None


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
    return _Names(_checked(leaf)).__getitem__


class _Names(dict[Any, Any]):
    """What is shown for values, those that were met so far."""

    def __init__(self, find: Show) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, value: Any) -> Any:
        shown = self[value] = self._find(value)
        return shown
