"""Records of a plugin are found by `node` and `nodes` as core's are: batched, and within walls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import pytest
import strawberry

from clientgraph import (
    Info,
    NodeType,
    OwnRow,
    OwnRows,
    OwnTable,
    Permission,
    PluginContext,
    PluginMigration,
    RecordNode,
    column,
    global_id,
    mutation,
    record,
)
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.schema import Schema
from clientgraph.storage.ids import uuid7
from clientgraph.testing import Api, Statements, Workspace, running
from tests.invoicing import with_plugin

# Its tables are nobody else's: the database is one of this module's own.
from tests.module_database import settings, workspaces
from tests.plugins.declared import plugin, serves

__all__ = ["settings", "workspaces"]

pytestmark = pytest.mark.anyio

NODE = "query($id: ID!) { node(id: $id) { __typename id ... on Club { name version } } }"
NODES = """query($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on Club { name } ... on Client { name } }
}"""
TABLE: Final = PluginMigration(
    name="0001_clubs", tables=[OwnTable(name="clubs_club", columns="name TEXT NOT NULL")]
)


@dataclass(kw_only=True)
class ClubRow(OwnRow):
    """A club."""

    name: str


CLUBS: Final = OwnRows("clubs_club", ClubRow)


@record(ClubRow, "A club.")
class Club(RecordNode):
    """A record of the plugin."""

    name: str = column("The club's name.")


@mutation(Permission.CLIENTS_WRITE, "Found clubs.")
async def clubs_found(info: Info, names: list[str]) -> list[strawberry.ID]:
    """Their ids."""
    own = info.context.for_plugin("clubs")
    made = [await CLUBS.insert(own, name=name) for name in names]
    return [strawberry.ID(global_id("Club", each.id)) for each in made]


def clubs(
    load: Callable[..., Any] = CLUBS.by_id, permission: Permission = Permission.CLIENTS_READ
) -> Plugins:
    """A plugin whose clubs are nodes, beside those that are always there."""
    declared = NodeType(type=Club, permission=permission, load_many=load)
    made = plugin(
        migrations=lambda: [TABLE],
        graphql_types=lambda: [declared],
        graphql_fields=lambda: {"Mutation": [clubs_found]},
    )
    return with_plugin("clubs", made)


async def founded(api: Api, *names: str) -> list[str]:
    """Ids of new clubs."""
    text = "mutation($names: [String!]!) { clubsFound(names: $names) }"
    found: list[str] = (await api(text, {"names": names}))["clubsFound"]
    return found


async def test_a_record_is_found_by_its_id(settings: Settings, workspace: Workspace) -> None:
    """Its type, its id and its columns; an id that nobody has is null."""
    async with running(settings, clubs()) as client:
        api = replace(workspace, client=client).api()
        (known,) = await founded(api, "Rovers")
        found = await api(NODE, {"id": known})
        missing = [global_id("Club", uuid7()), known + "0", known.replace("club", "clubs"), "club_"]
        for stranger in missing:
            assert await api(NODE, {"id": stranger}) == {"node": None}
    assert found["node"] == {"__typename": "Club", "id": known, "name": "Rovers", "version": 1}


async def test_records_are_loaded_in_one_call(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two and forty take one call and as many statements, in the order that was asked for."""
    calls: list[int] = []

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, ClubRow]:
        calls.append(len(ids))
        return await CLUBS.by_id(context, ids)

    statements = Statements()
    statements.watch(monkeypatch)
    async with running(settings, clubs(load)) as client:
        api = replace(workspace, client=client).api()
        names = [f"Club {number}" for number in range(40)]
        known = await founded(api, *names)
        ours = await api.new_client("Between")
        taken = []
        for number in (2, 40):
            asked = {"ids": [*reversed(known[:number]), ours["id"], "club_none"]}
            await api(NODES, asked)
            await statements.take()
            found = await api(NODES, asked)
            shown = [each and each["name"] for each in found["nodes"]]
            assert shown == [*reversed(names[:number]), "Between", None]
            taken.append(len(await statements.take()))
    assert taken[0] == taken[1] > 0
    assert calls == [2, 2, 40, 40]


