"""Changes of private events are told to those who may see them, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.events.people import person
from tests.storage.servers import Server
from tests.subscriptions.ears import EARS, Ear

from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

ONE = "subscription($id: ID!) { clientChanged(id: $id) { action clientId } }"
ALL = "subscription { clientsChanged { action clientId } }"


async def silent_until(ear: Ear, marker: str) -> None:
    """The next thing that is heard is the change of the marker."""
    assert (await ear.next())["clientId"] == marker


@pytest.mark.parametrize("way", list(EARS))
async def test_others_do_not_hear_of_private_events(
    server: Server, remote: Api, workspace: Workspace, way: str
) -> None:
    """Author and granted members hear each change; owners and tokens hear what comes after it."""
    ada, ben, eve = [
        await person(workspace, name, role)
        for name, role in (("Ada", "MEMBER"), ("Ben", "MEMBER"), ("Eve", "OWNER"))
    ]
    client = (await remote.new_client("Io"))["id"]
    hear = EARS[way]
    tokens = [each.api.token for each in (ada, ben, eve)] + [workspace.tokens["OWNER"]]
    async with (
        hear(server.url, tokens[0], ONE, {"id": client}) as author,
        hear(server.url, tokens[1], ALL) as granted,
        hear(server.url, tokens[2], ALL) as owner,
        hear(server.url, tokens[3], ALL) as token,
    ):
        writer = Api(remote.client, ada.api.token)
        for more, hearers in (
            ({"visibility": "PRIVATE"}, [author]),
            ({"grantedTo": [ben.id]}, [author, granted]),
        ):
            given: dict[str, Any] = {"clientId": client, "title": "T", **more}
            made = (await writer.done("eventCreate", given, "event { id }"))["event"]["id"]
            await writer.done("eventUpdate", {"id": made, "title": "U"})
            await writer.done("eventDelete", {"id": made})
            for ear in hearers:
                for _ in range(3):
                    assert await ear.next() == {"action": "UPDATED", "clientId": client}
        marker = (await remote.new_client("Marker"))["id"]
        for ear in (granted, owner, token):
            await silent_until(ear, marker)


async def test_closing_an_event_is_told_to_those_who_saw_it(
    server: Server, remote: Api, workspace: Workspace
) -> None:
    """Who had an event on the screen is told once that it changed, and no more after that."""
    ada, ben = [await person(workspace, name) for name in ("Ada", "Ben")]
    client = (await remote.new_client("Io"))["id"]
    writer = Api(remote.client, ada.api.token)
    given = {"clientId": client, "title": "T"}
    made = (await writer.done("eventCreate", given, "event { id }"))["event"]["id"]
    async with EARS["sse"](server.url, ben.api.token, ALL) as ear:
        await writer.done("eventUpdate", {"id": made, "visibility": "PRIVATE"})
        await writer.done("eventUpdate", {"id": made, "title": "U"})
        marker = (await remote.new_client("Marker"))["id"]
        assert await ear.next() == {"action": "UPDATED", "clientId": client}
        await silent_until(ear, marker)


async def test_a_grant_that_goes_to_another_is_told_to_both(
    server: Server, remote: Api, workspace: Workspace
) -> None:
    """Who loses a grant hears of that and of nothing after it; who gains it hears both."""
    ada, ben, eve = [await person(workspace, name) for name in ("Ada", "Ben", "Eve")]
    client = (await remote.new_client("Io"))["id"]
    writer = Api(remote.client, ada.api.token)
    given = {"clientId": client, "title": "T", "grantedTo": [ben.id]}
    made = (await writer.done("eventCreate", given, "event { id }"))["event"]["id"]
    texts = "subscription { clientsChanged { clientId client { events { nodes { title } } } } }"
    async with (
        EARS["sse"](server.url, ben.api.token, texts) as loses,
        EARS["sse"](server.url, eve.api.token, texts) as gains,
    ):
        await writer.done("eventUpdate", {"id": made, "grantedTo": [eve.id]})
        seen = [{"title": "T"}]
        for ear, events in ((loses, []), (gains, seen)):
            told = {"clientId": client, "client": {"events": {"nodes": events}}}
            assert await ear.next() == told
        await writer.done("eventUpdate", {"id": made, "body": "For Eve"})
        marker = (await remote.new_client("Marker"))["id"]
        assert (await gains.next())["clientId"] == client
        for ear in (loses, gains):
            await silent_until(ear, marker)
