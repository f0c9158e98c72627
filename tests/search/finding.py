"""What tests of search ask."""

from __future__ import annotations

from typing import Any

from clientgraph.testing import Api


async def names(api: Api, text: str, **arguments: Any) -> list[str]:
    """The names of the clients that a search finds, in its order."""
    found = await page(api, text, **arguments)
    return [node["name"] for node in found["nodes"]]


async def page(api: Api, text: str | None, **arguments: Any) -> Any:
    """A page of the clients that a search finds."""
    query = """query($search: String, $first: Int, $after: String, $last: Int, $before: String,
        $filter: ClientFilter, $sort: [ClientSort!], $includeInactive: Boolean) {
        clients(search: $search, first: $first, after: $after, last: $last, before: $before,
            filter: $filter, sort: $sort, includeInactive: $includeInactive) {
            totalCount searchedFor nodes { id name }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    return (await api(query, {"search": text, **arguments}))["clients"]
