"""Counts of a list's rows by what they have in common, in one statement each."""

from __future__ import annotations

from typing import Any, TypeVar

from clientgraph.storage.listings import Listing
from clientgraph.storage.models import Record, columns_of
from clientgraph.storage.rows import own
from clientgraph.storage.session import Session

R = TypeVar("R", bound=Record)


async def count_by_column(
    session: Session, listing: Listing[Any], column: str
) -> list[tuple[Any, int]]:
    """How many rows of the list have each value of a column."""
    where, table = own(session, listing.where), listing.source.table
    found = await session.select(
        f"SELECT {column} AS value, count(*) AS n FROM {table} WHERE {where.sql} GROUP BY {column}",
        where.values,
    )
    return [(row["value"], int(row["n"])) for row in found]


async def count_by_columns(
    session: Session, listing: Listing[Any], *columns: str
) -> list[tuple[tuple[Any, ...], int]]:
    """How many rows of the list have the same values of several columns."""
    where, table, names = own(session, listing.where), listing.source.table, ", ".join(columns)
    found = await session.select(
        f"SELECT {names}, count(*) AS n FROM {table} WHERE {where.sql} GROUP BY {names}",
        where.values,
    )
    return [(tuple(row[name] for name in columns), int(row["n"])) for row in found]


async def count_by_row(
    session: Session, listing: Listing[Any], joins: str, model: type[R]
) -> list[tuple[R | None, int]]:
    """How many rows of the list belong to each row of another model, or to none of it.

    ``joins`` is SQL from code that leads from the list's rows, ``l``, to the other's, ``g``. A
    row of the list that belongs to several is counted with each of them, once.
    """
    where, table = own(session, listing.where), listing.source.table
    columns = ", ".join(f"g.{name}" for name in columns_of(model))
    found = await session.select(
        f"SELECT count(DISTINCT l.id) AS counted, {columns}"
        f" FROM (SELECT * FROM {table} WHERE {where.sql}) l {joins} GROUP BY g.id",
        where.values,
    )
    counts: list[tuple[R | None, int]] = []
    for row in found:
        counted = int(row.pop("counted"))
        counts.append((None if row["id"] is None else model._init_from_db(**row), counted))
    return counts
