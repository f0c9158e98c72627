"""Rows of a plugin's own tables: read, written and paged as core's are.

For plugins that declare tables by the hook ``migrations``. Values are bound as parameters; SQL
parts come from the plugin's code, never from a request.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from clientgraph.contract.operation import Dialect
from clientgraph.contract.records import PluginContext
from clientgraph.graphql.fields import Info
from clientgraph.graphql.paging import connection, connection_of
from clientgraph.storage.conditions import Condition
from clientgraph.storage.ids import uuid7
from clientgraph.storage.listings import Listing, Order
from clientgraph.storage.pages import PageArguments
from clientgraph.storage.rows import StaleVersion
from clientgraph.storage.sources import Source
from clientgraph.storage.statements import among, deleting, inserting, selecting, updating

_MOST_IDS: Final = 500


@dataclass(kw_only=True)
class OwnRow:
    """What every row of a plugin's table has; a plugin's row classes add its own columns.

    Columns may be ``str``, ``int``, ``bool``, ``UUID``, ``date``, ``datetime``, ``Decimal`` (kept
    as text), ``dict`` and ``list`` (kept as JSON), each or None.
    """

    id: UUID
    organisation_id: UUID
    version: int
    created_at: datetime
    updated_at: datetime


T = TypeVar("T", bound=OwnRow)


class OwnRows(Generic[T]):
    """The rows of one table. ``row`` is a dataclass that inherits `OwnRow`."""

    def __init__(self, table: str, row: type[T]) -> None:
        self._row = row
        hints = get_type_hints(row)
        self._readers = {item.name: _reader(hints[item.name]) for item in fields(row)}
        self._source: Source[T] = Source(table, tuple(self._readers), self._maker, is_whole=True)

    def _made(self, columns: Mapping[str, Any]) -> T:
        read = self._readers
        return self._row(**{name: read[name](columns[name]) for name in read})

    def _maker(self, columns: Sequence[str], _dialect: Dialect) -> Callable[[Sequence[Any]], T]:
        return lambda values: self._made(dict(zip(columns, values, strict=False)))

    async def select(
        self, context: PluginContext, where: str = "1 = 1", values: Sequence[Any] = ()
    ) -> list[T]:
        """Rows that meet a condition with ``?`` placeholders; an ORDER BY may follow it."""
        statement = selecting(self._source.table, self._readers, where)
        found = await context.select(statement, [_stored(value) for value in values])
        return [self._made(row) for row in found]

    async def by(
        self, context: PluginContext, column: str, ids: Iterable[UUID]
    ) -> dict[UUID, list[T]]:
        """Rows whose column is one of these, by its value, oldest first; in one statement."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        if len(wanted) > _MOST_IDS:
            raise ValueError(f"at most {_MOST_IDS} ids at a time, not {len(wanted)}")
        found: dict[UUID, list[T]] = {each: [] for each in wanted}
        rows = await self.select(context, among(column, len(wanted)), wanted)
        for row in sorted(rows, key=lambda row: row.id):
            found[getattr(row, column)].append(row)
        return found

    async def get(self, context: PluginContext, row_id: UUID) -> T | None:
        """One row by its id; None where the workspace has none such."""
        return next(iter(await self.select(context, "id = ?", [row_id])), None)

    async def by_id(self, context: PluginContext, ids: Iterable[UUID]) -> dict[UUID, T]:
        """Those of these rows that the workspace has, by their ids; in one statement."""
        return {each: rows[0] for each, rows in (await self.by(context, "id", ids)).items() if rows}

    async def insert(self, context: PluginContext, **values: Any) -> T:
        """A new row: id, workspace, version and times are filled in."""
        now = datetime.now(UTC)
        given = {
            **values,
            "id": uuid7(),
            "organisation_id": context.organisation_id,
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        columns = [_stored(value) for value in given.values()]
        await context.execute(inserting(self._source.table, given), columns)
        return self._row(**given)

    async def update(self, context: PluginContext, row: T, **values: Any) -> T:
        """Change a row and count its version.

        Where it has moved on since it was read the mutation is run again by itself, and answers
        VERSION_CONFLICT if that goes on.
        """
        given = {**values, "version": row.version + 1, "updated_at": datetime.now(UTC)}
        columns = [_stored(value) for value in given.values()]
        touched = await context.execute(
            updating(self._source.table, given), [*columns, row.id, row.version]
        )
        if not touched:
            raise StaleVersion
        for name, value in given.items():
            setattr(row, name, value)
        return row

    async def delete(self, context: PluginContext, row: T) -> None:
        """Remove a row."""
        await context.execute(deleting(self._source.table), [row.id])

    async def connection(
        self,
        info: Info,
        arguments: PageArguments,
        *,
        order: Sequence[str],
        where: str = "1 = 1",
        values: Sequence[Any] = (),
        parent: tuple[str, UUID] | None = None,
    ) -> Any:
        """A page of the list, as a Relay connection.

        ``order`` names columns, descending with a minus before: ``["-issued_on"]``; none of them
        may be null, and the id decides among equals. ``parent`` is a column and its value: pages
        of all parents of the answer are then read in one statement.
        """
        listing: Listing[T] = Listing(
            self._source,
            self._source.table,
            self._orders(order),
            Condition(where, tuple(_stored(value) for value in values)),
            orjson.dumps([where, [str(value) for value in values]]),
        )
        if parent is None:
            return await connection(info, listing, arguments)
        column, parent_id = parent
        return await connection_of(info, parent_id, column, listing, arguments)

    def _orders(self, names: Sequence[str]) -> list[Order]:
        descending = names[0].startswith("-")
        return [
            Order(
                name.lstrip("-"), name.startswith("-"), _sorted_by(self._readers[name.lstrip("-")])
            )
            for name in [*names, "-id" if descending else "id"]
        ]


def _sorted_by(read: Any) -> Any:
    """What makes the value that rows are compared with of what a cursor holds."""
    return lambda value: _stored(read(value))


def _reader(hint: Any) -> Any:
    """What makes the value of a column from what the database or a cursor answers."""
    kinds = [each for each in get_args(hint) if each is not types.NoneType] or [hint]
    made = _READERS[get_origin(kinds[0]) or kinds[0]]
    return lambda value: None if value is None else made(value)


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value


_READERS: Final[Mapping[Any, Any]] = {
    str: str,
    int: int,
    bool: bool,
    UUID: lambda value: value if isinstance(value, UUID) else UUID(str(value)),
    date: lambda value: value if isinstance(value, date) else date.fromisoformat(value),
    datetime: _moment,
    Decimal: lambda value: Decimal(str(value)),
    dict: _json,
    list: _json,
}


def _stored(value: Any) -> Any:
    """A value as a column keeps it."""
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value
