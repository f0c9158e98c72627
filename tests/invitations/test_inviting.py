"""Members invite clients, see how far they have come, and take invitations back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.contract.answers import mistakes, names, shown
from tests.events.people import person
from tests.invitations.inviting import Guest, invited, linked

from clientgraph import global_ids
from clientgraph.invitations.models import ClientInvitation
from clientgraph.storage.rows import rows
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio

STATUS = "onboarding { status acceptedAt invitation { email status } }"
INVITED = """invitation { id version email message mandateWording status expiresAt answeredAt
    declineReason revokedAt client { name } contact { lastName } invitedBy { name } } token link"""


async def status(api: Api, client_id: str) -> str:
    """How far a client has come."""
    found = await shown(api, client_id, "onboarding { status }")
    return str(found["onboarding"]["status"])


async def expire(workspaces: Workspaces, workspace: Workspace) -> None:
    """Let the links of a workspace come to their end."""
    ago = datetime.now(UTC) - timedelta(minutes=1)
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        await rows(session, ClientInvitation).update(expires_at=ago)


async def test_a_client_is_invited_at_a_contact(workspace: Workspace) -> None:
    """The contact's address is invited for two weeks; token and link are told once."""
    api = (await person(workspace, "Ada")).api
    client = await api.new_client(
        "Ganymède",
        f"contacts {{ nodes {{ id }} }} {STATUS}",
        contacts=[{"lastName": "Peeters", "email": "zoe@example.org"}],
    )
    nobody = {"status": "NOT_INVITED", "acceptedAt": None, "invitation": None}
    assert client["onboarding"] == nobody
    given = {
        "clientId": client["id"],
        "contactId": client["contacts"]["nodes"][0]["id"],
        "message": "Welcome",
        "mandateWording": "I mandate you.",
        "page": "https://portal.example/welcome#old",
    }
    made = await api.done("clientInvite", given, INVITED)
    token = made["token"]
    assert re.fullmatch(r"cgi_[0-9A-Za-z]{49}", token)
    assert made["link"] == f"https://portal.example/welcome#{token}"
    invitation = made["invitation"]
    days = datetime.fromisoformat(invitation.pop("expiresAt")) - datetime.now(UTC)
    assert timedelta(days=13, hours=23) < days <= timedelta(days=14)
    assert invitation.pop("id").startswith("clientinvitation_")
    assert invitation == {
        "version": 1,
        "email": "zoe@example.org",
        "message": "Welcome",
        "mandateWording": "I mandate you.",
        "status": "INVITED",
        "answeredAt": None,
        "declineReason": None,
        "revokedAt": None,
        "client": {"name": "Ganymède"},
        "contact": {"lastName": "Peeters"},
        "invitedBy": {"name": "Ada"},
    }


async def test_an_invitation_that_is_sent_again_keeps_its_secret(api: Api) -> None:
    """The same key answers the same invitation, without what is told once."""
    client = await api.new_client()
    given = {
        "clientId": client["id"],
        "email": "zoe@example.org",
        "page": "https://portal.example",
        "idempotencyKey": "once",
    }
    made = await api.done("clientInvite", given, INVITED)
    again = await api.done("clientInvite", given, INVITED)
    assert again == {**made, "token": None, "link": None}
    last = {"email": "zoe@example.org", "status": "INVITED"}
    assert await shown(api, client["id"], STATUS) == {
        "onboarding": {"status": "INVITED", "acceptedAt": None, "invitation": last}
    }


async def test_only_a_hash_of_the_token_is_kept(
    workspaces: Workspaces, workspace: Workspace
) -> None:
    """Nothing that is stored holds the token."""
    api = workspace.api()
    link = await linked(api, (await api.new_client())["id"])
    for opens in (False, True):
        guest = await link.opened() if opens else link
        async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
            (row,) = await rows(session, ClientInvitation)
        assert len(row.token_hash) == 64
        assert guest.token not in repr(vars(row))


async def test_what_cannot_be_invited_is_told(api: Api) -> None:
    """Nobody named, a stranger's contact, a time that is too long, a client out of use."""
    other = await api.new_client("Io", "contacts { nodes { id } }", contacts=[{"lastName": "Max"}])
    client = await api.new_client()
    named = {"clientId": client["id"]}
    assert await mistakes(api, "clientInvite", named) == [("email", "REQUIRED")]
    foreign = {**named, "contactId": other["contacts"]["nodes"][0]["id"]}
    assert await mistakes(api, "clientInvite", foreign) == [("contactId", "NOT_FOUND")]
    long = {**named, "email": "nobody", "expiresInDays": 91}
    assert sorted(await mistakes(api, "clientInvite", long)) == [
        ("email", "INVALID_EMAIL"),
        ("expiresInDays", "OUT_OF_RANGE"),
    ]
    nowhere = {"clientId": global_ids.encode("Client", UUID(int=7)), "email": "zoe@example.org"}
    assert await mistakes(api, "clientInvite", nowhere) == [("clientId", "NOT_FOUND")]
    await api.done("clientDeactivate", {"id": client["id"]})
    away = {**named, "email": "zoe@example.org"}
    assert await mistakes(api, "clientInvite", away) == [("clientId", "INVITED_INACTIVE")]


