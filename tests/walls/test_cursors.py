"""Cursors: nobody can make or bend one, and a walk along them sees every row once."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientgraph import values
from clientgraph.testing import Api, Workspaces
from tests.contract.batches import new_clients
from tests.walls.worlds import HOME, World, settle

pytestmark = pytest.mark.anyio

BAD = {
    "message": "The cursor does not belong to this list. Start again without 'after' or 'before'.",
    "extensions": {"code": "BAD_CURSOR"},
}
ROWS = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
CLIENTS = (
    "query($first: Int, $after: String, $last: Int, $before: String, $sort: [ClientSort!]) {"
    " list: clients(first: $first, after: $after, last: $last, before: $before, sort: $sort)"
    f" {{ {ROWS} totalCount }} }}"
)
# One list each: workspace, name, filter, search, sort, parent and hidden rows tell them apart.
LISTS = {
    "plain": "clients(first: 2, AFTER)",
    "sorted": "clients(first: 2, sort: [NAME_DESC], AFTER)",
    "sorted by time": "clients(first: 2, sort: [CREATED_AT_ASC], AFTER)",
    "sorted twice": "clients(first: 2, sort: [NAME_ASC, CREATED_AT_ASC], AFTER)",
    "searched": 'clients(first: 2, search: "same", AFTER)',
    "filtered": 'clients(first: 2, filter: {name: {contains: "same"}}, AFTER)',
    "filtered otherwise": 'clients(first: 2, filter: {name: {startsWith: "same"}}, AFTER)',
    "with inactive ones": "clients(first: 2, includeInactive: true, AFTER)",
    "contacts": "contacts(first: 2, AFTER)",
    "contacts sorted": "contacts(first: 2, sort: [NAME_DESC], AFTER)",
    "contacts searched": 'contacts(first: 2, search: "hearth", AFTER)',
    "contacts filtered": "contacts(first: 2, filter: {isMain: false}, AFTER)",
}
# Many equal by sorting, and some that sort in the order of their code points only.
NAMES = ["Same", "same", "SÂME", "Same", "Other", "éa", "Ωmega", "漢字", "zz", "9"]
SORTS = [f"{key}_{way}" for key in ("NAME", "CREATED_AT", "UPDATED_AT") for way in ("ASC", "DESC")]


@dataclass
class Walker:
    """Reads lists with many tokens in turn, for each has a budget."""

    world: World
    tokens: list[Api]
    turn: Any = field(default_factory=itertools.count)

    @property
    def api(self) -> Api:
        """The next token."""
        return self.tokens[next(self.turn) % len(self.tokens)]

    async def page(self, **arguments: Any) -> Any:
        """A page of clients."""
        return (await self.api(CLIENTS, arguments))["list"]

    async def walk(self, size: int, sort: Sequence[str], *, back: bool = False) -> list[str]:
        """The ids of all clients, page by page from one end to the other."""
        seen: list[str] = []
        cursor: str | None = None
        while True:
            window = {"last": size, "before": cursor} if back else {"first": size, "after": cursor}
            found = await self.page(**window, sort=list(sort))
            ids = [edge["node"]["id"] for edge in found["edges"]]
            seen = ids + seen if back else seen + ids
            info = found["pageInfo"]
            if not info["hasPreviousPage" if back else "hasNextPage"]:
                return seen
            cursor = info["startCursor" if back else "endCursor"]

    async def answer(self, listed: str, after: str | None) -> Any:
        """The answer to one of `LISTS`, from its start or behind a cursor."""
        text = LISTS[listed].replace("AFTER", "after: $after")
        query = f"query($after: String) {{ list: {text} {{ {ROWS} }} }}"
        return await self.api.answer(query, {"after": after})


@pytest.fixture(scope="module")
async def walker(workspaces: Workspaces) -> Walker:
    """A workspace with 63 clients, many of one name."""
    world = await settle(workspaces, HOME, 3)
    inputs = [{"name": name, "contacts": [{"lastName": name}]} for name in NAMES * 6]
    await new_clients(world.workspace, inputs)
    return Walker(world, [await world.api("VIEWER") for _ in range(12)])


def refusal(answer: Any) -> Any:
    """The one error of an answer without data, without its place."""
    assert answer.get("data") is None
    (error,) = answer["errors"]
    return {key: value for key, value in error.items() if key not in ("path", "locations")}


async def a_cursor(walker: Walker, listed: str = "plain") -> str:
    """A good cursor of a list."""
    body = await walker.answer(listed, None)
    return str(body["data"]["list"]["edges"][0]["cursor"])


def bent(cursor: str) -> list[str]:
    """The cursor with each single bit of its bytes flipped, then of its letters."""
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    made = []
    for place, bit in itertools.product(range(len(raw)), range(8)):
        changed = bytearray(raw)
        changed[place] ^= 1 << bit
        made.append(base64.urlsafe_b64encode(changed).decode().rstrip("="))
    for place, bit in itertools.product(range(len(cursor)), range(8)):
        made.append(cursor[:place] + chr(ord(cursor[place]) ^ 1 << bit) + cursor[place + 1 :])
    return made


async def test_every_bit_counts(walker: Walker) -> None:
    """Whichever bit is flipped, in bytes or letters, the answer is BAD_CURSOR in the same words."""
    cursor = await a_cursor(walker)
    assert "errors" not in await walker.answer("plain", cursor)
    flipped = bent(cursor)
    assert len(flipped) > 1_000
    for text in flipped:
        assert refusal(await walker.answer("plain", text)) == BAD, text


@pytest.mark.parametrize(
    "form",
    [
        "{cut}",
        "{good}A",
        "{good}=",
        "{good}\n",
        " {good}",
        "{good}{good}",
        "arrayconnection:1",
        "A" * 16,
        "A" * 20_000,
        "é" * 12,
        "' OR 1=1 --",
        base64.urlsafe_b64encode(b"\0" * 12 + b'["a","b"]').decode().rstrip("="),
    ],
)
async def test_anything_else_is_a_bad_cursor(form: str, walker: Walker) -> None:
    """Cut, lengthened, padded and invented cursors are refused in the same words."""
    good = await a_cursor(walker)
    text = form.format(good=good, cut=good[:-1])
    assert refusal(await walker.answer("plain", text)) == BAD


@pytest.mark.parametrize("listed", LISTS)
async def test_a_cursor_is_good_for_its_own_list_alone(listed: str, walker: Walker) -> None:
    """Carried to any other list, filter, search or sort it is BAD_CURSOR."""
    cursor = await a_cursor(walker, listed)
    for other in LISTS:
        answer = await walker.answer(other, cursor)
        if other == listed:
            assert "errors" not in answer
        else:
            assert refusal(answer) == BAD, other


async def test_a_cursor_stays_in_its_workspace(walker: Walker, workspaces: Workspaces) -> None:
    """The same list of another workspace refuses it, even with rows of the same names."""
    other = (await workspaces.make()).api("OWNER")
    await other.new_client("Same")
    elsewhere = Walker(walker.world, [other])
    for listed in LISTS:
        cursor = await a_cursor(walker, listed)
        assert refusal(await elsewhere.answer(listed, cursor)) == BAD


async def test_a_cursor_stays_with_its_client(walker: Walker) -> None:
    """A cursor of one client's contacts is refused for another client's."""
    query = (
        "query($id: ID!, $after: String) { client(by: {id: $id}) {"
        " contacts(first: 1, after: $after) { edges { cursor } } } }"
    )
    ids = [
        edge["node"]["id"]
        for edge in (await walker.page(first=3, sort=["CREATED_AT_DESC"]))["edges"]
    ]
    found = await walker.api(query, {"id": ids[0]})
    cursor = found["client"]["contacts"]["edges"][0]["cursor"]
    assert (await walker.api(query, {"id": ids[0], "after": cursor}))["client"] is not None
    codes = await walker.api.codes(query, {"id": ids[1], "after": cursor})
    assert codes == ["BAD_CURSOR"]


def in_order(rows: Sequence[Any], sort: Sequence[str]) -> list[str]:
    """What Python makes of a sort: the later keys first, ids in the direction of the last.

    Python keeps equal rows as they were, in reverse too.
    """
    keys = {
        "NAME": lambda row: values.folded(row["name"]) or row["name"],
        "CREATED_AT": lambda row: row["createdAt"],
        "UPDATED_AT": lambda row: row["updatedAt"],
    }
    chosen = list(sort) or ["NAME_ASC"]
    made = sorted(rows, key=lambda row: row["id"], reverse=chosen[-1].endswith("DESC"))
    for each in reversed(chosen):
        key, _, way = each.rpartition("_")
        made = sorted(made, key=keys[key], reverse=way == "DESC")
    return [row["id"] for row in made]


@given(
    sort=st.lists(st.sampled_from(SORTS), max_size=3, unique_by=lambda name: name.split("_")[0]),
    size=st.sampled_from([1, 2, 3, 7, 25, 100]),
    back=st.booleans(),
)
@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_walks_agree_with_a_plain_sort(
    sort: list[str], size: int, back: bool, walker: Walker
) -> None:
    """Forward or backward, in pages of any size and by any sort: every row once, in order."""
    query = "{ clients(first: 100) { totalCount nodes { id name createdAt updatedAt } } }"
    found = (await walker.api(query))["clients"]
    assert len(found["nodes"]) == found["totalCount"] == 63
    assert await walker.walk(size, sort, back=back) == in_order(found["nodes"], sort)


async def test_going_back_leads_to_the_same_page(walker: Walker) -> None:
    """`last` before a page's start is the page that came before it, cursor by cursor."""
    first = await walker.page(first=7, sort=["NAME_ASC"])
    second = await walker.page(first=7, sort=["NAME_ASC"], after=first["pageInfo"]["endCursor"])
    back = await walker.page(last=7, sort=["NAME_ASC"], before=second["pageInfo"]["startCursor"])
    assert back["edges"] == first["edges"]
    assert back["pageInfo"]["hasNextPage"] is True
    assert back["pageInfo"]["hasPreviousPage"] is False


async def test_pages_stand_still_while_rows_come_and_go(workspaces: Workspaces) -> None:
    """Rows inserted or deleted between pages neither repeat nor hide any row that stays."""
    workspace = await workspaces.make()
    api = workspace.api("OWNER")
    ids = [(await api.new_client("Same"))["id"] for _ in range(9)]
    walker = Walker(World(workspaces, workspace, {}, ()), [workspace.api("ADMIN")])
    sort = ["NAME_ASC"]
    first = await walker.page(first=3, sort=sort)
    assert [edge["node"]["id"] for edge in first["edges"]] == ids[:3]
    end = first["pageInfo"]["endCursor"]
    await api.new_client("Aaa before everything")
    gone = [ids[2], ids[3]]
    for id_ in gone:
        await api.done("clientDelete", {"id": id_})
    later = (await api.new_client("Same"))["id"]
    second = await walker.page(first=3, sort=sort, after=end)
    assert [edge["node"]["id"] for edge in second["edges"]] == ids[4:7]
    third = await walker.page(first=3, sort=sort, after=second["pageInfo"]["endCursor"])
    assert [edge["node"]["id"] for edge in third["edges"]] == [ids[7], ids[8], later]
    assert third["pageInfo"]["hasNextPage"] is False
