"""Many answer or invite at the same moment: one answer counts, and one link is open."""

from __future__ import annotations

import pytest
from tests.contract.answers import shown
from tests.invitations.inviting import Guest, invited, linked
from tests.writes.test_concurrency import codes, together

from clientgraph.testing import Api

pytestmark = pytest.mark.anyio


async def test_two_acceptances_at_once_are_one(api: Api) -> None:
    """One is done, with its mandate; the others are told that it was."""
    client = await api.new_client()
    guest = await invited(api, client["id"], mandateWording="I mandate you.")
    given = {"mandate": {"signatoryName": "Zoé Peeters"}}
    answers = await together([guest.do("invitationAccept", given) for _ in range(8)])
    assert codes(answers) == {"done": 1, "INVITATION_ANSWERED": 7}
    found = await shown(api, client["id"], "mandates { totalCount } onboarding { status }")
    assert found == {"mandates": {"totalCount": 1}, "onboarding": {"status": "ACCEPTED"}}


async def test_accepting_and_taking_back_at_once_leave_one_truth(api: Api) -> None:
    """Either it was accepted before, or the guest came too late."""
    for number in range(4):
        client = await api.new_client(f"Moon {number}")
        chosen = "token invitation { id }"
        made = await api.done(
            "clientInvite", {"clientId": client["id"], "email": "zoe@example.org"}, chosen
        )
        guest = await Guest(api.client, made["token"]).opened()
        revoked, accepted = await together(
            [
                api.do("clientInvitationRevoke", {"id": made["invitation"]["id"]}),
                guest.answer("mutation { invitationAccept(input: {}) { userErrors { code } } }"),
            ]
        )
        assert revoked["userErrors"] == []
        is_done = "errors" not in accepted.json()
        found = await shown(api, client["id"], "onboarding { status }")
        assert found["onboarding"]["status"] == ("ACCEPTED" if is_done else "REVOKED")


async def test_invitations_at_once_leave_one_open(api: Api) -> None:
    """Of several links one is good."""
    client = await api.new_client()
    links = await together([linked(api, client["id"]) for _ in range(6)])
    opening = "mutation { invitationOpen(input: {}) { session } }"
    answers = await together([link.answer(opening) for link in links])
    assert sorted(answer.status_code for answer in answers) == [200, *[401] * 5]
