"""Events: written down, listed, filtered, changed, done, deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.contract.answers import mistakes
from tests.events.people import Person

from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

PAST, FUTURE = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
FIELDS = """kind { key label isTask } title body occurredAt dueAt doneAt visibility
    author { name } assignee { name } grantedTo { name } client { name } contact { lastName }"""


async def test_a_note_needs_a_text_alone(ada: Person, client_id: str) -> None:
    """Everything else has a default: a note, now, by the caller, open to all."""
    made = await ada.event(client_id, f"{FIELDS} createdAt", body=" Two\n  lines ")
    assert made.pop("occurredAt") <= made.pop("createdAt")
    assert {key: made[key] for key in made if key not in ("id", "version")} == {
        "kind": {"key": "NOTE", "label": "Note", "isTask": False},
        "title": None,
        "body": "Two\n lines",
        "dueAt": None,
        "doneAt": None,
        "visibility": "ORGANISATION",
        "author": {"name": "Ada"},
        "assignee": None,
        "grantedTo": [],
        "client": {"name": "Ganymède"},
        "contact": None,
    }


async def test_all_mistakes_at_once(ada: Person, ben: Person, client_id: str) -> None:
    """Each mistake of an event has its exact place."""
    other = await ada.api.new_client("Io", "mainContact { id }", contacts=[{"lastName": "R"}])
    given: dict[str, Any] = {
        "clientId": client_id,
        "contactId": other["mainContact"]["id"],
        "kind": "DREAM",
        "title": "x" * 501,
        "body": "x" * 20_001,
        "doneAt": PAST,
        "assigneeId": "member_1",
        "grantedTo": [ben.id, client_id],
    }
    assert sorted(await mistakes(ada.api, "eventCreate", given)) == [
        ("assigneeId", "NOT_A_TASK"),
        ("assigneeId", "NOT_FOUND"),
        ("body", "TOO_LONG"),
        ("contactId", "NOT_FOUND"),
        ("doneAt", "NOT_A_TASK"),
        ("grantedTo.1", "NOT_FOUND"),
        ("kind", "UNKNOWN_EVENT_KIND"),
        ("title", "TOO_LONG"),
    ]
    assert await mistakes(ada.api, "eventCreate", {"clientId": "client_1", "title": "A"}) == [
        ("clientId", "NOT_FOUND")
    ]
    empty = {"clientId": client_id, "title": " ", "body": "\n", "visibility": "GRANTED"}
    assert await mistakes(ada.api, "eventCreate", empty) == [
        ("grantedTo", "REQUIRED"),
        ("title", "EVENT_WITHOUT_TEXT"),
    ]


async def test_an_event_is_granted_to_so_many(ada: Person, client_id: str) -> None:
    """A hundred members at most, and one besides the author at least."""
    many = {
        "clientId": client_id,
        "title": "A",
        "grantedTo": [f"member_{n:032x}" for n in range(101)],
    }
    found = await mistakes(ada.api, "eventCreate", many)
    assert ("grantedTo", "NOT_FOUND") not in found
    assert ("grantedTo.0", "NOT_FOUND") in found
    assert ("grantedTo", "TOO_MANY") in found
    alone = {"clientId": client_id, "title": "A", "grantedTo": [ada.id]}
    assert await mistakes(ada.api, "eventCreate", alone) == [("grantedTo", "REQUIRED")]


async def test_the_longest_text_is_kept(ada: Person, client_id: str) -> None:
    """A text of 20,000 characters is kept to the letter, and its last word is found."""
    body = "word " * 3_999 + "final"
    made = await ada.event(client_id, "body", title="Long", body=body)
    assert made["body"] == body
    assert await ada.titles('(filter: {text: "FÍNAL"})') == ["Long"]


async def test_a_change_keeps_what_it_does_not_name(ada: Person, client_id: str) -> None:
    """Absent fields stay, null clears, and what cannot be empty is not cleared."""
    made = await ada.event(client_id, kind="TASK", title="Call back", body="Soon", dueAt=FUTURE)
    given = {"id": made["id"], "expectedVersion": 1, "body": None, "assigneeId": ada.id}
    changed = (await ada.api.done("eventUpdate", given, f"event {{ version {FIELDS} }}"))["event"]
    assert (changed["version"], changed["title"], changed["body"]) == (2, "Call back", None)
    assert (changed["dueAt"], changed["assignee"]) == (FUTURE, {"name": "Ada"})
    cleared = dict.fromkeys(("title", "occurredAt", "kind", "visibility"))
    assert sorted(await mistakes(ada.api, "eventUpdate", {"id": made["id"], **cleared})) == [
        ("kind", "REQUIRED"),
        ("occurredAt", "REQUIRED"),
        ("title", "EVENT_WITHOUT_TEXT"),
        ("visibility", "REQUIRED"),
    ]
    assert await mistakes(ada.api, "eventUpdate", {"id": made["id"], "kind": "NOTE"}) == [
        ("assigneeId", "NOT_A_TASK")
    ]


async def test_a_task_is_done_once_and_opened_again(ada: Person, client_id: str) -> None:
    """Completing twice changes nothing more; `doneAt: null` opens the task."""
    task = await ada.event(client_id, kind="TASK", title="Send offer")
    note = await ada.event(client_id, title="Note")
    chosen = "event { version doneAt }"
    done = (await ada.api.done("taskComplete", {"id": task["id"]}, chosen))["event"]
    again = (await ada.api.done("taskComplete", {"id": task["id"]}, chosen))["event"]
    assert done == again
    assert (done["version"], done["doneAt"] is None) == (2, False)
    opened = await ada.api.done("eventUpdate", {"id": task["id"], "doneAt": None}, chosen)
    assert opened["event"] == {"version": 3, "doneAt": None}
    assert await mistakes(ada.api, "taskComplete", {"id": note["id"]}) == [("id", "NOT_A_TASK")]


async def test_a_form_sent_back_keeps_people_who_left(
    workspace: Workspace, ada: Person, ben: Person, client_id: str
) -> None:
    """Members who are no longer at work stay where they are, and are named nowhere anew."""
    people = {"assigneeId": ben.id, "grantedTo": [ben.id]}
    task = await ada.event(client_id, kind="TASK", title="T", **people)
    other = await ada.event(client_id, kind="TASK", title="Other")
    await workspace.api().done("memberUpdate", {"id": ben.id, "isActive": False})
    form = {"kind": "TASK", "title": "U", "visibility": "GRANTED", **people}
    chosen = "event { title assignee { name } grantedTo { name } }"
    changed = await ada.api.done("eventUpdate", {"id": task["id"], **form}, chosen)
    assert changed["event"] == {
        "title": "U",
        "assignee": {"name": "Ben"},
        "grantedTo": [{"name": "Ben"}],
    }
    assert sorted(await mistakes(ada.api, "eventUpdate", {"id": other["id"], **form})) == [
        ("assigneeId", "NOT_FOUND"),
        ("grantedTo.0", "NOT_FOUND"),
    ]
    handed = {"id": task["id"], "assigneeId": ada.id, "visibility": "PRIVATE"}
    await ada.api.done("eventUpdate", handed)
    assert await mistakes(ada.api, "eventUpdate", {"id": task["id"], **people}) == [
        ("grantedTo.0", "NOT_FOUND"),
        ("assigneeId", "NOT_FOUND"),
    ]


async def test_overdue_is_a_matter_of_the_moment(ada: Person, client_id: str) -> None:
    """Whatever offset a due date is given with, what counts is the point in time."""
    now = datetime.now(UTC)
    for hours in (-12, 0, 14):
        zone = timezone(timedelta(hours=hours))
        for title, due in (("late", now - timedelta(hours=1)), ("soon", now + timedelta(hours=1))):
            shown = due.astimezone(zone).isoformat()
            await ada.event(client_id, kind="TASK", title=f"{title} {hours}", dueAt=shown)
    assert sorted(await ada.titles("(filter: {isOverdue: true})")) == [
        "late -12",
        "late 0",
        "late 14",
    ]


async def test_filters(ada: Person, ben: Person, client_id: str) -> None:
    """Open and overdue tasks, kinds, authors, assignees, times and words, alone and together."""
    contact = await ada.api.done(
        "contactCreate", {"clientId": client_id, "lastName": "R"}, "contact { id }"
    )
    to = contact["contact"]["id"]
    await ada.event(client_id, kind="TASK", title="late", dueAt=PAST, assigneeId=ben.id)
    await ada.event(client_id, kind="TASK", title="soon", dueAt=FUTURE, occurredAt=PAST)
    await ben.event(client_id, kind="TASK", title="some day")
    await ben.event(client_id, kind="TASK", title="done", dueAt=PAST, doneAt=PAST)
    await ben.event(client_id, title="Élan", dueAt=PAST, contactId=to, body="100% of_it")
    await ada.event((await ada.api.new_client("Io"))["id"], kind="CALL", title="call")
    cases = {
        "isOpen: true": ["late", "some day", "soon"],
        "isOpen: false": ["done"],
        "isOverdue: true": ["late"],
        "isOverdue: false": ["call", "done", "some day", "soon", "Élan"],
        'kinds: ["CALL", "NOTE"]': ["call", "Élan"],
        'kinds: ["CALL"]': ["call"],
        "kinds: []": [],
        f'author: "{ben.id}", isOpen: true': ["some day"],
        f'assignee: "{ben.id}"': ["late"],
        "isAssigned: true": ["late"],
        "isAssigned: false, isOpen: true": ["some day", "soon"],
        f'contact: "{to}"': ["Élan"],
        f'client: "{client_id}", isOpen: true': ["late", "some day", "soon"],
        'client: "nonsense"': [],
        f'occurredAt: {{lt: "{FUTURE}", gt: "2021-01-01T00:00:00Z"}}, kinds: ["CALL"]': ["call"],
        f'occurredAt: {{lte: "{PAST}"}}': ["soon"],
        f'dueAt: {{gte: "{FUTURE}"}}': ["soon"],
        f'dueAt: {{lte: "{PAST}"}}': ["done", "late", "Élan"],
        'text: "elan"': ["Élan"],
        'text: "100 of it"': ["Élan"],
        'text: "%"': [],
    }
    for wanted, titles in cases.items():
        arguments = f"(filter: {{{wanted}}})"
        assert sorted(await ada.titles(arguments)) == titles, wanted
        counted = await ada.api(f"{{ events{arguments} {{ totalCount }} }}")
        assert counted["events"]["totalCount"] == len(titles), wanted


async def test_sorts_page_in_both_directions(ada: Person, client_id: str) -> None:
    """Each order goes through pages forward and back; what is never due comes last."""
    days = {"a": "2024-03-01", "b": "2024-01-01", "c": "2024-02-01"}
    for title, day in days.items():
        due = None if title == "a" else f"{days['a' if title == 'c' else 'b']}T12:00:00Z"
        await ada.event(
            client_id, kind="TASK", title=title, occurredAt=f"{day}T00:00:00Z", dueAt=due
        )
    cases = {
        "": "acb",
        "OCCURRED_AT_DESC": "acb",
        "OCCURRED_AT_ASC": "bca",
        "DUE_AT_ASC": "bca",
        "CREATED_AT_ASC": "abc",
        "CREATED_AT_DESC": "cba",
    }
    for sort, expected in cases.items():
        chosen = f"sort: [{sort}]" if sort else ""
        assert (
            "".join([title async for title in walked(ada.api, chosen, "first", "after")])
            == expected
        )
        back = "".join([title async for title in walked(ada.api, chosen, "last", "before")])
        assert back == expected[::-1]


async def walked(api: Api, chosen: str, size: str, beyond: str) -> Any:
    """Titles one by one, each from a page of its own."""
    cursor = None
    while True:
        behind = f', {beyond}: "{cursor}"' if cursor else ""
        text = f"{{ events({size}: 1 {chosen}{behind}) {{ edges {{ cursor node {{ title }} }} }} }}"
        edges = (await api(text))["events"]["edges"]
        if not edges:
            return
        cursor = edges[0]["cursor"]
        yield edges[0]["node"]["title"]


async def test_an_event_outlives_its_contact_but_not_its_client(
    ada: Person, ben: Person, client_id: str
) -> None:
    """Whoever deletes the contact, the event stays, private or not; with the client all go."""
    made = await ada.api.done(
        "contactCreate", {"clientId": client_id, "lastName": "R"}, "contact { id }"
    )
    contact = made["contact"]["id"]
    await ada.event(client_id, title="open", contactId=contact)
    secret = await ada.event(client_id, title="mine", contactId=contact, visibility="PRIVATE")
    of_contact = "query($id: ID!) { node(id: $id) { ... on Contact { events { totalCount } } } }"
    assert (await ada.api(of_contact, {"id": contact}))["node"] == {"events": {"totalCount": 2}}
    await ben.api.done("contactDelete", {"id": contact})
    shown = "{ events { nodes { title contact { id } } } }"
    assert (await ada.api(shown))["events"]["nodes"] == [
        {"title": "mine", "contact": None},
        {"title": "open", "contact": None},
    ]
    await ben.api.done("clientDelete", {"id": client_id})
    assert await ada.titles() == []
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await ada.api(node, {"id": secret["id"]}))["node"] is None


async def test_a_client_with_a_contact_is_deleted_with_private_events(
    ada: Person, ben: Person, client_id: str
) -> None:
    """Contacts and private events of others do not stand in the way of deleting a client."""
    made = await ada.api.done(
        "contactCreate", {"clientId": client_id, "lastName": "R"}, "contact { id }"
    )
    await ada.event(client_id, title="mine", contactId=made["contact"]["id"], visibility="PRIVATE")
    await ben.api.done("clientDelete", {"id": client_id})
    assert await ada.titles() == []


async def test_a_client_shows_its_events_by_kind(workspace: Workspace, ada: Person) -> None:
    """The events of several clients come in one answer, each with its own, counted."""
    one, two = [(await ada.api.new_client(name))["id"] for name in ("A", "B")]
    for client, kind, title in ((one, "NOTE", "n"), (one, "CALL", "c"), (two, "NOTE", "m")):
        await ada.event(client, kind=kind, title=title)
    found = await workspace.api("VIEWER")(
        """{ clients(first: 5) { nodes { all: events(first: 5) { totalCount nodes { title } }
        notes: events(first: 5, kinds: ["NOTE"]) { nodes { title } } } } }"""
    )
    assert found["clients"]["nodes"] == [
        {
            "all": {"totalCount": 2, "nodes": [{"title": "c"}, {"title": "n"}]},
            "notes": {"nodes": [{"title": "n"}]},
        },
        {
            "all": {"totalCount": 1, "nodes": [{"title": "m"}]},
            "notes": {"nodes": [{"title": "m"}]},
        },
    ]


async def test_no_kinds_are_no_events(ada: Person, client_id: str) -> None:
    """An empty list of kinds lists nothing, as in filters; null and absence list everything."""
    await ada.event(client_id, title="n")
    text = """query($id: ID!, $kinds: [String!]) { client(by: {id: $id}) {
        events(kinds: $kinds) { totalCount } } }"""
    for kinds, count in (([], 0), (None, 1), (["NOTE"], 1), (["CALL"], 0)):
        found = await ada.api(text, {"id": client_id, "kinds": kinds})
        assert found["client"]["events"]["totalCount"] == count, kinds
    assert (await ada.api(text, {"id": client_id}))["client"]["events"]["totalCount"] == 1
    many = {"id": client_id, "kinds": ["NOTE"] * 501}
    assert await ada.api.codes(text, many) == ["BAD_USER_INPUT"]
