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
from clientgraph.storage.listings import Listing, Order
from clientgraph.storage.rows import organisation_of, own
from clientgraph.storage.session import Session
from clientgraph.storage.sources import Source, source_of
from clientgraph.storage.windows import EVERY, Window, settled

R = TypeVar("R")

LARGEST = 100
DEFAULT = 25
_MAC = 12


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


async def ids_of(session: Session, listing: Listing[Any]) -> list[UUID]:
    """The ids of all rows of a list, in its order."""
    alone = replace(listing, columns=("id",))
    window = Window(session, alone, None, settled(session, alone, None), [], EVERY, backward=False)
    return [row.id for row in (await window.rows([None]))[None]]


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
    order = settled(session, listing, parent)
    beyond = []
    for cursor, forward in ((arguments.after, True), (arguments.before, False)):
        if cursor is not None:
            # A cursor is one list's: for a second parent it is a bad one.
            opened = [seal.open(cursor) for seal in seals.values()]
            beyond.append(_beyond(order, opened[0], forward=forward))
    window = Window(session, listing, parent, order, beyond, size + 1, backward=backward)
    groups = await window.rows(keys)
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
