"""The rows of a page, of one list or of each parent's, in as little as the database needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from clientgraph.storage.conditions import Condition, all_of, any_of, compare
from clientgraph.storage.listings import Listing, Order
from clientgraph.storage.reading import grouped
from clientgraph.storage.rows import own
from clientgraph.storage.session import Session

# A limit that leaves nothing out: without it, databases work a computed value out anew for each
# comparison with it.
EVERY: Final = 2**63 - 1


def settled(session: Session, listing: Listing[Any], parent: str | None) -> Sequence[Order]:
    """The list's order, as statements have it.

    A plus takes columns from SQLite's indexes: it would rather walk a list in its order, and look
    in every row for the few that a search or a parent has named.
    """
    if session.dialect != "sqlite" or (parent is None and not listing.where.leads):
        return listing.order
    return [replace(each, column=f"+{each.column}") for each in listing.order]


@dataclass(frozen=True)
class Window:
    """The first rows of a list behind its cursors; of each parent's, where ``parent`` is a column.

    ``order`` is its order as `settled` for statements, ``limit`` the most of each list;
    ``backward``: from its end.
    """

    session: Session
    listing: Listing[Any]
    parent: str | None
    order: Sequence[Order]
    beyond: Sequence[Condition]
    limit: int
    backward: bool

    async def rows(self, keys: Sequence[Any]) -> Mapping[Any, list[Any]]:
        """By key; the key is None where there is no parent."""
        if self.parent is None:
            found = await self._of_one(self._source(self.listing.where))
            return {None: [self._make(row) for row in found]}
        if len(keys) == 1:
            only = self._source(all_of([self.listing.where, compare(self.parent, "=", keys[0])]))
            found = await self._of_one(only)
            return {keys[0]: [self._make(row) for row in found]}
        source = self._source(
            all_of([self.listing.where, any_of(self.session.dialect, self.parent, keys)])
        )
        few = await self._few(source, len(keys))
        return self._by_parent(keys, await self._of_each(source) if few is None else few)

    async def _of_one(self, source: Condition) -> Sequence[Any]:
        return await self.session.rows(
            f"SELECT {self._selected} FROM {source.sql} ORDER BY {self._sorted} LIMIT ?",
            (*source.values, self.limit),
        )

    async def _of_each(self, source: Condition) -> Sequence[Any]:
        return await self.session.rows(
            f"SELECT * FROM (SELECT {self._selected}, row_number() OVER"
            f" (PARTITION BY {self.parent} ORDER BY {self._sorted}) AS place FROM {source.sql}"
            f") ranked WHERE place <= ? ORDER BY {self.parent}, place",
            (*source.values, self.limit),
        )

    async def _few(self, source: Condition, parents: int) -> Sequence[Any] | None:
        """All rows of all parents, sorted, where they are few; None where there are more.

        In SQLite a row takes twice as long through a window as by itself. To PostgreSQL a second
        statement would be a way there and back.
        """
        if self.session.dialect != "sqlite":
            return None
        # For a limit that is handed in SQLite would compile the statement anew each time; powers
        # of two lead to few texts.
        most = 1 << (parents * self.limit).bit_length()
        found = await self.session.rows(
            f"SELECT {self._selected} FROM {source.sql} LIMIT {most}", source.values
        )
        if len(found) == most:
            return None
        kept = list(found)
        for order in reversed(self.listing.order):
            backward = order.descending != self.backward
            kept.sort(key=_placed(self._columns.index(order.column)), reverse=backward)
        return kept

    def _by_parent(self, keys: Sequence[UUID], found: Sequence[Any]) -> Mapping[Any, list[Any]]:
        place = self._columns.index(self.parent or "")
        groups = grouped(self.session.dialect, keys, place, found, self._make)
        return {key: group[: self.limit] for key, group in groups.items()}

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        """Those of a row, and what is computed for the sort."""
        listing = self.listing
        computed = [order.column for order in listing.order if order.computed]
        if listing.columns is None or listing.source.is_whole:
            return (*listing.source.columns, *computed)
        # Last what is computed: it is made beside the columns, and no column of the table.
        plain = [*listing.columns, *listing.sorted_by(), *([self.parent] if self.parent else [])]
        return (*dict.fromkeys(name for name in plain if name not in computed), *computed)

    @cached_property
    def _selected(self) -> str:
        return ", ".join(self._columns)

    @cached_property
    def _make(self) -> Any:
        return self.listing.source.made(self._columns, self.session.dialect)

    @property
    def _sorted(self) -> str:
        return ", ".join(
            f"{o.column} {'DESC' if o.descending != self.backward else 'ASC'}" for o in self.order
        )

    def _source(self, condition: Condition) -> Condition:
        """What follows FROM: the workspace's rows that match and lie beyond the cursors."""
        where, table = own(self.session, condition), self.listing.source.table
        computed = [(o.column, o.computed) for o in self.listing.order if o.computed]
        if not computed:
            chosen = all_of([where, *self.beyond])
            return Condition(f"{table} WHERE {chosen.sql}", chosen.values)
        names = ", ".join(f"({value.sql}) AS {name}" for name, value in computed)
        values = [each for _, value in computed for each in value.values]
        after = all_of(self.beyond)
        return Condition(
            f"(SELECT {table}.*, {names} FROM {table} WHERE {where.sql} LIMIT {EVERY}) sorted"
            f" WHERE {after.sql}",
            (*values, *where.values, *after.values),
        )


def _placed(place: int) -> Callable[[Any], Any]:
    """What rows are sorted by, as SQLite does: texts by their code points, nothing first."""
    return lambda row: (row[place] is not None, row[place])
