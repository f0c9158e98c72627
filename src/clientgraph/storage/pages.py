"""Pages of rows by keyset: stable while rows come and go, as quick at the end as at the start.

A cursor is the sort values of a row, sealed for its workspace, list, filter and sort: it cannot
be made up, nor carried to another list.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from clientgraph.errors import BadCursor, BadUserInput
from clientgraph.signing import Signer
from clientgraph.storage.conditions import Condition, all_of, any_of, compare, one_of
from clientgraph.storage.reading import grouped
from clientgraph.storage.rows import organisation_of, own
from clientgraph.storage.session import Session
from clientgraph.storage.sources import Source, source_of

R = TypeVar("R")

LARGEST = 100
DEFAULT = 25
_MAC = 12
# A limit that leaves nothing out: without it, databases work a computed value out anew for each
# comparison with it.
_ALL = 2**63 - 1


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
class PageArguments:
    """What a caller asked for: a window from one end, beginning behind a cursor."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def size(self) -> int:
        """How many rows; raises `BadUserInput` outside 1 to 100 or with both ends given."""
        if self.first is not None and self.last is not None:
            raise BadUserInput("Give 'first' or 'last', not both.")
        name, value = ("last", self.last) if self.last is not None else ("first", self.first)
        if value is None:
            return DEFAULT
        if not 1 <= value <= LARGEST:
            raise BadUserInput(f"'{name}' must be from 1 to {LARGEST}, not {value}.")
        return value


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


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page; ``cursor`` makes the cursor of one of its rows."""

    rows: list[R]
    cursor: Callable[[R], str]
    has_next: bool
    has_previous: bool


class Seal:
    """Makes and opens the cursors of one listing."""

    def __init__(
        self, session: Session, signer: Signer, listing: Listing[Any], parent_id: UUID | None
    ) -> None:
        self._signer = signer
        self._listing = listing
        self._organisation_id = organisation_of(session)
        self._parent_id = parent_id

    @cached_property
    def _scope(self) -> bytes:
        """What its cursors are sealed for; few lists have one asked for."""
        listing = self._listing
        sort = ",".join(f"{o.column}{'-' if o.descending else '+'}" for o in listing.order)
        whose = f"{self._organisation_id}\0{listing.name}\0{self._parent_id}\0{sort}\0"
        return whose.encode() + listing.key + b"\0"

    def make(self, row: Any) -> str:
        """The cursor of a row."""
        values = [getattr(row, column) for column in self._listing.sorted_by()]
        text = orjson.dumps([_as_text(value) for value in values])
        mac = self._signer.digest("cursor", self._scope + text)[:_MAC]
        return base64.urlsafe_b64encode(mac + text).decode().rstrip("=")

    def open(self, cursor: str) -> list[Any]:
        """The sort values behind a cursor; raises `BadCursor` for anything not made by `make`."""
        try:
            packed = base64.b64decode(
                cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
            )
        except (ValueError, binascii.Error) as error:
            raise BadCursor from error
        mac, text = packed[:_MAC], packed[_MAC:]
        canonical = base64.urlsafe_b64encode(packed).decode().rstrip("=") == cursor
        if not canonical or not self._signer.verify("cursor", self._scope + text, mac):
            raise BadCursor
        if len(mac) != _MAC:
            raise BadCursor
        return [
            order.read(value)
            for order, value in zip(self._listing.order, orjson.loads(text), strict=True)
        ]


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


async def page(
    session: Session, signer: Signer, listing: Listing[R], arguments: PageArguments
) -> Page[R]:
    """One page of a listing."""
    return (await _pages(session, signer, listing, arguments, None, ()))[None]


async def pages_by_parent(
    session: Session,
    signer: Signer,
    listing: Listing[R],
    arguments: PageArguments,
    parent: str,
    parent_ids: Sequence[UUID],
) -> dict[Any, Page[R]]:
    """The same page of each parent's rows, in one statement; ``parent`` is the column."""
    return await _pages(session, signer, listing, arguments, parent, parent_ids)


async def matching(session: Session, model: type[R] | Source[R], where: Condition) -> list[R]:
    """All rows of the workspace that meet a condition, in no order; it must bound them."""
    chosen = own(session, where)
    source = source_of(model)
    sql = f"SELECT {', '.join(source.columns)} FROM {source.table} WHERE {chosen.sql}"
    make = source.made(source.columns, session.dialect)
    return [make(row) for row in await session.rows(sql, chosen.values)]


async def count(session: Session, listing: Listing[Any]) -> int:
    """How many rows the whole list has."""
    where = own(session, listing.where)
    table = listing.source.table
    found = await session.select(
        f"SELECT count(*) AS n FROM {table} WHERE {where.sql}", where.values
    )
    return int(found[0]["n"])


async def counts_by_parent(
    session: Session, listing: Listing[Any], parent: str, parent_ids: Sequence[UUID]
) -> dict[UUID, int]:
    """How many rows each parent's list has."""
    chosen = all_of([listing.where, any_of(session.dialect, parent, parent_ids)])
    where = own(session, chosen)
    table = listing.source.table
    found = await session.select(
        f"SELECT {parent} AS parent, count(*) AS n FROM {table} WHERE {where.sql}"
        f" GROUP BY {parent}",
        where.values,
    )
    counted = {UUID(str(row["parent"])): int(row["n"]) for row in found}
    return {parent_id: counted.get(parent_id, 0) for parent_id in parent_ids}


