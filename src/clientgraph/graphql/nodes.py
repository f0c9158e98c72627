"""Relay's Node: every record has a global id and can be fetched by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from clientgraph import global_ids
from clientgraph.graphql.fields import column, computed
from clientgraph.storage.reading import Row, model_of

T = TypeVar("T", bound=type[Any])
NOBODY = UUID(int=0)


@strawberry.interface(description="Anything that has a global id (Relay).")
class Node:
    """The interface of all records."""

    @computed("The record's opaque id, unique among all types.", reads=("id",), told="global_id")
    def id(self: Any) -> strawberry.ID:
        """Made from the row's type and UUID."""
        if isinstance(self, Row):
            return strawberry.ID(self.global_id)
        return strawberry.ID(global_ids.encode(type(self).__name__, self.id))


@strawberry.type(description="What all records have.")
class RecordNode(Node):
    """Columns of every record."""

    version: int = column("Counts the record's changes; give it back as `expectedVersion`.")
    created_at: datetime = column("When the record was made.")
    updated_at: datetime = column("When the record was last changed.")


def record(model: type, description: str) -> Callable[[T], T]:
    """A GraphQL type whose values are rows of a model; the type's name is in their global ids."""

    def decorate(cls: T) -> T:
        def is_type_of(obj: Any, _info: Any) -> bool:
            return issubclass(model_of(obj), model)

        setattr(cls, "is_type_of", staticmethod(is_type_of))  # noqa: B010 - read by Strawberry
        if cls.__name__ != model.__name__:
            setattr(cls, "id", _id_of(cls.__name__))  # noqa: B010 - read by Strawberry
        made: T = strawberry.type(cls, description=description)
        return made

    return decorate


def _id_of(type_name: str) -> Any:
    """The id of rows whose class bears another name than their GraphQL type."""

    @computed("The record's opaque id, unique among all types.")
    def global_id(self: Any) -> strawberry.ID:
        return strawberry.ID(global_ids.encode(type_name, self.id))

    global_id.python_name = "id"
    return global_id


def row_id(type_name: str, global_id: str) -> UUID:
    """The row's UUID. An id that is not one of the type becomes one that nothing has."""
    return global_ids.decode(type_name, global_id) or NOBODY
