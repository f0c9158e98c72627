"""Many rows at a time: one statement for as many as fit, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from tortoise.models import Model

from clientgraph.storage.conditions import Condition
from clientgraph.storage.session import Session
from clientgraph.turns import in_turns

# SQLite takes 32,766 values in a statement (sqlite.org/limits); no table has 60 columns.
AT_ONCE: Final = 500
Values = Sequence[Any]


async def insert_rows(session: Session, *many: tuple[type[Model], Sequence[Model]]) -> None:
    """New rows of each model, in the order given; in one statement where the database can."""
    inserts = (
        inserting(session, model, part)
        for model, rows in many
        if rows
        for part in _parts(session, rows)
    )
    await execute_together(session, inserts)


def inserting(session: Session, model: type[Model], rows: Sequence[Model]) -> Condition:
    """The statement that stores new rows."""
    columns = tuple(model._meta.fields_map)
    values = [[getattr(row, column) for column in columns] for row in rows]
    # One row needs no arrays, which cost the driver a look at each value.
    is_one = len(values) == 1
    source, parameters = (
        _listed(columns, values) if is_one else _source(session, model, columns, values)
    )
    names = ", ".join(columns)
    return Condition(f"INSERT INTO {model._meta.db_table} ({names}) {source}", tuple(parameters))


async def execute_together(session: Session, statements: Iterable[Condition]) -> None:
    """Run statements that write to different tables and answer nothing, in their order.

    PostgreSQL takes them as one, and looks at what they refer to at its end.
    """
    sent = statements if session.dialect == "sqlite" else _joined(list(statements))
    async for each in in_turns(sent):
        await session.execute(each.sql, each.values)


def _joined(statements: Sequence[Condition]) -> Sequence[Condition]:
    """Several statements as one.

    PostgreSQL runs the main one first, the others from the last to the first: so that all who want
    the same unique values wait for each other in the same order, these are written backwards.
    """
    if len(statements) < 2:
        return statements
    first, *others = statements
    others.reverse()
    parts = ", ".join(f"part_{place} AS ({each.sql})" for place, each in enumerate(others))
    values = [value for each in (*others, first) for value in each.values]
    return [Condition(f"WITH {parts} {first.sql}", tuple(values))]


async def update_rows(
    session: Session,
    model: type[Model],
    columns: Sequence[str],
    seen: Mapping[str, Any],
    rows: Sequence[Values],
    common: Mapping[str, Any],
) -> int:
    """Change rows that are still at the version that was seen, and count it; how many they were.

    Each of ``rows`` is an id, the version, and a value for each of ``columns``. ``seen`` are
    columns that all of them have already, ``common`` what all of them get.
    """
    table, touched = model._meta.db_table, 0
    first = ["id", "version", *columns]
    names = first if session.dialect == "postgres" else _numbered(first)
    pairs = zip(columns, names[2:], strict=True)
    changes = [f"{column} = given.{name}" for column, name in pairs]
    changes += [f"{column} = ?" for column in common]
    held = "".join(f" AND {table}.{column} = ?" for column in seen)
    for part in _parts(session, rows):
        source, parameters = _source(session, model, first, part)
        given = f"({source}) AS given" + (
            f" ({', '.join(first)})" if session.dialect == "postgres" else ""
        )
        found = await session.select(
            f"UPDATE {table} SET {', '.join(changes)}, version = {table}.version + 1 FROM {given}"
            f" WHERE {table}.id = given.{names[0]} AND {table}.version = given.{names[1]}{held}"
            f" RETURNING {table}.id",
            [*common.values(), *parameters, *seen.values()],
        )
        touched += len(found)
    return touched


def _numbered(columns: Sequence[str]) -> list[str]:
    """What SQLite calls the columns of VALUES."""
    return [f"column{place}" for place in range(1, len(columns) + 1)]


def _parts(session: Session, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """As many rows as one statement takes: arrays hold any number of them."""
    step = len(rows) if session.dialect == "postgres" else AT_ONCE
    for start in range(0, len(rows), max(step, 1)):
        yield rows[start : start + step]


def _source(
    session: Session, model: type[Model], columns: Sequence[str], rows: Sequence[Values]
) -> tuple[str, list[Any]]:
    """Rows of values as a query.

    For PostgreSQL by arrays of columns: a text that does not change with their number is prepared
    once.
    """
    if session.dialect == "sqlite":
        return _listed(columns, rows)
    text = _arrays(model, tuple(columns))
    return f"SELECT * FROM unnest({text})", [list(each) for each in zip(*rows, strict=True)]


def _listed(columns: Sequence[str], rows: Sequence[Values]) -> tuple[str, list[Any]]:
    """The same as one mark for each value."""
    marks = f"({', '.join('?' * len(columns))})"
    return f"VALUES {', '.join([marks] * len(rows))}", [each for row in rows for each in row]


@lru_cache(maxsize=1024)
def _arrays(model: type[Model], columns: Sequence[str]) -> str:
    """An array of each column's type in PostgreSQL."""
    kinds = model._meta.fields_map
    types = (kinds[each].get_for_dialect("postgres", "SQL_TYPE") for each in columns)
    return ", ".join(f"?::{each}[]" for each in types)