async def test_records_stay_within_both_walls(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """Those of another workspace, and those that the role may not see, do not exist."""
    guarded = clubs(permission=Permission.TOKENS_WRITE)
    async with running(settings, guarded) as client:
        ours, theirs = (replace(each, client=client) for each in (workspace, other))
        (known,) = await founded(ours.api(), "Rovers")
        assert (await ours.api("ADMIN")(NODE, {"id": known}))["node"]["name"] == "Rovers"
        assert await ours.api("MEMBER")(NODE, {"id": known}) == {"node": None}
        assert await theirs.api()(NODE, {"id": known}) == {"node": None}
        assert await theirs.api()(NODES, {"ids": [known]}) == {"nodes": [None]}


async def test_ids_of_a_plugin_that_takes_no_part_find_nothing(
    settings: Settings, workspace: Workspace
) -> None:
    """Whether it is switched off in the workspace, or gone."""
    text = "query($id: ID!) { node(id: $id) { id } }"
    async with running(settings, clubs()) as client:
        api = replace(workspace, client=client).api()
        (known,) = await founded(api, "Rovers")
        await api.done("pluginConfigure", {"name": "clubs", "isActive": False})
        assert await api(text, {"id": known}) == {"node": None}
        await api.done("pluginConfigure", {"name": "clubs", "isActive": True})
        assert await api(text, {"id": known}) == {"node": {"id": known}}
    assert await workspace.api()(text, {"id": known}) == {"node": None}


@pytest.mark.parametrize("answer", ["raises", "other rows", "no rows", "no mapping"])
async def test_a_plugin_that_fails_loses_its_own_records_alone(
    settings: Settings, workspace: Workspace, answer: str
) -> None:
    """Records of core in the same list are answered, and the service goes on."""

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Any:
        if answer == "raises":
            raise RuntimeError("broken")
        found = await CLUBS.by_id(context, ids)
        wrong = {each: replace(row, id=uuid7()) for each, row in found.items()}
        return {"other rows": wrong, "no rows": dict.fromkeys(ids, "x")}.get(answer, [])

    plugins = clubs(load)
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        (known,) = await founded(api, "Rovers")
        ours = await api.new_client("Ours")
        found = await api.answer(NODES, {"ids": [known, ours["id"]]})
        assert found["data"]["nodes"] == [None, {"id": ours["id"], "name": "Ours"}]
        assert [(each["path"], each["extensions"]["code"]) for each in found["errors"]] == [
            (["nodes", 0], "PLUGIN_FAILED")
        ]
        assert await api.codes(NODE, {"id": known}) == ["PLUGIN_FAILED"]
        await serves(api)
    assert {each.hook for each in plugins.infos["clubs"].failures} == {"graphql_types Club"}


def test_two_plugins_cannot_claim_one_type() -> None:
    """Both are named; the one that was loaded later is left out."""
    declared = NodeType(type=Club, permission=Permission.CLIENTS_READ, load_many=CLUBS.by_id)
    first, second = (plugin(graphql_types=lambda: [declared]) for _ in range(2))
    plugins = Plugins({"clubs": first, "teams": second})
    assert plugins.infos["clubs"].status == "ACTIVE"
    assert plugins.infos["teams"].errors == ["ValueError: type Club is claimed by clubs already"]


def test_ids_that_begin_like_others_are_refused() -> None:
    """Global ids are of one case: `CLIENT` and `Client` could not be told apart."""

    @record(ClubRow, "No client.")
    class CLIENT(RecordNode):
        """Another type, with the ids of clients."""

        name: str = column("A name.")

    declared = NodeType(type=CLIENT, permission=Permission.CLIENTS_READ, load_many=CLUBS.by_id)
    plugins = with_plugin("clubs", plugin(graphql_types=lambda: [declared]))
    Schema.with_plugins(plugins)
    (reason,) = plugins.infos["clubs"].errors
    assert "CLIENT" in reason
    assert reason.endswith("their global ids would begin alike")


@strawberry.type(description="A club without an id.")
class Bare:
    """No node."""

    name: str = column("A name.")


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        (dict, "is neither a Strawberry type nor a NodeType"),
        (
            NodeType(type=Bare, permission=Permission.CLIENTS_READ, load_many=CLUBS.by_id),
            "type Bare: make it with clientgraph.record, of a RecordNode",
        ),
        (
            NodeType(type=Club, permission=Permission.CLIENTS_READ, load_many={}),  # type: ignore[arg-type]
            "type Club: load_many must be a function",
        ),
        (
            NodeType(type=Club, permission="clients:read", load_many=CLUBS.by_id),  # type: ignore[arg-type]
            "type Club: permission must be a Permission",
        ),
    ],
)
def test_a_type_that_cannot_be_loaded_is_refused(declared: Any, reason: str) -> None:
    """When the plugin is loaded, with what to do."""
    plugins = Plugins({"clubs": plugin(graphql_types=lambda: [declared])})
    (said,) = plugins.infos["clubs"].errors
    assert said.endswith(reason)
