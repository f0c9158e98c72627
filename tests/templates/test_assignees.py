"""The members who look after a client: given, replaced, filtered by."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.templates.preparing import member, mistakes

pytestmark = pytest.mark.anyio


async def looked_after(api: Api, wanted: dict[str, Any]) -> list[str]:
    """The names of the clients that a filter chooses."""
    text = "query($f: ClientFilter) { clients(filter: $f) { totalCount nodes { name } } }"
    found = (await api(text, {"f": wanted}))["clients"]
    assert found["totalCount"] == len(found["nodes"])
    return [client["name"] for client in found["nodes"]]


async def test_several_members_look_after_a_client(api: Api) -> None:
    """They are shown by name, each once; a change replaces all of them, and counts as one."""
    ada, ben, eve = [await member(api, name) for name in ("Ada", "Ben", "Eve")]
    made = await api.new_client("Io", "assignees { name }", assignees=[ben, ada, ben])
    assert made["assignees"] == [{"name": "Ada"}, {"name": "Ben"}]
    chosen = "client { version assignees { name } }"
    given: dict[str, Any] = {"id": made["id"], "assignees": [eve, ada]}
    after = (await api.done("clientUpdate", given, chosen))["client"]
    assert after == {"version": 2, "assignees": [{"name": "Ada"}, {"name": "Eve"}]}
    given = {"id": made["id"], "tradingName": "Io"}
    assert (await api.done("clientUpdate", given, chosen))["client"]["assignees"] != []
    for nobody in (None, []):
        given = {"id": made["id"], "assignees": nobody}
        assert (await api.done("clientUpdate", given, chosen))["client"]["assignees"] == []


async def test_only_members_at_work_are_assigned(api: Api, other: Workspace) -> None:
    """Unknown and foreign members and those who left are mistakes; who left may stay."""
    ada, ben = await member(api, "Ada"), await member(api, "Ben")
    foreign = await member(other.api(), "Zoe")
    made = await api.new_client("Io", assignees=[ada])
    await api.done("memberUpdate", {"id": ada, "isActive": False})
    given: dict[str, Any] = {"name": "Europa", "assignees": [ben, "member_0", foreign, ada]}
    assert await mistakes(api, "clientCreate", given) == [
        ("assignees.1", "NOT_FOUND"),
        ("assignees.2", "NOT_FOUND"),
        ("assignees.3", "NOT_FOUND"),
    ]
    chosen = "client { assignees { name isActive } }"
    given = {"id": made["id"], "assignees": [ada, ben]}
    assert (await api.done("clientUpdate", given, chosen))["client"]["assignees"] == [
        {"name": "Ada", "isActive": False},
        {"name": "Ben", "isActive": True},
    ]
    given = {"id": made["id"], "assignees": [ben] * 101}
    assert await mistakes(api, "clientUpdate", given) == [("assignees", "TOO_MANY")]


async def test_clients_are_found_by_who_looks_after_them(api: Api, other: Workspace) -> None:
    """Alone, with other conditions and turned round; nobody else's member finds anything."""
    ada, ben = await member(api, "Ada"), await member(api, "Ben")
    await api.new_client("Both", assignees=[ada, ben], country="BE")
    await api.new_client("Ada's", assignees=[ada])
    await api.new_client("Nobody's")
    assert await looked_after(api, {"assignee": ada}) == ["Ada's", "Both"]
    assert await looked_after(api, {"assignee": ben}) == ["Both"]
    assert await looked_after(api, {"assignee": ada, "country": ["FR"]}) == ["Ada's"]
    assert await looked_after(api, {"not": {"assignee": ada}}) == ["Nobody's"]
    either = {"or": [{"assignee": ben}, {"name": {"startsWith": "nobody"}}]}
    assert await looked_after(api, either) == ["Both", "Nobody's"]
    foreign = await member(other.api(), "Zoe")
    for nobody in (foreign, "member_0"):
        assert await looked_after(api, {"assignee": nobody}) == []


async def test_pages_of_a_members_clients_follow_each_other(api: Api) -> None:
    """Cursors belong to the member that was asked for."""
    ada, ben = await member(api, "Ada"), await member(api, "Ben")
    for name in "ABC":
        await api.new_client(name, assignees=[ada, ben])
    text = """query($f: ClientFilter, $after: String) { clients(filter: $f, first: 2, after: $after)
        { nodes { name } pageInfo { endCursor } } }"""
    first = (await api(text, {"f": {"assignee": ada}}))["clients"]
    after = first["pageInfo"]["endCursor"]
    following = await api(text, {"f": {"assignee": ada}, "after": after})
    assert following["clients"]["nodes"] == [{"name": "C"}]
    assert await api.codes(text, {"f": {"assignee": ben}, "after": after}) == ["BAD_CURSOR"]


async def test_assignments_at_the_same_time_are_made_one_after_the_other(api: Api) -> None:
    """Of ten replacements at once all are done, and what the last one gave is what there is."""
    people = [await member(api, name) for name in ("Ada", "Ben", "Eve")]
    made = await api.new_client("Io")
    pairs = [[people[number % 3], people[(number + 1) % 3]] for number in range(10)]
    chosen = "client { version assignees { id } }"
    answers = await asyncio.gather(
        *(api.done("clientUpdate", {"id": made["id"], "assignees": pair}, chosen) for pair in pairs)
    )
    last = max((answer["client"] for answer in answers), key=lambda client: client["version"])
    assert last["version"] == 11
    assert len(last["assignees"]) == 2
    text = f'{{ client(by: {{id: "{made["id"]}"}}) {{ version assignees {{ id }} }} }}'
    assert (await api(text))["client"] == last
