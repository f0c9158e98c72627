"""Private views are their member's alone; shared ones are everybody's to use."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.answers import mistakes
from tests.events.people import Person
from tests.events.test_privacy import refused, row
from tests.views.saving import listed, saved, view_names

from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio


async def test_nobody_else_sees_a_private_view(
    workspace: Workspace, ada: Person, ben: Person, eve: Person
) -> None:
    """Not in lists, by id, in a list of clients, nor for a change: as if there were none."""
    mine = await saved(ada.api, "Mine")
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert await view_names(ada.api) == ["Mine"]
    for api in (ben.api, eve.api, workspace.api("OWNER"), workspace.api("VIEWER")):
        assert await view_names(api) == []
        assert (await api(node, {"id": mine["id"]}))["node"] is None
        opened = "query($id: ID!) { clients(view: $id) { totalCount } }"
        assert await api.codes(opened, {"id": mine["id"]}) == ["BAD_USER_INPUT"]
    for api in (ben.api, eve.api):
        for mutation in ("savedViewUpdate", "savedViewDelete"):
            assert await mistakes(api, mutation, {"id": mine["id"]}) == [("id", "NOT_FOUND")]


async def test_shared_views_are_used_by_all_and_changed_by_few(
    workspace: Workspace, ada: Person, ben: Person, eve: Person
) -> None:
    """The owner and administrators change and delete them; the owner alone takes them back."""
    ours = await saved(ada.api, "Ours", isShared=True)
    await ada.api.new_client("Io")
    for api in (ada.api, ben.api, eve.api, workspace.api("VIEWER")):
        assert await view_names(api) == ["Ours"]
        assert await listed(api, ours) == ["Io"]
    change = {"id": ours["id"], "name": "Changed"}
    for mutation in ("savedViewUpdate", "savedViewDelete"):
        assert await mistakes(
            ben.api, mutation, change if "Up" in mutation else {"id": ours["id"]}
        ) == [("id", "VIEW_OF_ANOTHER")]
    await eve.api.done("savedViewUpdate", change)
    assert await view_names(ben.api) == ["Changed"]
    closed = {"id": ours["id"], "isShared": False}
    assert await mistakes(eve.api, "savedViewUpdate", closed) == [("isShared", "NOT_VIEW_OWNER")]
    await ada.api.done("savedViewUpdate", closed)
    assert await view_names(ben.api) == []
    await ada.api.done("savedViewUpdate", {"id": ours["id"], "isShared": True})
    await eve.api.done("savedViewDelete", {"id": ours["id"]})
    assert await view_names(ada.api) == []


async def test_tokens_without_a_member_share_what_they_make(workspace: Workspace) -> None:
    """They have nothing of their own; administrators care for it."""
    member, admin = workspace.api("MEMBER"), workspace.api("ADMIN")
    given: dict[str, Any] = {"name": "Ours", "on": "CLIENTS"}
    for private in ({}, {"isShared": False}, {"isShared": None}):
        found = await mistakes(member, "savedViewCreate", {**given, **private})
        assert found == [("isShared", "VIEW_NEEDS_MEMBER")]
    ours = await saved(member, "Ours", isShared=True)
    assert ours["owner"] is None
    change = {"id": ours["id"], "name": "Others'"}
    assert await mistakes(member, "savedViewUpdate", change) == [("id", "VIEW_OF_ANOTHER")]
    await admin.done("savedViewUpdate", change)
    closed = {"id": ours["id"], "isShared": False}
    assert await mistakes(admin, "savedViewUpdate", closed) == [("isShared", "NOT_VIEW_OWNER")]


async def test_private_views_are_gone_with_their_member(
    workspace: Workspace, ada: Person, ben: Person
) -> None:
    """Nobody sees them while the member is out; shared ones stay, and all are back with them."""
    await saved(ada.api, "Mine")
    await saved(ada.api, "Ours", isShared=True)
    owner = workspace.api()
    await owner.done("memberUpdate", {"id": ada.id, "isActive": False})
    assert await ada.api.codes("{ savedViews { totalCount } }") == ["UNAUTHENTICATED"]
    assert await view_names(ben.api) == ["Ours"]
    await owner.done("memberUpdate", {"id": ada.id, "isActive": True})
    assert await view_names(ada.api) == ["Mine", "Ours"]


async def test_the_database_keeps_private_views_too(
    workspaces: Workspaces, workspace: Workspace, ada: Person, ben: Person
) -> None:
    """Forged SQL in the session of another member, or of none, meets the second wall."""
    mine = await saved(ada.api, "Mine")
    await saved(ada.api, "Ours", isShared=True)
    database, home = workspaces.database, workspace.id
    for member, expected in ((ada, 2), (ben, 1), (None, 1)):
        scope = Scope(home, row("Member", member.id) if member else None)
        async with database.read(scope) as session:
            found = await session.select("SELECT name FROM saved_view")
        assert len(found) == expected
    view = row("SavedView", mine["id"])
    for attack in (
        "UPDATE saved_view SET visibility = 'ORGANISATION' WHERE id = ?",
        "DELETE FROM saved_view WHERE id = ?",
    ):
        await refused(workspaces, Scope(home, row("Member", ben.id)), attack, [view])
    assert await view_names(ada.api) == ["Mine", "Ours"]
    assert await view_names(ben.api) == ["Ours"]


async def test_views_stay_in_their_workspace(other: Workspace, ada: Person) -> None:
    """A shared view of one workspace is unknown in the next."""
    ours = await saved(ada.api, "Ours", isShared=True)
    stranger: Api = other.api()
    assert await view_names(stranger) == []
    text = "query($id: ID!) { clients(view: $id) { totalCount } }"
    assert await stranger.codes(text, {"id": ours["id"]}) == ["BAD_USER_INPUT"]
