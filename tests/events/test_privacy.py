"""Private events: for others they do not exist, whatever is asked and whoever asks."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from tests.contract.answers import mistakes
from tests.events.people import Person
from tests.walls.examples import selected
from tests.walls.matrix import node_types

from clientgraph import global_ids
from clientgraph.storage.ids import uuid7
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio

CANARY = "Zqxcanary"
DUE = "2020-01-01T00:00:00Z"
SORTS = ("OCCURRED_AT_DESC", "OCCURRED_AT_ASC", "DUE_AT_ASC", "CREATED_AT_ASC", "CREATED_AT_DESC")


async def client_and_contact(api: Api) -> tuple[str, str]:
    """A client with one contact, and one open event of each."""
    made = await api.new_client("Io", "mainContact { id }", contacts=[{"lastName": "R"}])
    contact = made["mainContact"]["id"]
    for kind in ("NOTE", "TASK"):
        given = {"clientId": made["id"], "contactId": contact, "kind": kind, "title": "open"}
        await api.done("eventCreate", given)
    return made["id"], contact


def questions(client: str, contact: str, author: str) -> list[str]:
    """Everything by which an event could show: lists, counts, filters, orders, records."""
    shown = "{ totalCount pageInfo { hasNextPage endCursor } nodes { id title body } }"
    filters = [
        f'author: "{author}"',
        f'assignee: "{author}"',
        f'contact: "{contact}"',
        f'client: "{client}"',
        f'text: "{CANARY}"',
        f'text: "{CANARY[:3]}"',
        'kinds: ["TASK"]',
        "isAssigned: true",
        "isAssigned: false",
        "isOpen: true",
        "isOpen: false",
        "isOverdue: true",
        "isOverdue: false",
        f'dueAt: {{lte: "{DUE}"}}',
        f'occurredAt: {{lte: "{DUE}"}}',
    ]
    asked = [f"events(filter: {{{wanted}}}) {shown}" for wanted in filters]
    asked += [f"events(sort: [{sort}], first: 2) {shown}" for sort in SORTS]
    asked += [f"events(last: 1) {shown}", f'clients(search: "{CANARY}") {{ totalCount }}']
    for kind, id_ in (("Client", client), ("Contact", contact)):
        fields = " ".join(
            selected(name, field, 1)
            for name, field in node_types()[kind].items()
            if "size" not in name
        )
        asked.append(f'node(id: "{id_}") {{ ... on {kind} {{ {fields} }} }}')
    return [f"{{ {each} }}" for each in asked]


async def answers(api: Api, asked: list[str]) -> list[str]:
    """The bodies of all answers, without what they cost."""
    found = []
    for question in asked:
        body = await api.answer(question)
        body.pop("extensions", None)
        assert "errors" not in body, body["errors"]
        found.append(json.dumps(body))
    return found


@pytest.mark.parametrize("visibility", ["PRIVATE", "GRANTED"])
async def test_others_see_no_difference(
    workspace: Workspace, ada: Person, ben: Person, eve: Person, visibility: str
) -> None:
    """Every answer to members, owners and tokens is the same to the byte as before the event."""
    client, contact = await client_and_contact(workspace.api())
    asked = questions(client, contact, ada.id)
    granted = [ben.id] if visibility == "GRANTED" else []
    others = [eve.api, workspace.api("OWNER"), workspace.api("VIEWER")]
    others += [] if granted else [ben.api]
    before = [await answers(api, asked) for api in others]
    secret = await ada.event(
        client,
        kind="TASK",
        title=CANARY,
        body=f"{CANARY} {CANARY}",
        contactId=contact,
        occurredAt=DUE,
        dueAt=DUE,
        assigneeId=ada.id,
        visibility=visibility,
        grantedTo=granted,
    )
    given = {"id": secret["id"], "body": f"{CANARY} again"}
    await ada.api.done("eventUpdate", given)
    await ada.api.done("taskComplete", {"id": secret["id"]})
    assert [await answers(api, asked) for api in others] == before
    for sees in [ada, *([ben] if granted else [])]:
        assert (await sees.titles('(filter: {kinds: ["TASK"]})')).count(CANARY) == 1
    await ada.api.done("eventDelete", {"id": secret["id"]})
    assert [await answers(api, asked) for api in others] == before


async def test_others_find_and_change_nothing_by_id(
    workspace: Workspace, ada: Person, ben: Person, eve: Person, client_id: str
) -> None:
    """By its id a private event is to others what an id is that nobody has."""
    secret = await ada.event(client_id, kind="TASK", title=CANARY, visibility="PRIVATE")
    unknown = global_ids.encode("Event", uuid7())
    node = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    for api in (ben.api, eve.api, workspace.api("OWNER")):
        for id_ in (secret["id"], unknown):
            assert await api(node, {"id": id_}) == {"node": None, "nodes": [None]}
        for mutation, more in (
            ("eventUpdate", {"title": "Mine", "expectedVersion": 7}),
            ("taskComplete", {}),
            ("eventDelete", {"expectedVersion": 7}),
        ):
            told = [await api.do(mutation, {"id": id_, **more}) for id_ in (secret["id"], unknown)]
            assert told[0] == told[1]
            assert [error["code"] for error in told[0]["userErrors"]] == ["NOT_FOUND"]
    assert await ada.titles() == [CANARY]


async def test_cursors_are_a_members_own(ada: Person, ben: Person, client_id: str) -> None:
    """A cursor of one member's list says nothing to another."""
    await ada.event(client_id, title=CANARY, visibility="PRIVATE")
    page = "{ events(first: 1) { pageInfo { endCursor } } }"
    cursor = (await ada.api(page))["events"]["pageInfo"]["endCursor"]
    text = f'{{ events(first: 1, after: "{cursor}") {{ totalCount }} }}'
    assert (await ada.api(text))["events"] == {"totalCount": 1}
    assert await ben.api.codes(text) == ["BAD_CURSOR"]


