"""Rows F5, F20, F28 and D35 of the contract: several people change lists at the same time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.test_lists import added, entries

pytestmark = pytest.mark.anyio

SHOWN = """query($id: ID!) { client(by: {id: $id}) { type { id } categories { id }
    mainContact { source { id } civility { id } } } }"""


async def chosen(api: Api, kind: str, client: Any, entry: Any) -> Any:
    """Give an entry to a client or its contact: the payload."""
    if kind == "category":
        return await api.do("clientUpdate", {"id": client["id"], "categories": [entry["id"]]})
    if kind == "clientType":
        return await api.do("clientUpdate", {"id": client["id"], "type": entry["id"]})
    given = {"source": entry["id"]} if kind == "contactSource" else {"civility": entry["key"]}
    return await api.do("contactUpdate", {"id": client["mainContact"]["id"], **given})


async def held(api: Api, client: Any) -> list[str]:
    """The entries that a client or its contact has."""
    found = (await api(SHOWN, {"id": client["id"]}))["client"]
    person = found["mainContact"]
    have = [found["type"], *found["categories"], person["source"], person["civility"]]
    return [entry["id"] for entry in have if entry]


@pytest.mark.parametrize("kind", ["category", "clientType", "contactSource", "civility"])
async def test_a_choice_and_a_deletion_at_the_same_time_agree(api: Api, kind: str) -> None:
    """Whichever comes first, nobody has an entry that is gone, and none in use is deleted."""
    for number in range(6):
        entry = await added(api, kind, f"Entry {number}")
        client = await api.new_client("Io", "mainContact { id }", contacts=[{"lastName": "R"}])
        removal = api.do(f"{kind}Delete", {"id": entry["id"]}, f"deletedId {kind} {{ id }}")
        both = [chosen(api, kind, client, entry), removal]
        first, second = await asyncio.gather(*(both if number % 2 else reversed(both)))
        choice, removed = (first, second) if number % 2 else (second, first)
        assert removed["userErrors"] == []
        assert await held(api, client) == ([] if choice["userErrors"] else [entry["id"]])
        assert (removed["deletedId"] is None) == (choice["userErrors"] == [])


@pytest.mark.parametrize("kind", ["category", "civility"])
async def test_one_name_is_given_once(api: Api, kind: str) -> None:
    """Of several who add, rename or restore to one name at the same time, one has it."""
    wait = [await added(api, kind, f"Entry {number}") for number in range(2)]
    await api.done(f"{kind}Update", {"id": wait[1]["id"], "isArchived": True})
    payloads = await asyncio.gather(
        *(api.do(f"{kind}Create", {"name": name}) for name in ("Same", "same!", "SAME")),
        api.do(f"{kind}Update", {"id": wait[0]["id"], "name": "Sâme"}),
        api.do(f"{kind}Update", {"id": wait[1]["id"], "name": "Same", "isArchived": False}),
    )
    codes = sorted(error["code"] for each in payloads for error in each["userErrors"])
    assert codes == ["TAKEN"] * 4
    listed = "civilities" if kind == "civility" else "categories"
    names = [each["name"].lower() for each in await entries(api, listed, "name")]
    assert len([name for name in names if name.startswith(("same", "sâme"))]) == 1
