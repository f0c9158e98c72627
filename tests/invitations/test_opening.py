"""The link of an invitation is opened once, for a session."""

from __future__ import annotations

import re

import pytest
from tests.contract.answers import shown
from tests.invitations.inviting import Guest, invited, linked
from tests.writes.test_concurrency import together

from clientgraph.testing import Api

pytestmark = pytest.mark.anyio

OPEN = """mutation($input: InvitationOpenInput!) { invitationOpen(input: $input) {
    session invitation { status client { name } } userErrors { code } } }"""


async def test_a_link_is_opened_once(api: Api) -> None:
    """It answers a session with which everything can be done, and is unknown from then on."""
    client = await api.new_client("Gany")
    link = await linked(api, client["id"])
    made = (await link(OPEN, {"input": {}}))["invitationOpen"]
    assert re.fullmatch(r"cgs_[0-9A-Za-z]{49}", made["session"])
    assert made["invitation"] == {"status": "INVITED", "client": {"name": "Gany"}}
    session = Guest(api.client, made["session"])
    assert await session.file("status client { name }") == made["invitation"]
    for query in (OPEN, "{ invitation { status } }"):
        variables = {"input": {}} if query is OPEN else {}
        assert (await link.answer(query, variables)).status_code == 401
    found = await shown(api, client["id"], "onboarding { invitation { openedAt } }")
    assert found["onboarding"]["invitation"]["openedAt"] is not None


async def test_a_link_opens_no_file(api: Api) -> None:
    """Whoever only looks at it, such as what scans mails, neither sees a file nor uses it up."""
    link = await linked(api, (await api.new_client())["id"])
    accepting = "mutation { invitationAccept(input: {}) { __typename } }"
    for query in ("{ invitation { status } }", accepting):
        body = (await link.answer(query)).json()
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert "invitationOpen" in body["errors"][0]["message"]
    assert (await api.client.get("/invitation")).status_code == 405
    tried = (await link(OPEN, {"input": {"validateOnly": True}}))["invitationOpen"]
    assert tried["session"] is None
    assert (await (await link.opened()).file("status")) == {"status": "INVITED"}


async def test_a_session_opens_nothing_again(api: Api) -> None:
    """It is told that the link has been opened."""
    guest = await invited(api, (await api.new_client())["id"])
    body = (await guest.answer(OPEN, {"input": {}})).json()
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "has been opened" in body["errors"][0]["message"]


async def test_of_many_who_open_at_once_one_does(api: Api) -> None:
    """The others are told that the link is no longer good."""
    link = await linked(api, (await api.new_client())["id"])
    answers = await together([link.answer(OPEN, {"input": {}}) for _ in range(20)])
    bodies = [each.json() for each in answers]
    opened = [each["data"]["invitationOpen"] for each in bodies if "errors" not in each]
    assert len(opened) == 1
    refused = {each["errors"][0]["extensions"]["code"] for each in bodies if "errors" in each}
    assert refused == {"UNAUTHENTICATED"}
    assert await Guest(api.client, opened[0]["session"]).file("status") == {"status": "INVITED"}


async def test_a_new_invitation_ends_the_session_of_the_former(api: Api) -> None:
    """Where an answer was lost, a new link is all it takes."""
    client = await api.new_client()
    former = await invited(api, client["id"])
    again = await invited(api, client["id"])
    assert (await former.answer("{ invitation { status } }")).status_code == 401
    assert await again.file("status") == {"status": "INVITED"}
