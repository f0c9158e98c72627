"""Rows F of the contract about events, tasks and e-mails."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.events.people import person

pytestmark = pytest.mark.anyio


async def test_f40_all_events_are_listed_with_their_information(workspace: Workspace) -> None:
    """The client's page shows each event whole: kind, texts, dates, people."""
    ada, ben = [await person(workspace, name) for name in ("Ada", "Ben")]
    client = await ada.api.new_client(
        "Io", "mainContact { id }", contacts=[{"firstName": "Max", "lastName": "Roux"}]
    )
    contact = client["mainContact"]["id"]
    times = {"occurredAt": "2026-01-02T10:00:00Z", "dueAt": "2026-01-09T10:00:00Z"}
    texts = {"title": "Send the offer", "body": "Two copies"}
    people = {"contactId": contact, "assigneeId": ben.id}
    await ada.event(client["id"], kind="TASK", **times, **texts, **people)
    found = await ben.api(
        """query($id: ID!) { client(by: {id: $id}) { events { nodes { kind { key label } title body
        occurredAt dueAt doneAt author { name } assignee { name } contact { fullName }
        client { name } visibility } } } }""",
        {"id": client["id"]},
    )
    assert found["client"]["events"]["nodes"] == [
        {
            "kind": {"key": "TASK", "label": "Task"},
            **texts,
            **times,
            "doneAt": None,
            "author": {"name": "Ada"},
            "assignee": {"name": "Ben"},
            "contact": {"fullName": "Max Roux"},
            "client": {"name": "Io"},
            "visibility": "ORGANISATION",
        }
    ]


async def test_f41_the_last_events_come_first(api: Api) -> None:
    """A summary shows the last three; "see more" goes on from there, also when more came in."""
    client = (await api.new_client())["id"]

    async def happened(title: str) -> None:
        await api.done("eventCreate", {"clientId": client, "title": title})

    for number in range(1, 8):
        await happened(f"{number}")
    text = """query($id: ID!, $after: String) { client(by: {id: $id}) {
        events(first: 3, after: $after) { nodes { title } pageInfo { endCursor hasNextPage } }
        } }"""
    seen: list[str] = []
    after = None
    while True:
        page = (await api(text, {"id": client, "after": after}))["client"]["events"]
        seen += [event["title"] for event in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        await happened("new")
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]


async def test_f42_a_new_event_is_created(api: Api) -> None:
    """A form offers the kinds in the caller's language and makes an event of any of them."""
    client = (await api.new_client())["id"]
    kinds = (await api("{ eventKinds { key label isTask } }"))["eventKinds"]
    keys = [kind["key"] for kind in kinds]
    assert keys == ["NOTE", "CALL", "EMAIL", "MEETING", "TASK", "INVOICE"]
    for kind in kinds:
        given = {"clientId": client, "kind": kind["key"], "title": f"A {kind['label']}"}
        made = await api.done("eventCreate", given, "event { kind { key label isTask } title }")
        assert made["event"] == {"kind": kind, "title": f"A {kind['label']}"}


async def test_f48_tasks_are_created_and_followed(workspace: Workspace) -> None:
    """A task has who does it and until when; it is open, then overdue or done."""
    ada, ben = [await person(workspace, name) for name in ("Ada", "Ben")]
    client = (await ada.api.new_client())["id"]
    late, later = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
    for title, due in (("Call", late), ("Visit", later), ("Write", None)):
        await ada.event(client, kind="TASK", title=title, dueAt=due, assigneeId=ben.id)
    mine = f'(filter: {{assignee: "{ben.id}", isOpen: true}}, sort: [DUE_AT_ASC])'
    assert await ben.titles(mine) == ["Call", "Visit", "Write"]
    assert await ben.titles("(filter: {isOverdue: true})") == ["Call"]
    found = await ben.api(f"{{ events{mine} {{ nodes {{ id }} }} }}")
    first = {"id": found["events"]["nodes"][0]["id"]}
    done = (await ben.api.done("taskComplete", first, "event { doneAt }"))["event"]
    assert done["doneAt"] is not None
    assert await ben.titles(mine) == ["Visit", "Write"]
    assert await ben.titles("(filter: {isOpen: false})") == ["Call"]


async def test_f49_notes_on_contacts(api: Api) -> None:
    """What is noted about a person is with that person, and in the client's history too."""
    people: list[dict[str, Any]] = [{"lastName": "Un"}, {"lastName": "Deux"}]
    client = await api.new_client("Io", "contacts { nodes { id } }", contacts=people)
    one = client["contacts"]["nodes"][0]["id"]
    given = {"clientId": client["id"], "contactId": one, "title": "Speaks Italian"}
    await api.done("eventCreate", given)
    found = await api(
        """query($id: ID!) { client(by: {id: $id}) { events { totalCount }
        contacts(first: 5) { nodes { lastName events(kinds: ["NOTE"]) { nodes { title } } } }
        } }""",
        {"id": client["id"]},
    )
    assert found["client"] == {
        "events": {"totalCount": 1},
        "contacts": {
            "nodes": [
                {"lastName": "Un", "events": {"nodes": [{"title": "Speaks Italian"}]}},
                {"lastName": "Deux", "events": {"nodes": []}},
            ]
        },
    }


async def test_f50_emails_sent_are_followed(api: Api) -> None:
    """E-mails that were sent to a contact are events of their own kind, listed apart or along."""
    client = await api.new_client("Io", "mainContact { id }", contacts=[{"lastName": "Roux"}])
    common = {"clientId": client["id"], "contactId": client["mainContact"]["id"]}
    mail = {"kind": "EMAIL", "title": "Your offer", "body": "Dear Ms Roux,\n\nhere it is."}
    await api.done("eventCreate", {**common, **mail, "occurredAt": "2026-02-01T08:00:00Z"})
    await api.done("eventCreate", {**common, "kind": "TASK", "title": "Ask again"})
    text = """query($id: ID!, $kinds: [String!]) { client(by: {id: $id}) {
        events(kinds: $kinds) { nodes { kind { key } title body occurredAt } } } }"""
    sent = await api(text, {"id": client["id"], "kinds": ["EMAIL"]})
    assert sent["client"]["events"]["nodes"] == [
        {**mail, "kind": {"key": "EMAIL"}, "occurredAt": "2026-02-01T08:00:00Z"}
    ]
    both = (await api(text, {"id": client["id"]}))["client"]["events"]["nodes"]
    assert [event["title"] for event in both] == ["Ask again", "Your offer"]
