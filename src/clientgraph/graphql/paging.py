"""Relay connections over keyset pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import strawberry

from clientgraph.context import Batch, Context
from clientgraph.corrections import corrected
from clientgraph.graphql.fields import Info, argument, column, computed
from clientgraph.lists import Search, search_for
from clientgraph.storage.listings import Listing
from clientgraph.storage.pages import (
    Page,
    PageArguments,
    count,
    counts_by_parent,
    page,
    pages_by_parent,
)

T = TypeVar("T")
# Counts a list in the context of whoever asks for its length.
Total = Callable[[Context], Awaitable[int]]

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
    """A row, and what makes its cursor where that is asked for."""

    node: T = column("The record.", rows=True)
    _cursor: strawberry.Private[Callable[[Any], str]]

    @computed("The place: give it as `after` or `before`.", reads=())
    def cursor(self) -> str:
        """Sealed."""
        return self._cursor(self.node)


@strawberry.type(description="A page of a list (Relay).")
class Connection(Generic[T]):
    """A page, and on demand the length of the whole list."""

    def __init__(self, found: Page[Any], total: Total) -> None:
        self._page = found
        self._total = total

    @computed("The records with their cursors.", rows=True)
    def edges(self) -> list[Edge[T]]:
        """Rows paired with cursors."""
        return [Edge(node=row, _cursor=self._page.cursor) for row in self._page.rows]

    @computed("The records.", rows=True)
    def nodes(self) -> list[T]:
        """The rows alone."""
        return self._page.rows

    @computed("Where this page stands.", reads=())
    def page_info(self) -> PageInfo:
        """The ends of this page."""
        found, cursor = self._page.rows, self._page.cursor
        return PageInfo(
            has_next_page=self._page.has_next,
            has_previous_page=self._page.has_previous,
            start_cursor=cursor(found[0]) if found else None,
            end_cursor=cursor(found[-1]) if found else None,
        )

    @computed("How many records the whole list has. Counted only when asked for.", reads=(), cost=1)
    async def total_count(self, info: Info) -> int:
        """Counted by the database."""
        return int(await self._total(info.context))


@strawberry.type(name="Connection", description="A page of a list (Relay).")
class SearchConnection(Connection[T]):
    """A page of a list that can be searched."""

    def __init__(self, found: Page[Any], total: Total, words: list[str] | None = None) -> None:
        super().__init__(found, total)
        self._words = words

    @computed(
        "The words that were looked for instead, where nothing has those of `search` and others "
        "are written much alike; null where `search` was taken as it is.",
        reads=(),
    )
    def searched_for(self) -> list[str] | None:
        """For a front end to say so."""
        return self._words


async def search_connection(
    info: Info,
    record: str,
    text: str | None,
    listing: Callable[[Search | None], Listing[Any]],
    arguments: PageArguments,
) -> Any:
    """A page of a list at the root, searched for a text, or for what may have been meant by it.

    ``listing`` makes the list of what a search of records, ``client`` or ``contact``, finds.
    """
    context, words = info.context, None
    search = search_for(context, record, text)
    chosen = _narrowed(info, listing(search))
    shown = await page(context.session, context.signer, chosen, arguments)
    if search is not None and not shown.rows and not await count(context.session, chosen):
        instead = await corrected(context.session, record, search)
        if instead is not None:
            chosen, words = _narrowed(info, listing(instead.search)), instead.words
            shown = await page(context.session, context.signer, chosen, arguments)
    return SearchConnection(shown, lambda asking: count(asking.session, chosen), words)


async def connection(info: Info, listing: Listing[Any], arguments: PageArguments) -> Any:
    """A page of a list at the root."""
    context = info.context
    found = await page(context.session, context.signer, _narrowed(info, listing), arguments)
    return Connection(found, lambda asking: count(asking.session, listing))


async def connection_of(
    info: Info, parent_id: UUID, parent: str, listing: Listing[Any], arguments: PageArguments
) -> Any:
    """A page of the rows of one parent, read together with those of the other parents."""
    batch = connections_by(info, parent, listing, arguments)
    return await info.context.load(batch, parent_id)


class _Key:
    """One batch per list and arguments: equal requests share it."""

    def __init__(self, listing: Listing[Any], arguments: PageArguments, parent: str) -> None:
        self.listing, self.arguments, self.parent = listing, arguments, parent
        values = listing.where.values
        named = (listing.name, listing.key, listing.columns)
        self._identity = (*named, listing.where.sql, repr(values), arguments)

    def __hash__(self) -> int:
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._identity == other._identity


def connections_by(info: Info, parent: str, listing: Listing[Any], arguments: PageArguments) -> Any:
    """The batch of pages of each parent's rows, in one statement; ``parent`` is the column."""
    return _connections(_Key(_narrowed(info, listing), arguments, parent))


def _narrowed(info: Info, listing: Listing[Any]) -> Listing[Any]:
    """The list with the columns alone that the answer needs, where that is known."""
    columns = info.context.columns.get(info.path)
    return listing if columns is None else replace(listing, columns=columns)


def _counted(counts: Batch, parent_id: UUID) -> Callable[[Context], Awaitable[Any]]:
    """What counts the rows of one parent, with those of the others, in the context that asks."""
    return lambda asking: asking.load(counts, parent_id)


@lru_cache(maxsize=512)
def _connections(key: _Key) -> Batch:
    async def counts(context: Context, parents: Sequence[UUID]) -> dict[UUID, int]:
        return await counts_by_parent(context.session, key.listing, key.parent, parents)

    async def pages(context: Context, parents: Sequence[UUID]) -> dict[Any, Any]:
        found = await pages_by_parent(
            context.session, context.signer, key.listing, key.arguments, key.parent, parents
        )
        return {
            parent_id: SearchConnection(of_one, _counted(counts, parent_id))
            for parent_id, of_one in found.items()
        }

    return pages


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