async def test_granting_and_taking_back(
    ada: Person, ben: Person, eve: Person, client_id: str
) -> None:
    """The author names who sees an event; those may write on it, but neither share nor delete."""
    made = await ada.event(
        client_id, "visibility grantedTo { name }", title="Deal", grantedTo=[ben.id, ada.id]
    )
    assert (made["visibility"], made["grantedTo"]) == ("GRANTED", [{"name": "Ben"}])
    written = {"id": made["id"], "title": "Deal of Ben"}
    chosen = "event { title visibility grantedTo { name } author { name } }"
    assert (await ben.api.done("eventUpdate", written, chosen))["event"] == {
        "title": "Deal of Ben",
        "visibility": "GRANTED",
        "grantedTo": [{"name": "Ben"}],
        "author": {"name": "Ada"},
    }
    shared = {"id": made["id"], "grantedTo": [ben.id, eve.id]}
    assert await mistakes(ben.api, "eventUpdate", shared) == [("grantedTo", "NOT_AUTHOR")]
    opened = {"id": made["id"], "visibility": "ORGANISATION"}
    assert await mistakes(ben.api, "eventUpdate", opened) == [("visibility", "NOT_AUTHOR")]
    assert await mistakes(ben.api, "eventDelete", {"id": made["id"]}) == [("id", "NOT_AUTHOR")]
    await ada.api.done("eventUpdate", shared)
    assert await eve.titles() == ["Deal of Ben"]
    await ada.api.done("eventUpdate", {"id": made["id"], "visibility": "PRIVATE"})
    assert [await each.titles() for each in (ada, ben, eve)] == [["Deal of Ben"], [], []]
    await ada.api.done("eventUpdate", opened)
    assert [await each.titles() for each in (ben, eve)] == [["Deal of Ben"]] * 2


async def test_only_authors_close_an_event(
    workspace: Workspace, ada: Person, ben: Person, client_id: str
) -> None:
    """Nobody hides what another wrote, and a token without a member hides nothing at all."""
    made = await ada.event(client_id, title="Open")
    closed = {"id": made["id"], "visibility": "PRIVATE"}
    assert await mistakes(ben.api, "eventUpdate", closed) == [("visibility", "NOT_AUTHOR")]
    token = workspace.api()
    for hidden, place in (
        ({"visibility": "PRIVATE"}, "visibility"),
        ({"grantedTo": [ben.id]}, "grantedTo"),
        ({"visibility": "GRANTED", "grantedTo": [ben.id]}, "visibility"),
    ):
        given = {"clientId": client_id, "title": "Mine", **hidden}
        assert await mistakes(token, "eventCreate", given) == [(place, "NEEDS_MEMBER")]
    ownerless = (
        await token.done("eventCreate", {"clientId": client_id, "title": "T"}, "event { id }")
    )["event"]["id"]
    for api in (token, ada.api):
        closed = {"id": ownerless, "visibility": "PRIVATE"}
        assert await mistakes(api, "eventUpdate", closed) == [("visibility", "NOT_AUTHOR")]


async def test_who_is_to_do_a_task_sees_it(ada: Person, ben: Person, client_id: str) -> None:
    """A private task is for its author or for those to whom it is granted."""
    task: dict[str, Any] = {"kind": "TASK", "title": "T", "visibility": "PRIVATE"}
    given = {"clientId": client_id, **task, "assigneeId": ben.id}
    assert await mistakes(ada.api, "eventCreate", given) == [("assigneeId", "CANNOT_SEE")]
    await ada.event(client_id, **{**task, "assigneeId": ada.id})
    made = await ada.event(
        client_id, **{**task, "visibility": "GRANTED", "grantedTo": [ben.id], "assigneeId": ben.id}
    )
    closed = {"id": made["id"], "visibility": "PRIVATE"}
    assert await mistakes(ada.api, "eventUpdate", closed) == [("assigneeId", "CANNOT_SEE")]
    await ben.api.done("taskComplete", {"id": made["id"]})


