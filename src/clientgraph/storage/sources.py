"""Where the rows of a list come from: a table, its columns, and what a row is made into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from clientgraph.contract.operation import Dialect
from clientgraph.storage.models import Record, columns_of
from clientgraph.storage.reading import shape

R = TypeVar("R")


@dataclass(frozen=True)
class Source(Generic[R]):
    """A table of a workspace's rows.

    ``made`` answers what makes a row of the values at the places of such columns; ``is_whole``
    where that needs all of them.
    """

    table: str
    columns: tuple[str, ...]
    made: Callable[[tuple[str, ...], Dialect], Callable[[Sequence[Any]], R]]
    is_whole: bool = False


def source_of(rows: type[R] | Source[R]) -> Source[R]:
    """The source of a model's rows, to be shown; a source is its own."""
    if isinstance(rows, Source):
        return rows
    model: Any = rows
    return _of_model(model)


@lru_cache(maxsize=256)
def _of_model(model: Any) -> Source[Any]:
    if not issubclass(model, Record):
        raise TypeError(f"{model.__name__} is no model of records")
    made: Callable[[tuple[str, ...], Dialect], Any] = partial(shape, model)
    return Source(model._meta.db_table, tuple(columns_of(model)), made)
