"""Parts of many records: each has those that it has alone, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest

from clientgraph.testing import Api

pytestmark = pytest.mark.anyio

# Few rows are read without a window in SQLite, 8 for pages of one and two clients; these are more.
MANY = 10
NAMES = ("Zoé", "émile", "Ａnna", "ada", None, "𝒜", "Éva")
PARTS = """
    byName: subsidiaries(%(page)s) { nodes { id name } pageInfo { hasNextPage hasPreviousPage } }
    contacts(%(page)s) { nodes { id } pageInfo { hasNextPage hasPreviousPage } }
    events(%(page)s) { nodes { id occurredAt } pageInfo { hasNextPage hasPreviousPage } }
"""


async def _family(api: Api, number: int) -> str:
    """A client with so many subsidiaries, contacts and events; its id."""
    names = cycle(NAMES)
    people = [{"firstName": next(names), "lastName": f"Nr {each}"} for each in range(number)]
    parent = (await api.new_client(contacts=people))["id"]
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for each in range(number):
        await api.new_client(name=next(names) or "0", parent=parent)
        # Every other two are of the same time.
        when = noon - timedelta(hours=each // 2)
        note = {"clientId": parent, "title": "x", "occurredAt": when.isoformat()}
        await api.done("eventCreate", note)
    return parent


@pytest.mark.parametrize("page", ["first: 1", "last: 1", "first: 3", "last: 3", "first: 40"])
async def test_pages_of_many_are_those_of_each_alone(api: Api, page: str) -> None:
    """In the same order, from either end, whether one of them has many or none."""
    ids = [await _family(api, number) for number in (MANY, 2, 0)]
    parts = PARTS % {"page": page}
    together = await api(f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ...P }} }} {_on(parts)}",
                         {"ids": ids})  # fmt: skip
    for id_, found in zip(ids, together["nodes"], strict=True):
        alone: dict[str, Any] = await api(
            f"query($id: ID!) {{ node(id: $id) {{ ...P }} }} {_on(parts)}", {"id": id_}
        )
        assert found == alone["node"]


def _on(parts: str) -> str:
    return f"fragment P on Client {{ id {parts} }}"