async def _pages(
    session: Session,
    signer: Signer,
    listing: Listing[R],
    arguments: PageArguments,
    parent: str | None,
    parent_ids: Sequence[UUID],
) -> dict[Any, Page[R]]:
    size = arguments.size()
    keys: Sequence[Any] = parent_ids if parent else [None]
    seals = {key: Seal(session, signer, listing, key) for key in keys}
    backward = arguments.last is not None
    order = _order(session, listing, parent)
    beyond = []
    for cursor, forward in ((arguments.after, True), (arguments.before, False)):
        if cursor is not None:
            # A cursor is one list's: for a second parent it is a bad one.
            opened = [seal.open(cursor) for seal in seals.values()]
            beyond.append(_beyond(order, opened[0], forward=forward))
    chosen = [listing.where]
    if parent is not None:
        chosen.append(any_of(session.dialect, parent, parent_ids))
    source = _source(listing, own(session, all_of(chosen)), beyond)
    columns = _columns(listing, parent)
    asked = _statement(columns, order, source, parent, size + 1, backward=backward)
    found = await session.rows(*asked)
    make = listing.source.made(columns, session.dialect)
    groups: dict[Any, list[R]]
    if parent is None:
        groups = {None: [make(row) for row in found]}
    else:
        groups = grouped(session.dialect, keys, columns.index(parent), found, make)
    return {
        key: _cut(group, size, seals[key], arguments, backward=backward)
        for key, group in groups.items()
    }


def _cut(
    group: list[R], size: int, seal: Seal, arguments: PageArguments, *, backward: bool
) -> Page[R]:
    more = len(group) > size
    kept = group[:size][::-1] if backward else group[:size]
    return Page(
        rows=kept,
        cursor=seal.make,
        has_next=arguments.before is not None if backward else more,
        has_previous=more if backward else arguments.after is not None,
    )


def _columns(listing: Listing[Any], parent: str | None) -> tuple[str, ...]:
    """Those of a row, and what is computed for the sort."""
    computed = [order.column for order in listing.order if order.computed]
    if listing.columns is None or listing.source.is_whole:
        return (*listing.source.columns, *computed)
    # Last what is computed: it is made beside the columns, and no column of the table.
    plain = [*listing.columns, *listing.sorted_by(), *([parent] if parent else [])]
    return (*dict.fromkeys(name for name in plain if name not in computed), *computed)


def _source(listing: Listing[Any], where: Condition, beyond: Sequence[Condition]) -> Condition:
    """What follows FROM: the rows that match and lie beyond the cursors."""
    table = listing.source.table
    computed = [(o.column, o.computed) for o in listing.order if o.computed]
    if not computed:
        chosen = all_of([where, *beyond])
        return Condition(f"{table} WHERE {chosen.sql}", chosen.values)
    names = ", ".join(f"({value.sql}) AS {name}" for name, value in computed)
    values = [each for _, value in computed for each in value.values]
    after = all_of(beyond)
    return Condition(
        f"(SELECT {table}.*, {names} FROM {table} WHERE {where.sql} LIMIT {_ALL}) sorted"
        f" WHERE {after.sql}",
        (*values, *where.values, *after.values),
    )


def _order(session: Session, listing: Listing[Any], parent: str | None) -> Sequence[Order]:
    """The list's order, as statements have it.

    A plus takes columns from SQLite's indexes: it would rather walk the list in its order, and
    look in every row for the few that a search has named.
    """
    if session.dialect != "sqlite" or parent is not None or not listing.where.leads:
        return listing.order
    return [replace(each, column=f"+{each.column}") for each in listing.order]


def _statement(
    columns: Sequence[str],
    order: Sequence[Order],
    source: Condition,
    parent: str | None,
    limit: int,
    *,
    backward: bool,
) -> tuple[str, tuple[Any, ...]]:
    wanted = ", ".join(columns)
    sort = ", ".join(f"{o.column} {'DESC' if o.descending != backward else 'ASC'}" for o in order)
    if parent is None:
        sql = f"SELECT {wanted} FROM {source.sql} ORDER BY {sort} LIMIT ?"
    else:
        sql = (
            f"SELECT * FROM (SELECT {wanted}, row_number() OVER "
            f"(PARTITION BY {parent} ORDER BY {sort}) AS place FROM {source.sql}"
            f") ranked WHERE place <= ? ORDER BY {parent}, place"
        )
    return sql, (*source.values, limit)


def _beyond(order: Sequence[Order], values: Sequence[Any], *, forward: bool) -> Condition:
    """Rows behind (or, not forward, before) the one with these sort values."""
    if len({part.descending for part in order}) == 1:
        columns = ", ".join(part.column for part in order)
        marks = ", ".join("?" for _ in order)
        operator = ">" if order[0].descending != forward else "<"
        return Condition(f"({columns}) {operator} ({marks})", tuple(values))
    choices = []
    for place, last in enumerate(order):
        same = [
            compare(known.column, "=", value)
            for known, value in zip(order[:place], values, strict=False)
        ]
        operator = ">" if last.descending != forward else "<"
        choices.append(all_of([*same, compare(last.column, operator, values[place])]))
    return one_of(choices)
