"""What subscribers hear: each committed change of their workspace, once, in order."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tests.attachments.keeping import kept
from tests.storage.servers import Server
from tests.subscriptions.ears import EARS

from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

ONE = "subscription($id: ID!) { clientChanged(id: $id) { action clientId client { name } } }"
ALL = """subscription($filter: ClientFilter) {
    clientsChanged(filter: $filter) { action clientId client { name version } }
}"""

over = pytest.mark.parametrize("over", list(EARS))


def event(action: str, client: dict[str, Any], name: str | None) -> dict[str, Any]:
    """What clientChanged tells."""
    shown = None if name is None else {"name": name}
    return {"action": action, "clientId": client["id"], "client": shown}


@over
async def test_one_client_is_followed_to_its_end(
    server: Server, remote: Api, workspace: Workspace, over: str
) -> None:
    """Changes of the client and of its parts, none of other clients; deletion ends it."""
    made = await remote.new_client("A", "contacts { nodes { id } }", contacts=[{"lastName": "C"}])
    contact = made["contacts"]["nodes"][0]["id"]
    token = workspace.tokens["VIEWER"]
    async with EARS[over](server.url, token, ONE, {"id": made["id"]}) as ear:
        await remote.new_client("Other")
        await remote.done("clientUpdate", {"id": made["id"], "name": "B"})
        assert await ear.next() == event("UPDATED", made, "B")
        await remote.done("contactUpdate", {"id": contact, "lastName": "D"})
        assert await ear.next() == event("UPDATED", made, "B")
        await remote.done("contactCreate", {"clientId": made["id"], "lastName": "E"})
        assert await ear.next() == event("UPDATED", made, "B")
        await remote.done("addressCreate", {"clientId": made["id"], "line1": "1 rue A"})
        assert await ear.next() == event("UPDATED", made, "B")
        agreed = {"purpose": "SERVICE", "channels": ["PHONE"], "source": "PHONE"}
        await remote.done("consentGive", {"clientId": made["id"], **agreed})
        assert await ear.next() == event("UPDATED", made, "B")
        await remote.done("consentWithdraw", {"clientId": made["id"], "purpose": "SERVICE"})
        assert await ear.next() == event("UPDATED", made, "B")
        await kept(remote, contactId=contact)
        assert await ear.next() == event("UPDATED", made, "B")
        await remote.done("clientDeactivate", {"id": made["id"]})
        assert await ear.next() == event("UPDATED", made, "B")
        await remote.done("clientDelete", {"id": made["id"]})
        assert await ear.next() == event("DELETED", made, None)
        assert await ear.next() is None


@over
async def test_clients_are_followed_by_a_filter(
    server: Server, remote: Api, workspace: Workspace, over: str
) -> None:
    """Clients that match after the change are told; deleted ones to all."""
    wanted = {"filter": {"country": ["BE"]}}
    async with EARS[over](server.url, workspace.tokens["VIEWER"], ALL, wanted) as ear:
        french = await remote.new_client("F")
        belgian = await remote.new_client("B", country="BE")
        told = await ear.next()
        assert told == {
            "action": "CREATED",
            "clientId": belgian["id"],
            "client": {"name": "B", "version": 1},
        }
        await remote.done("clientUpdate", {"id": french["id"], "country": "BE"})
        told = await ear.next()
        assert (told["action"], told["clientId"]) == ("UPDATED", french["id"])
        await remote.done("clientUpdate", {"id": belgian["id"], "country": "FR"})
        await remote.done("clientDelete", {"id": belgian["id"]})
        told = await ear.next()
        assert told == {"action": "DELETED", "clientId": belgian["id"], "client": None}


@over
async def test_another_workspace_hears_nothing(
    server: Server, remote: Api, workspace: Workspace, other: Workspace, over: str
) -> None:
    """Neither by filter nor by id; its own changes are heard."""
    made = await remote.new_client("A")
    theirs = Api(remote.client, other.tokens["OWNER"])
    token = other.tokens["OWNER"]
    async with (
        EARS[over](server.url, token, ALL) as ear,
        EARS[over](server.url, token, ONE, {"id": made["id"]}) as spy,
    ):
        await remote.new_client("Secret")
        await remote.done("clientUpdate", {"id": made["id"], "name": "Secret"})
        await remote.done("clientDelete", {"id": made["id"]})
        own = await theirs.new_client("Own")
        assert (await ear.next())["clientId"] == own["id"]
        with pytest.raises(TimeoutError):
            await _soon(spy)


async def _soon(ear: Any) -> None:
    """Give what must not come a moment to come."""
    async with asyncio.timeout(0.3):
        await ear.next()


@over
async def test_what_is_not_written_is_not_heard(
    server: Server, remote: Api, workspace: Workspace, over: str
) -> None:
    """Recaps, mistakes, stale versions and replays tell nobody anything."""
    async with EARS[over](server.url, workspace.tokens["VIEWER"], ALL) as ear:
        made = await remote.new_client("A", idempotencyKey="k")
        assert (await ear.next())["action"] == "CREATED"
        await remote.done("clientCreate", {"name": "Recap", "validateOnly": True})
        await remote.do("clientCreate", {"name": "Mistake", "email": "x"})
        await remote.do("clientUpdate", {"id": made["id"], "name": "S", "expectedVersion": 9})
        await remote.new_client("A", idempotencyKey="k")
        await remote.done("clientUpdate", {"id": made["id"], "name": "Done"})
        told = await ear.next()
        assert told == {
            "action": "UPDATED",
            "clientId": made["id"],
            "client": {"name": "Done", "version": 2},
        }


@over
async def test_each_mutation_of_a_request_is_told_in_order(
    server: Server, remote: Api, workspace: Workspace, over: str
) -> None:
    """Those that were undone are left out."""
    query = """mutation {
        a: clientCreate(input: {name: "A"}) { client { id } }
        b: clientCreate(input: {name: "B", email: "x"}) { client { id } }
        c: clientCreate(input: {name: "C"}) { client { id } }
    }"""
    async with EARS[over](server.url, workspace.tokens["VIEWER"], ALL) as ear:
        await remote(query)
        names = [(await ear.next())["client"]["name"] for _ in range(2)]
        assert names == ["A", "C"]


async def test_a_slow_listener_holds_nobody(
    server: Server, remote: Api, workspace: Workspace
) -> None:
    """One that takes nothing delays neither the writers nor another listener."""
    made = await remote.new_client("A")
    long = " ".join(f"a{number}: name" for number in range(25))
    heavy = f"subscription {{ clientsChanged {{ client {{ name {long} }} }} }}"
    update = "".join(
        f"m{n}: clientUpdate(input: {{id: $id, name: $name}}) {{ __typename }} " for n in range(10)
    )
    query = f"mutation($id: ID!, $name: String) {{ {update} }}"
    async with (
        EARS["sse"](server.url, workspace.tokens["VIEWER"], heavy),
        EARS["websocket"](server.url, workspace.tokens["VIEWER"], ALL) as ear,
    ):
        writers = [Api(remote.client, workspace.tokens[role]) for role in ("ADMIN", "MEMBER")]
        for number in range(20):
            given = {"id": made["id"], "name": f"{number}".rjust(150, "x")}
            await writers[number % 2](query, given)
        heard = [await ear.next() for _ in range(200)]
        assert heard[-1]["client"]["version"] == 201


DEEP: dict[str, Any] = {}
for _ in range(10):
    DEEP = {"not": DEEP}


@pytest.mark.parametrize("wanted", [DEEP, {"country": ["ZZ"]}], ids=["deep", "country"])
async def test_what_cannot_be_followed_is_refused_at_once(
    remote: Api, wanted: dict[str, Any]
) -> None:
    """Before the first event, as a mistake of the caller's and not as a failure of the service."""
    headers = {"Authorization": f"Bearer {remote.token}", "Accept": "text/event-stream"}
    response = await remote.client.post(
        "/graphql", json={"query": ALL, "variables": {"filter": wanted}}, headers=headers
    )
    (event,) = [line for line in response.text.splitlines() if line.startswith("data: {")]
    body = json.loads(event.removeprefix("data: "))
    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]
