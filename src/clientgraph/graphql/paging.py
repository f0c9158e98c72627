"""Relay connections over keyset pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import strawberry

from clientgraph.context import Context
from clientgraph.graphql.fields import Info, argument, column, computed
from clientgraph.storage.pages import (
    Listing,
    Page,
    PageArguments,
    count,
    counts_by_parent,
    page,
    pages_by_parent,
)

T = TypeVar("T")

First = Annotated[int | None, argument("How many from the start: 1 to 100 (default 25).")]
After = Annotated[str | None, argument("Begin behind this cursor.")]
Last = Annotated[int | None, argument("How many from the end: 1 to 100.")]
Before = Annotated[str | None, argument("End before this cursor.")]


@strawberry.type(description="Where a page stands in its list (Relay).")
class PageInfo:
    """Ends of a page."""

    has_next_page: bool = column("Whether more follows.")
    has_previous_page: bool = column("Whether something comes before.")
    start_cursor: str | None = column("Cursor of the first record here.")
    end_cursor: str | None = column("Cursor of the last record here.")


@strawberry.type(description="A record at its place in a list (Relay).")
class Edge(Generic[T]):
    """A row and its cursor."""

    cursor: str = column("The place: give it as `after` or `before`.")
    node: T = column("The record.")


@strawberry.type(description="A page of a list (Relay).")
class Connection(Generic[T]):
    """A page, and on demand the length of the whole list."""

    def __init__(self, found: Page[Any], total: Callable[[], Any]) -> None:
        self._page = found
        self._total = total

    @computed("The records with their cursors.")
    def edges(self) -> list[Edge[T]]:
        """Rows paired with cursors."""
        cursor = self._page.cursor
        return [Edge(cursor=cursor(row), node=row) for row in self._page.rows]

    @computed("The records.")
    def nodes(self) -> list[T]:
        """The rows alone."""
        return self._page.rows

    @computed("Where this page stands.")
    def page_info(self) -> PageInfo:
        """The ends of this page."""
        found, cursor = self._page.rows, self._page.cursor
        return PageInfo(
            has_next_page=self._page.has_next,
            has_previous_page=self._page.has_previous,
            start_cursor=cursor(found[0]) if found else None,
            end_cursor=cursor(found[-1]) if found else None,
        )

    @computed("How many records the whole list has. Counted only when asked for.", cost=1)
    async def total_count(self) -> int:
        """Counted by the database."""
        return int(await self._total())


async def connection(info: Info, listing: Listing[Any], arguments: PageArguments) -> Any:
    """A page of a list at the root."""
    context = info.context
    found = await page(context.session, context.signer, listing, arguments)
    return Connection(found, lambda: count(context.session, listing))


async def connection_of(
    info: Info, parent_id: UUID, parent: str, listing: Listing[Any], arguments: PageArguments
) -> Any:
    """A page of the rows of one parent, read together with those of the other parents."""
    context = info.context
    pages, counts = _batches(listing, arguments, parent)
    found = await context.load(pages, parent_id)
    return Connection(found, lambda: context.load(counts, parent_id))


class _Key:
    """One batch per list and arguments: equal requests share it."""

    def __init__(self, listing: Listing[Any], arguments: PageArguments, parent: str) -> None:
        self.listing, self.arguments, self.parent = listing, arguments, parent
        values = listing.where.values
        self._identity = (listing.name, listing.key, listing.where.sql, repr(values), arguments)

    def __hash__(self) -> int:
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._identity == other._identity


def _batches(
    listing: Listing[Any], arguments: PageArguments, parent: str
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return _batch_functions(_Key(listing, arguments, parent))


@lru_cache(maxsize=512)
def _batch_functions(key: _Key) -> tuple[Callable[..., Any], Callable[..., Any]]:
    async def pages(context: Context, parents: Sequence[UUID]) -> dict[Any, Page[Any]]:
        return await pages_by_parent(
            context.session, context.signer, key.listing, key.arguments, key.parent, parents
        )

    async def counts(context: Context, parents: Sequence[UUID]) -> dict[UUID, int]:
        return await counts_by_parent(context.session, key.listing, key.parent, parents)

    return pages, counts


def page_arguments(
    first: int | None, after: str | None, last: int | None, before: str | None
) -> PageArguments:
    """The paging arguments of a field; those that were not given are None."""
    return PageArguments(
        first=first or _unless_absent(first),
        after=after or None,
        last=last or _unless_absent(last),
        before=before or None,
    )


def _unless_absent(value: int | None) -> int | None:
    """Zero is an answer that is refused later; a value that was not given is none."""
    return None if value is strawberry.UNSET else value
