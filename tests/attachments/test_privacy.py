"""Attachments of private events: for others they do not exist, as the events do not."""

from __future__ import annotations

from uuid import UUID

import pytest

from clientgraph import global_ids
from clientgraph.attachments.models import Attachment
from clientgraph.events.models import Event
from clientgraph.files.models import File
from clientgraph.storage.ids import uuid7
from clientgraph.storage.rows import rows
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces
from tests.attachments.keeping import PDF, fetched, kept, sent, titles
from tests.contract.answers import mistakes
from tests.events.people import Person, person

pytestmark = pytest.mark.anyio


@pytest.fixture
async def people(workspace: Workspace) -> list[Person]:
    """Ada, who writes; Ben, to whom things are granted; Eve, an owner."""
    found = [await person(workspace, "Ada"), await person(workspace, "Ben")]
    return [*found, await person(workspace, "Eve", "OWNER")]


def row(kind: str, id_: str) -> UUID:
    """The row behind a global id."""
    found = global_ids.decode(kind, id_)
    assert found is not None
    return found


@pytest.mark.parametrize("visibility", ["PRIVATE", "GRANTED"])
async def test_others_find_and_change_nothing(
    workspace: Workspace, people: list[Person], visibility: str
) -> None:
    """By its id it is to others what an id is that nobody has; its link is whoever's has it."""
    ada, ben, eve = people
    client = (await ada.api.new_client())["id"]
    granted = [ben.id] if visibility == "GRANTED" else []
    event = await ada.event(client, title="T", visibility=visibility, grantedTo=granted)
    made = await kept(ada.api, eventId=event["id"], title="Mine")
    unknown = global_ids.encode("Attachment", uuid7())
    node = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    outside = [eve.api, workspace.api("OWNER"), *([] if granted else [ben.api])]
    for api in outside:
        for id_ in (made["id"], unknown):
            assert await api(node, {"id": id_}) == {"node": None, "nodes": [None]}
        for mutation, more in (
            ("attachmentUpdate", {"title": "Other", "expectedVersion": 7}),
            ("attachmentDelete", {"expectedVersion": 7}),
        ):
            told = [await api.do(mutation, {"id": id_, **more}) for id_ in (made["id"], unknown)]
            assert told[0] == told[1]
            assert [error["code"] for error in told[0]["userErrors"]] == ["NOT_FOUND"]
        given = {"fileId": await sent(api), "eventId": event["id"]}
        assert await mistakes(api, "attachmentCreate", given) == [("eventId", "NOT_FOUND")]
    for sees in [ada, *([ben] if granted else [])]:
        assert await titles(sees.api, "Event", event["id"]) == ["Mine"]
    assert (await fetched(eve.api, made["url"])).content == PDF


async def test_who_sees_it_writes_on_it_and_its_authors_delete(people: list[Person]) -> None:
    """Its own author and the event's; to others who see it, it says why not."""
    ada, ben, eve = people
    client = (await ada.api.new_client())["id"]
    event = await ada.event(client, title="T", grantedTo=[ben.id, eve.id])
    made = await kept(ben.api, eventId=event["id"], title="Bens")
    await eve.api.done("attachmentUpdate", {"id": made["id"], "title": "Ours"})
    assert await mistakes(eve.api, "attachmentDelete", {"id": made["id"]}) == [("id", "NOT_AUTHOR")]
    await ben.api.done("attachmentDelete", {"id": made["id"]})
    made = await kept(ben.api, eventId=event["id"], title="Bens")
    await ada.api.done("attachmentDelete", {"id": made["id"]})
    assert await titles(ada.api, "Event", event["id"]) == []


async def test_who_is_no_longer_granted_the_event_loses_it(people: list[Person]) -> None:
    """Even what was their own file before."""
    ada, ben, _ = people
    client = (await ada.api.new_client())["id"]
    event = await ada.event(client, title="T", grantedTo=[ben.id])
    made = await kept(ben.api, eventId=event["id"])
    await ada.api.done("eventUpdate", {"id": event["id"], "visibility": "PRIVATE"})
    file_id = made["id"].replace("attachment_", "file_")
    for id_ in (made["id"], file_id):
        assert await ben.api("query($id: ID!) { node(id: $id) { id } }", {"id": id_}) == {
            "node": None
        }


async def test_the_database_keeps_them_too(
    workspaces: Workspaces, workspace: Workspace, people: list[Person]
) -> None:
    """Forged SQL in a session of another member, or of none, meets the second wall."""
    ada, ben, eve = people
    client = (await ada.api.new_client())["id"]
    mine = await ada.event(client, title="mine", visibility="PRIVATE")
    ours = await ada.event(client, title="ours", grantedTo=[ben.id])
    await kept(ada.api, clientId=client, title="open")
    secret = await kept(ada.api, eventId=mine["id"], title="mine")
    await kept(ada.api, eventId=ours["id"], title="ours")
    expected = {ada.id: ["mine", "open", "ours"], ben.id: ["open", "ours"], eve.id: ["open"]}
    database, home = workspaces.database, workspace.id
    sql = "SELECT title FROM attachment ORDER BY title"
    for member, found in expected.items():
        async with database.read(Scope(home, row("Member", member))) as session:
            assert [each["title"] for each in await session.select(sql)] == found
    for scope in (Scope(home), Scope()):
        async with database.read(scope) as session:
            seen = [each["title"] for each in await session.select(sql)]
        assert seen == (["open"] if scope.organisation else [])
    attachment, event = row("Attachment", secret["id"]), row("Event", mine["id"])
    for attack, values in (
        ("UPDATE attachment SET title = 'seen' WHERE id = ?", [attachment]),
        ("DELETE FROM attachment WHERE id = ?", [attachment]),
        ("UPDATE attachment SET event_id = ?, client_id = NULL WHERE title = 'open'", [event]),
    ):
        try:
            async with database.write(Scope(home, row("Member", ben.id))) as session:
                assert await session.execute(attack, values) == 0, attack
        except Exception as error:  # noqa: BLE001 - each driver has its own
            text = str(error)
            assert "another workspace or member" in text or "row-level security" in text, text
    assert await titles(ada.api, "Event", mine["id"]) == ["mine"]


async def test_a_client_takes_private_ones_along(
    workspaces: Workspaces, workspace: Workspace, people: list[Person]
) -> None:
    """Whoever deletes the client, and whoever sees its events."""
    ada, _, eve = people
    client = (await ada.api.new_client())["id"]
    event = await ada.event(client, title="T", visibility="PRIVATE")
    made = await kept(ada.api, eventId=event["id"])
    await eve.api.done("clientDelete", {"id": client})
    assert (await fetched(ada.api, made["url"])).status_code == 410
    async with workspaces.database.read(Scope(workspace.id, row("Member", ada.id))) as session:
        for table in (Event, Attachment, File):
            assert await rows(session, table).count() == 0, table