async def test_a_new_invitation_takes_the_place_of_the_former(api: Api) -> None:
    """The former link leads nowhere; both are in the client's record."""
    client = await api.new_client()
    first = await invited(api, client["id"])
    second = await invited(api, client["id"])
    assert (await first.answer("{ invitation { status } }")).status_code == 401
    assert await second.file("status") == {"status": "INVITED"}
    found = await shown(api, client["id"], "invitations { nodes { status } }")
    assert found["invitations"]["nodes"] == [{"status": "INVITED"}, {"status": "REVOKED"}]


async def test_clients_are_listed_by_how_far_they_have_come(
    workspaces: Workspaces, workspace: Workspace
) -> None:
    """Each is where its record says it is, whatever invitations it had before."""
    api = workspace.api()
    ids = {name: (await api.new_client(name))["id"] for name in ("A", "B", "C", "D", "E", "F")}
    for name in ("B", "C"):
        await invited(api, ids[name])
    await expire(workspaces, workspace)
    await (await invited(api, ids["C"])).done("invitationAccept", {})
    for name in ("C", "D", "D"):
        await invited(api, ids[name])
    await (await invited(api, ids["E"])).done("invitationDecline", {})
    given = {"clientId": ids["F"], "email": "zoe@example.org"}
    made = await api.done("clientInvite", given, "invitation { id }")
    await api.done("clientInvitationRevoke", {"id": made["invitation"]["id"]})
    wanted = {
        "A": "NOT_INVITED",
        "B": "EXPIRED",
        "C": "ACCEPTED",
        "D": "INVITED",
        "E": "DECLINED",
        "F": "REVOKED",
    }
    for name, come in wanted.items():
        assert await names(api, f"(filter: {{onboarding: [{come}]}})") == [name]
        assert await status(api, ids[name]) == come
    both = "(filter: {onboarding: [NOT_INVITED, EXPIRED]})"
    assert await names(api, both) == ["A", "B"]
    assert await names(api, "(filter: {onboarding: []})") == []


async def test_an_invitation_is_taken_back(api: Api) -> None:
    """Its link leads nowhere at once; twice is fine."""
    client = await api.new_client()
    made = await api.done(
        "clientInvite", {"clientId": client["id"], "email": "zoe@example.org"}, INVITED
    )
    guest = await Guest(api.client, made["token"]).opened()
    tried = {"id": made["invitation"]["id"], "expectedVersion": 7}
    assert await mistakes(api, "clientInvitationRevoke", tried) == [
        ("expectedVersion", "VERSION_CONFLICT")
    ]
    assert await guest.file("status") == {"status": "INVITED"}
    for _ in range(2):
        done = await api.done(
            "clientInvitationRevoke", {"id": tried["id"]}, "invitation { status version }"
        )
        assert (done["invitation"]["status"], done["invitation"]["version"]) == ("REVOKED", 3)
    assert (await guest.answer("{ invitation { status } }")).status_code == 401
    assert await status(api, client["id"]) == "REVOKED"


async def test_a_link_comes_to_its_end(workspaces: Workspaces, workspace: Workspace) -> None:
    """After its time it leads nowhere, and a new one can be sent."""
    api = workspace.api()
    client = await api.new_client()
    guest = await invited(api, client["id"])
    await expire(workspaces, workspace)
    assert (await guest.answer("{ invitation { status } }")).status_code == 401
    assert await status(api, client["id"]) == "EXPIRED"
    assert await (await invited(api, client["id"])).file("status") == {"status": "INVITED"}
    found: Any = await shown(api, client["id"], "invitations { nodes { status } }")
    assert found["invitations"]["nodes"] == [{"status": "INVITED"}, {"status": "EXPIRED"}]


async def test_whoever_has_accepted_stays_so(workspaces: Workspaces, workspace: Workspace) -> None:
    """Neither the end of the link nor a new one changes that."""
    api = workspace.api()
    client = await api.new_client()
    await (await invited(api, client["id"])).done("invitationAccept", {})
    await expire(workspaces, workspace)
    assert await status(api, client["id"]) == "ACCEPTED"
    again = await invited(api, client["id"])
    assert await status(api, client["id"]) == "ACCEPTED"
    assert await again.file("status") == {"status": "INVITED"}
