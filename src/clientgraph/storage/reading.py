"""Rows to be shown, not changed: each value is made when it is asked for, of what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from types import FunctionType
from typing import Any, Final, TypeVar
from uuid import UUID

from tortoise import fields

from clientgraph.contract.operation import Dialect
from clientgraph.global_ids import prefix_of
from clientgraph.storage.conditions import Condition, any_of
from clientgraph.storage.models import Record, columns_of
from clientgraph.storage.rows import own
from clientgraph.storage.session import Session

R = TypeVar("R", bound=Record)
T = TypeVar("T")

# What SQLite has as a text or number; PostgreSQL's driver makes all values itself.
_FROM_SQLITE: Final[dict[type[fields.Field[Any]], Callable[[Any], Any]]] = {
    fields.UUIDField: lru_cache(maxsize=4096)(UUID),
    fields.DatetimeField: datetime.fromisoformat,
    fields.DateField: date.fromisoformat,
    fields.BooleanField: bool,
}


class Row:
    """A row as the database driver hands it over, seen like one of its model.

    ``places`` are those of its columns, each with what makes the value of what is there, if that is
    needed; and of ``global_id``, the id under which its model's type is shown.
    """

    __slots__ = ("raw",)
    model: type[Record]
    places: Mapping[str, tuple[int, Callable[[Any], Any] | None]]
    global_id: property

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
    places = {}
    for place, name in enumerate(columns):
        convert = _FROM_SQLITE.get(type(kinds[name])) if name in kinds else None
        places[name] = (place, convert if dialect == "sqlite" else None)
        members[name] = _member(*places[name])
    if "id" in places:
        places["global_id"] = (places["id"][0], _global_id(model, dialect))
        members["global_id"] = _member(*places["global_id"])
    members |= {"__slots__": (), "model": model, "_meta": model._meta, "places": places}
    made: Callable[[Any], R] = type(model.__name__, (Row,), members)
    return made


def _member(place: int, convert: Callable[[Any], Any] | None) -> property:
    if convert is None:
        return property(lambda row: row.raw[place])

    def value(row: Row) -> Any:
        found = row.raw[place]
        return None if found is None else convert(found)

    return property(value)


def _global_id(model: type[Record], dialect: Dialect) -> Callable[[Any], str]:
    """The same as `encode` makes, of what the driver hands over."""
    begin = f"{prefix_of(model.__name__)}_"
    if dialect == "sqlite":
        return lambda spelled: begin + spelled.replace("-", "")
    return lambda uuid: begin + uuid.hex


async def select_rows(
    session: Session,
    model: type[R],
    where: Condition,
    order: str,
    columns: Sequence[str] | None = None,
) -> list[R]:
    """The workspace's rows that meet a condition, in the order of a column."""
    names = tuple(columns_of(model) if columns is None else columns)
    found = await session.rows(*_selecting(session, model, where, order, names))
    make = shape(model, names, session.dialect)
    return [make(row) for row in found]


def _selecting(
    session: Session, model: type[Record], where: Condition, order: str, names: Sequence[str]
) -> tuple[str, Sequence[Any]]:
    chosen = own(session, where)
    # By its column alone SQLite would read all rows of the workspace in the order of an index.
    sorted_by = f"+{order}" if session.dialect == "sqlite" else order
    return (
        f"SELECT {', '.join(names)} FROM {model._meta.db_table} WHERE {chosen.sql}"
        f" ORDER BY {sorted_by}",
        chosen.values,
    )


def grouped(
    dialect: Dialect,
    keys: Sequence[UUID],
    place: int,
    found: Sequence[Any],
    make: Callable[[Any], T],
) -> dict[UUID, list[T]]:
    """Rows by the id at a place of theirs, each group in the order that they came in."""
    groups: dict[UUID, list[T]] = {key: [] for key in keys}
    # As the driver hands ids over: none has to be made of its text only to be compared.
    spelled = {str(key): group for key, group in groups.items()} if dialect == "sqlite" else groups
    for row in found:
        spelled[row[place]].append(make(row))
    return groups


async def select_by(
    session: Session,
    model: type[R],
    column: str,
    keys: Sequence[UUID],
    order: str,
    columns: Sequence[str] | None = None,
) -> dict[UUID, list[R]]:
    """The workspace's rows by the ids that they refer to, each group in the order of a column.

    ``columns`` are those to be read; all by default.
    """
    names = tuple(columns_of(model) if columns is None else dict.fromkeys([*columns, column]))
    where = any_of(session.dialect, column, keys)
    found = await session.rows(*_selecting(session, model, where, order, names))
    make = shape(model, names, session.dialect)
    return grouped(session.dialect, keys, names.index(column), found, make)
