"""Lists of rows: which, from where, in what order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from clientgraph.storage.conditions import Condition
from clientgraph.storage.sources import Source, source_of

R = TypeVar("R")


@dataclass(frozen=True)
class Order:
    """One column of a sort; the last of a sort must be unique.

    Where ``computed`` is given, it is the SQL of a value that each row has for this sort alone,
    never null, and ``column`` is the name that the value is given.
    """

    column: str
    descending: bool = False
    read: Callable[[str], Any] = str
    computed: Condition | None = None

    def key(self) -> tuple[Any, ...]:
        """What tells a computed order from others of its name."""
        return (self.computed.sql, *self.computed.values) if self.computed else ()


BY_ID = Order("id", read=UUID)
NEWEST_ID = Order("id", descending=True, read=UUID)


def by_time(column: str, *, descending: bool = False) -> Order:
    """A sort by a point in time."""
    return Order(column, descending, datetime.fromisoformat)


@dataclass(frozen=True)
class Listing(Generic[R]):
    """A list that can be paged: which rows, in which order, under which name.

    ``model`` may also be a `Source`. ``name`` and ``key`` tell lists apart in their cursors: the
    key holds whatever selects rows. ``columns`` are those to be read, besides what the list itself
    needs; all of them by default.
    """

    model: type[R] | Source[R]
    name: str
    order: Sequence[Order]
    where: Condition
    key: bytes = b""
    columns: Sequence[str] | None = None

    @property
    def source(self) -> Source[R]:
        """Where its rows come from."""
        return source_of(self.model)

    def sorted_by(self) -> list[str]:
        """The sort's columns."""
        return [order.column for order in self.order]
