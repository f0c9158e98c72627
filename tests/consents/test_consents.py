"""Consents are given and withdrawn; nothing that was once written is ever changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.consents.agreeing import Someone
from tests.contract.answers import mistakes
from tests.events.people import person

from clientgraph import global_ids
from clientgraph.consents.models import Consent
from clientgraph.storage.rows import insert
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio

EARLY, LATER, LATEST = (f"2026-0{month}-01T00:00:00Z" for month in (1, 2, 3))


def in_minutes(minutes: int) -> str:
    """A moment from now."""
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def shown(moment: datetime) -> str:
    """A moment as the API shows it."""
    return moment.isoformat().replace("+00:00", "Z")


async def test_several_channels_become_several_consents(max_: Someone) -> None:
    """One row for each channel, in the order given, now unless told otherwise."""
    before = datetime.now(UTC)
    made = await max_.gives("POST", "EMAIL")
    assert [each["channel"] for each in made] == ["POST", "EMAIL"]
    assert all(before <= datetime.fromisoformat(each["givenAt"]) for each in made)
    assert {each["id"].partition("_")[0] for each in made} == {"consent"}
    assert [await max_.may(channel=each) for each in ("POST", "EMAIL", "PHONE")] == [
        True,
        True,
        False,
    ]


async def test_giving_again_in_the_same_words_changes_nothing(max_: Someone) -> None:
    """The first proof stays: same id, same version, same time."""
    first = await max_.gives("EMAIL", wording="V1", givenAt=EARLY)
    assert await max_.gives("EMAIL", wording=" V1 ", givenAt=LATER, evidence="again") == first
    assert await max_.gives("EMAIL") == first
    both = await max_.gives("EMAIL", "POST", wording="V1")
    assert both[0] == first[0]
    assert both[1]["channel"] == "POST"


async def test_other_words_replace_what_is_in_force(max_: Someone) -> None:
    """The former text stays in the history; what is older than it replaces nothing."""
    await max_.gives("EMAIL", wording="V1", givenAt=EARLY)
    second = await max_.gives("EMAIL", wording="V2", givenAt=LATEST)
    assert await max_.gives("EMAIL", wording="V0", givenAt=LATER) == second
    assert await max_.history() == [("V2", "GIVEN"), ("V1", "REPLACED")]
    assert await max_.history("(inForce: true)") == [("V2", "GIVEN")]
    assert await max_.history("(inForce: false)") == [("V1", "REPLACED")]
    assert await max_.may() is True


async def test_withdrawing_stamps_and_giving_again_makes_a_new_one(max_: Someone) -> None:
    """The history has both, the last first."""
    (first,) = await max_.gives("EMAIL", wording="V1", givenAt=EARLY)
    (ended,) = await max_.withdraws("EMAIL", withdrawnAt=LATER)
    assert ended == {**first, "version": 2, "status": "WITHDRAWN", "withdrawnAt": LATER}
    assert await max_.may() is False
    (again,) = await max_.gives("EMAIL", wording="V1", givenAt=LATEST)
    assert again["id"] != first["id"]
    assert await max_.history() == [("V1", "GIVEN"), ("V1", "WITHDRAWN")]


async def test_withdrawing_takes_all_channels_unless_some_are_named(max_: Someone) -> None:
    """What is not in force stays as it is, and other purposes are not touched."""
    await max_.gives("EMAIL", "PHONE", "POST")
    await max_.gives("EMAIL", purpose="SERVICE")
    assert [each["channel"] for each in await max_.withdraws("PHONE")] == ["PHONE"]
    assert await max_.withdraws("PHONE") == []
    assert {each["channel"] for each in await max_.withdraws()} == {"EMAIL", "POST"}
    assert await max_.withdraws() == []
    assert await max_.may("SERVICE") is True


async def test_a_client_and_its_contacts_each_speak_for_themselves(
    people: list[Someone], trader: Someone
) -> None:
    """Neither inherits from the other, in fields, histories or withdrawals."""
    max_, zoe = people
    await trader.gives("EMAIL", wording="firm")
    await zoe.gives("EMAIL", wording="Zoé")
    assert [await each.may() for each in (trader, max_, zoe)] == [True, False, True]
    assert await trader.history() == [("firm", "GIVEN")]
    assert await zoe.history() == [("Zoé", "GIVEN")]
    await trader.withdraws()
    assert [await each.may() for each in (trader, max_, zoe)] == [False, False, True]


async def test_all_mistakes_in_giving_come_at_once(people: list[Someone], api: Api) -> None:
    """Channels, times, texts and a contact of another client, each at its place."""
    max_ = people[0]
    other = await api.new_client("Io")
    assert await Someone(api, other["id"], max_.contact_id).cannot_give(
        "EMAIL",
        "POST",
        "EMAIL",
        givenAt=in_minutes(60),
        wording="x" * 5001,
        evidence="\u202e",
    ) == [
        ("givenAt", "IN_FUTURE"),
        ("wording", "TOO_LONG"),
        ("evidence", "INVALID_TEXT"),
        ("contactId", "NOT_FOUND"),
        ("channels.2", "DUPLICATE"),
    ]
    assert await mistakes(api, "consentGive", max_.given(channels=[])) == [("channels", "REQUIRED")]
    nobody = Someone(api, "client_nonsense", None)
    assert await nobody.cannot_give() == [("clientId", "NOT_FOUND")]


async def test_all_mistakes_in_withdrawing_come_at_once(people: list[Someone], api: Api) -> None:
    """Nothing ends before it began, or in the future."""
    max_ = people[0]
    await max_.gives("EMAIL", givenAt=LATER)
    assert await max_.cannot_withdraw(withdrawnAt=EARLY) == [("withdrawnAt", "BEFORE_GIVEN")]
    assert await max_.cannot_withdraw("EMAIL", "EMAIL", withdrawnAt=in_minutes(60)) == [
        ("withdrawnAt", "IN_FUTURE"),
        ("channels.1", "DUPLICATE"),
    ]
    other = await api.new_client("Io")
    stranger = Someone(api, other["id"], max_.contact_id)
    assert await stranger.cannot_withdraw() == [("contactId", "NOT_FOUND")]
    assert await max_.may() is True


async def test_the_clock_of_a_caller_may_be_a_little_ahead(max_: Someone) -> None:
    """What is given in a minute is given now, and can be withdrawn at once."""
    (made,) = await max_.gives("EMAIL", givenAt=in_minutes(1))
    assert datetime.fromisoformat(made["givenAt"]) <= datetime.now(UTC)
    await max_.withdraws(withdrawnAt=in_minutes(1))
    assert await max_.may() is False
    await max_.gives("EMAIL")


async def test_the_clocks_of_our_servers_may_differ(
    max_: Someone, workspaces: Workspaces, workspace: Workspace
) -> None:
    """What is said now comes after what a server that is ahead wrote down: it is never refused."""
    ahead = datetime.now(UTC) + timedelta(minutes=1)
    row = {"purpose": "MARKETING", "channel": "EMAIL", "status": "GIVEN", "source": "FORM"}
    who = {"client_id": max_.client_id, "contact_id": max_.contact_id}
    ids = {name: global_ids.decode(name[:-3].title(), str(each)) for name, each in who.items()}
    async with workspaces.database.write(Scope(workspace.id)) as session:
        await insert(session, Consent, **row, **ids, given_at=ahead, wording="V1")
    (second,) = await max_.gives(wording="V2")
    assert (second["wording"], second["givenAt"]) == ("V2", shown(ahead))
    (ended,) = await max_.withdraws()
    assert (ended["id"], ended["withdrawnAt"]) == (second["id"], shown(ahead))
    await max_.gives(wording="V3")
    assert await max_.history() == [("V3", "GIVEN"), ("V2", "WITHDRAWN"), ("V1", "REPLACED")]
    early = datetime.now(UTC).isoformat()
    assert await max_.cannot_withdraw(withdrawnAt=early) == [("withdrawnAt", "BEFORE_GIVEN")]


async def test_an_old_consent_does_not_undo_a_later_withdrawal(max_: Someone) -> None:
    """A form that is found after the withdrawal puts nothing in force, in any language."""
    await max_.gives("EMAIL", givenAt=EARLY)
    await max_.withdraws(withdrawnAt=LATEST)
    assert await max_.cannot_give("EMAIL", "POST", givenAt=LATER) == [
        ("givenAt", "WITHDRAWN_SINCE")
    ]
    await max_.gives("POST", givenAt=LATER)
    french = Someone(Api(max_.api.client, max_.api.token, "fr"), max_.client_id, max_.contact_id)
    payload = await french.api.do("consentGive", french.given("EMAIL", givenAt=LATER))
    assert payload["userErrors"][0]["message"] == (
        "Le consentement a été retiré le 2026-03-01T00:00:00Z. "
        "Ce qui a été accepté avant ne vaut plus."
    )


async def test_a_trial_run_writes_nothing(max_: Someone) -> None:
    """validateOnly answers what would be in force."""
    (made,) = await max_.gives("EMAIL", validateOnly=True)
    assert made["status"] == "GIVEN"
    assert await max_.history() == []


async def test_a_key_gives_once(max_: Someone) -> None:
    """The same intent again answers the same consent."""
    first = await max_.gives("EMAIL", idempotencyKey="one")
    await max_.withdraws("EMAIL")
    assert await max_.gives("EMAIL", idempotencyKey="one") == first
    assert await max_.may() is False


async def test_consents_go_with_their_contact_and_client(
    people: list[Someone], trader: Someone, api: Api
) -> None:
    """Erasing a person leaves nothing of them behind, withdrawn or in force."""
    zoe = people[1]
    (kept,) = await trader.gives("EMAIL")
    (gone,) = await zoe.gives("EMAIL")
    await zoe.withdraws()
    await zoe.gives("EMAIL")
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    await api.done("contactDelete", {"id": zoe.contact_id})
    found = await api(nodes, {"ids": [gone["id"], kept["id"]]})
    assert found["nodes"] == [None, {"id": kept["id"]}]
    await api.done("clientDelete", {"id": trader.client_id})
    assert (await api(nodes, {"ids": [kept["id"]]}))["nodes"] == [None]


async def test_who_may_write_consents(workspace: Workspace, max_: Someone) -> None:
    """Viewers read them; members give and withdraw, and their names stay with what they did."""
    (made,) = await max_.gives("EMAIL")
    viewer = workspace.api("VIEWER")
    text = "mutation($input: ConsentGiveInput!) { consentGive(input: $input) { __typename } }"
    assert await viewer.codes(text, {"input": max_.given("POST")}) == ["FORBIDDEN"]
    chosen = """query($id: ID!) { node(id: $id) { ... on Consent {
        recordedBy { name } withdrawnBy { name } contact { lastName } client { name } } } }"""
    ada = await person(workspace, "Ada")
    await Someone(ada.api, max_.client_id, max_.contact_id).withdraws()
    assert (await viewer(chosen, {"id": made["id"]}))["node"] == {
        "recordedBy": None,
        "withdrawnBy": {"name": "Ada"},
        "contact": {"lastName": "Max"},
        "client": {"name": "Ganymède"},
    }


async def test_the_database_itself_changes_no_consent(
    workspaces: Workspaces, workspace: Workspace, max_: Someone
) -> None:
    """Whatever the SQL says: what was given stays as given, and what has ended has ended."""
    (first,) = await max_.gives("EMAIL", wording="V1")
    for attack in (
        "UPDATE consent SET wording = 'V2' WHERE id = ?",
        "UPDATE consent SET purpose = 'SERVICE' WHERE id = ?",
        "UPDATE consent SET contact_id = NULL WHERE id = ?",
        "UPDATE consent SET given_at = created_at WHERE id = ?",
    ):
        await _refused(workspaces, workspace, attack, first)
    await max_.withdraws()
    undo = "UPDATE consent SET status = 'GIVEN', withdrawn_at = NULL WHERE id = ?"
    await _refused(workspaces, workspace, undo, first)
    assert await max_.history() == [("V1", "WITHDRAWN")]


async def _refused(
    workspaces: Workspaces, workspace: Workspace, attack: str, consent: dict[str, Any]
) -> None:
    found: UUID | None = global_ids.decode("Consent", consent["id"])
    with pytest.raises(Exception, match="a consent can be ended, not changed"):
        async with workspaces.database.write(Scope(workspace.id)) as session:
            await session.execute(attack, [found])
