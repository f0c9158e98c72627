"""Rows B13, B14, B34, B37 and B39 of the contract: clients are invited."""

from __future__ import annotations

import httpx2
import pytest

from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace
from tests.contract.answers import names, shown
from tests.invitations.inviting import invited
from tests.storage.servers import served
from tests.subscriptions.ears import over_sse

pytestmark = pytest.mark.anyio

PERSON = {"firstName": "Zoé", "lastName": "Peeters", "email": "zoe@example.org"}


async def test_b13_a_client_can_be_invited_after_it_was_added(api: Api) -> None:
    """The client tells that it was not invited, then that it was, and by which address."""
    client = await api.new_client("Ganymède", "onboarding { status }", contacts=[PERSON])
    assert client["onboarding"] == {"status": "NOT_INVITED"}
    await invited(api, client["id"])
    found = await shown(api, client["id"], "onboarding { status invitation { email } }")
    assert found["onboarding"] == {
        "status": "INVITED",
        "invitation": {"email": "zoe@example.org"},
    }


async def test_b14_acceptance_is_told_as_a_change(settings: Settings, workspace: Workspace) -> None:
    """Whoever follows the client hears of it, and finds the client accepted and in use."""
    asked = """subscription($id: ID!) {
        clientChanged(id: $id) { client { status onboarding { status } } } }"""
    async with (
        served(settings) as server,
        httpx2.AsyncClient(base_url=server.url, timeout=30) as client,
    ):
        api = Api(client, workspace.tokens["OWNER"])
        draft = await api.new_client("Io", isDraft=True, contacts=[PERSON])
        guest = await invited(api, draft["id"])
        async with over_sse(server.url, api.token, asked, {"id": draft["id"]}) as ear:
            await guest.done("invitationAccept", {})
            heard = await ear.next()
    assert heard == {"client": {"status": "ACTIVE", "onboarding": {"status": "ACCEPTED"}}}


async def test_b34_a_draft_that_is_invited_stays_a_draft(api: Api) -> None:
    """Status and invitation are two things: lists by status do not change with it."""
    draft = await api.new_client("Io", isDraft=True)
    await invited(api, draft["id"])
    assert await names(api, "(filter: {status: [DRAFT]})") == ["Io"]
    found = await shown(api, draft["id"], "status onboarding { status }")
    assert found == {"status": "DRAFT", "onboarding": {"status": "INVITED"}}


async def test_b37_what_the_client_adds_is_visible_at_once(api: Api) -> None:
    """The next query of a member has it, and tells that the client wrote it."""
    client = await api.new_client("Ganymède")
    guest = await invited(api, client["id"])
    await guest.done("invitationAccept", {})
    await guest.done("clientComplete", {"iban": "BE68 5390 0754 7034", "contacts": [PERSON]})
    asked = "iban mainContact { id lastName } provenance { path source }"
    found = await shown(api, client["id"], asked)
    contact = found["mainContact"]["id"]
    assert found == {
        "iban": "BE68539007547034",
        "mainContact": {"id": contact, "lastName": "Peeters"},
        "provenance": [
            {"path": ["contacts", contact, name], "source": "CLIENT"}
            for name in ("email", "firstName", "lastName")
        ]
        + [{"path": ["iban"], "source": "CLIENT"}],
    }


async def test_b39_inviting_is_the_next_step_for_many_clients(workspace: Workspace) -> None:
    """A list tells for each client how far it has come, and which documents it has."""
    api = workspace.api()
    ids = [(await api.new_client(name))["id"] for name in ("Io", "Leda", "Thebe")]
    await (await invited(api, ids[0])).done("invitationAccept", {})
    await invited(api, ids[1])
    found = await api("{ clients { nodes { name onboarding { status } } } }")
    assert [(each["name"], each["onboarding"]["status"]) for each in found["clients"]["nodes"]] == [
        ("Io", "ACCEPTED"),
        ("Leda", "INVITED"),
        ("Thebe", "NOT_INVITED"),
    ]
