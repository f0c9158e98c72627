"""Rows to be shown, not changed: each value is made when it is asked for, of what was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from types import FunctionType
from typing import Any, Final, TypeVar
from uuid import UUID

from tortoise import fields

from clientgraph.contract.operation import Dialect
from clientgraph.storage.conditions import Condition
from clientgraph.storage.models import Record, columns_of
from clientgraph.storage.rows import own
from clientgraph.storage.session import Session

R = TypeVar("R", bound=Record)

# What SQLite has as a text or number; PostgreSQL's driver makes all values itself.
_FROM_SQLITE: Final[dict[type[fields.Field[Any]], Callable[[Any], Any]]] = {
    fields.UUIDField: lru_cache(maxsize=4096)(UUID),
    fields.DatetimeField: datetime.fromisoformat,
    fields.BooleanField: bool,
}


class Row:
    """A row as the database driver hands it over, seen like one of its model."""

    __slots__ = ("raw",)
    model: type[Record]

    def __init__(self, raw: Sequence[Any]) -> None:
        self.raw = raw


def model_of(row: Any) -> type[Any]:
    """The model that a row is one of, however it was read."""
    return row.model if isinstance(row, Row) else type(row)


@lru_cache(maxsize=2048)
def shape(model: type[R], columns: tuple[str, ...], dialect: Dialect) -> Callable[[Any], R]:
    """What makes rows of a model of these columns, in this order; others may be among them."""
    members: dict[str, Any] = {
        name: each
        for base in reversed(model.__mro__)
        if base is not Record and issubclass(base, Record)
        for name, each in vars(base).items()
        if isinstance(each, FunctionType | property) and not name.startswith("__")
    }
    kinds = model._meta.fields_map
    for place, name in enumerate(columns):
        convert = _FROM_SQLITE.get(type(kinds[name])) if name in kinds else None
        members[name] = _member(place, convert if dialect == "sqlite" else None)
    members |= {"__slots__": (), "model": model, "_meta": model._meta}
    made: Callable[[Any], R] = type(model.__name__, (Row,), members)
    return made


def _member(place: int, convert: Callable[[Any], Any] | None) -> property:
    if convert is None:
        return property(lambda row: row.raw[place])

    def value(row: Row) -> Any:
        found = row.raw[place]
        return None if found is None else convert(found)

    return property(value)


async def select_rows(
    session: Session,
    model: type[R],
    where: Condition,
    order: str,
    columns: Sequence[str] | None = None,
) -> list[R]:
    """The workspace's rows that meet a condition, in the order of a column."""
    names = tuple(columns_of(model) if columns is None else columns)
    chosen = own(session, where)
    # By its column alone SQLite would read all rows of the workspace in the order of an index.
    sorted_by = f"+{order}" if session.dialect == "sqlite" else order
    found = await session.rows(
        f"SELECT {', '.join(names)} FROM {model._meta.db_table} WHERE {chosen.sql}"
        f" ORDER BY {sorted_by}",
        chosen.values,
    )
    make = shape(model, names, session.dialect)
    return [make(row) for row in found]