async def test_who_leaves_leaves_what_was_granted(
    workspace: Workspace, ada: Person, ben: Person, eve: Person, client_id: str
) -> None:
    """Without its author an event is seen by as few as before; the author comes back to it."""
    shared = await ada.event(client_id, title="Shared", grantedTo=[ben.id])
    await ada.event(client_id, title="Mine", visibility="PRIVATE")
    owner = workspace.api()
    await owner.done("memberUpdate", {"id": ada.id, "role": "VIEWER"})
    assert await ada.titles() == ["Mine", "Shared"]
    await owner.done("memberUpdate", {"id": ada.id, "isActive": False})
    assert await ada.api.codes("{ events { totalCount } }") == ["UNAUTHENTICATED"]
    assert [await each.titles() for each in (ben, eve)] == [["Shared"], []]
    await ben.api.done("eventUpdate", {"id": shared["id"], "title": "Ours"})
    opened = {"id": shared["id"], "visibility": "ORGANISATION"}
    assert await mistakes(ben.api, "eventUpdate", opened) == [("visibility", "NOT_AUTHOR")]
    await owner.done("memberUpdate", {"id": ada.id, "isActive": True})
    assert await ada.titles() == ["Mine", "Ours"]


async def test_closing_an_event_and_writing_on_it_at_the_same_time(
    ada: Person, ben: Person, client_id: str
) -> None:
    """Whichever comes first, nobody is answered what was written after the event was closed."""
    for _ in range(5):
        made = await ada.event(client_id, title="Ours", body="open", grantedTo=[ben.id])
        closed = {"id": made["id"], "visibility": "PRIVATE", "body": CANARY}
        _, written = await asyncio.gather(
            ada.api.done("eventUpdate", closed),
            ben.api.do("eventUpdate", {"id": made["id"], "title": "Bens"}, "event { body }"),
        )
        refused = [error["code"] for error in written["userErrors"]]
        expected = (None, ["NOT_FOUND"]) if refused else ({"body": "open"}, [])
        assert (written["event"], refused) == expected
        assert await ben.titles() == []


def row(kind: str, id_: str) -> UUID:
    """The row behind a global id."""
    found = global_ids.decode(kind, id_)
    assert found is not None
    return found


async def seen(session: Session) -> list[str]:
    """Titles that SQL without any condition finds."""
    return sorted(each["title"] for each in await session.select("SELECT title FROM event"))


async def test_the_database_keeps_private_events_too(
    workspaces: Workspaces, workspace: Workspace, ada: Person, ben: Person, eve: Person
) -> None:
    """Forged SQL in a session of another member, or of none, meets the second wall."""
    client = (await ada.api.new_client("Io"))["id"]
    await ada.event(client, title="open")
    secret = await ada.event(client, title="mine", visibility="PRIVATE")
    await ada.event(client, title="ours", grantedTo=[ben.id])
    expected = {ada.id: ["mine", "open", "ours"], ben.id: ["open", "ours"], eve.id: ["open"]}
    database, home = workspaces.database, workspace.id
    for member, titles in expected.items():
        async with database.read(Scope(home, row("Member", member))) as session:
            assert await seen(session) == titles
    for scope in (Scope(home), Scope(), Scope(member=row("Member", ada.id))):
        async with database.read(scope) as session:
            assert await seen(session) == (["open"] if scope.organisation else [])
    event = row("Event", secret["id"])
    for attack, values in (
        ("UPDATE event SET visibility = 'ORGANISATION' WHERE id = ?", [event]),
        ("UPDATE event SET author_id = ? WHERE id = ?", [row("Member", ben.id), event]),
        ("DELETE FROM event WHERE id = ?", [event]),
        ("UPDATE event SET visibility = 'PRIVATE' WHERE title = 'open'", []),
    ):
        await refused(workspaces, Scope(home, row("Member", ben.id)), attack, values)
    assert await ada.titles() == ["ours", "mine", "open"]


async def refused(workspaces: Workspaces, scope: Scope, attack: str, values: list[Any]) -> None:
    """The database says no, or finds no such row."""
    try:
        async with workspaces.database.write(scope) as session:
            assert await session.execute(attack, values) == 0, attack
    except Exception as error:  # noqa: BLE001 - each driver has its own
        text = str(error)
        assert "another workspace or member" in text or "row-level security" in text, text
