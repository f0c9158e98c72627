"""Rows D of the contract about notes: private, dated, of any length."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.attachments.keeping import PDF, fetched, kept
from tests.events.people import person

pytestmark = pytest.mark.anyio

PROFILE = """query($id: ID!) { client(by: {id: $id}) { name
    events(kinds: ["NOTE"]) { totalCount nodes { id title body occurredAt dueAt author { name } }
    } } }"""


async def notes(api: Api, client_id: str) -> list[dict[str, Any]]:
    """The notes that a client's profile shows."""
    found = (await api(PROFILE, {"id": client_id}))["client"]["events"]
    assert found["totalCount"] == len(found["nodes"])
    nodes: list[dict[str, Any]] = found["nodes"]
    return nodes


async def test_d8_notes_are_added_from_the_profile(workspace: Workspace) -> None:
    """A note needs the profile's id and a text, is on the profile at once, and can be changed."""
    ada = await person(workspace, "Ada")
    client = (await ada.api.new_client("Ganymède"))["id"]
    made = await ada.event(client, body="Pays by cheque.")
    found = await notes(ada.api, client)
    assert [(note["body"], note["author"]) for note in found] == [
        ("Pays by cheque.", {"name": "Ada"})
    ]
    await ada.api.done("eventUpdate", {"id": made["id"], "body": "Pays by card."})
    assert [note["body"] for note in await notes(ada.api, client)] == ["Pays by card."]
    await ada.api.done("eventDelete", {"id": made["id"]})
    assert await notes(ada.api, client) == []


async def test_d29_notes_are_the_full_history(api: Api) -> None:
    """Every note stays with its date, however many there are, the last one first."""
    client = (await api.new_client())["id"]
    for day in range(1, 31):
        when = f"2026-06-{day:02}T09:00:00Z"
        given = {"clientId": client, "title": f"Day {day}", "occurredAt": when}
        await api.done("eventCreate", given)
    page = """query($id: ID!, $after: String) { client(by: {id: $id}) {
        events(first: 20, after: $after) { totalCount nodes { title occurredAt }
        pageInfo { endCursor hasNextPage } } } }"""
    first = (await api(page, {"id": client}))["client"]["events"]
    after = first["pageInfo"]["endCursor"]
    rest = (await api(page, {"id": client, "after": after}))["client"]["events"]
    assert (first["totalCount"], rest["pageInfo"]["hasNextPage"]) == (30, False)
    assert [(each["title"], each["occurredAt"]) for each in [*first["nodes"], *rest["nodes"]]] == [
        (f"Day {day}", f"2026-06-{day:02}T09:00:00Z") for day in range(30, 0, -1)
    ]


async def test_d30_important_dates_are_noted(api: Api) -> None:
    """A note can carry the date that it speaks of, and is found by it without being a task."""
    client = (await api.new_client())["id"]
    given = {"title": "Special agreement ends", "dueAt": "2020-03-31T00:00:00Z"}
    await api.done("eventCreate", {"clientId": client, **given})
    await api.done("eventCreate", {"clientId": client, "title": "Nothing special"})
    wanted = '{dueAt: {gte: "2020-03-01T00:00:00Z", lt: "2020-04-01T00:00:00Z"}}'
    found = await api(f"{{ events(filter: {wanted}) {{ nodes {{ title dueAt }} }} }}")
    assert found["events"]["nodes"] == [given]
    late = await api("{ events(filter: {isOverdue: true}) { totalCount } }")
    assert late["events"]["totalCount"] == 0


async def test_d31_a_scanned_contract_is_attached_to_a_note(workspace: Workspace) -> None:
    """The scan is a PDF on the note: who reads the note saves it, and a private note hides it."""
    ada = await person(workspace, "Ada")
    client = (await ada.api.new_client())["id"]
    scans = {}
    for title, more in (("Contract", {}), ("Salary", {"visibility": "PRIVATE"})):
        note = await ada.event(client, title=title, **more)
        scans[title] = await kept(ada.api, eventId=note["id"], title=f"{title}, signed")
    shown = """query($id: ID!) { client(by: {id: $id}) { events(first: 10) { nodes { title
        attachments(first: 5) { nodes { title filename mediaType url author { name } } } } } } }"""
    reader = workspace.api("VIEWER")
    (note,) = (await reader(shown, {"id": client}))["client"]["events"]["nodes"]
    (scan,) = note["attachments"]["nodes"]
    url = scan.pop("url")
    assert (note["title"], scan) == (
        "Contract",
        {
            "title": "Contract, signed",
            "filename": "contract.pdf",
            "mediaType": "application/pdf",
            "author": {"name": "Ada"},
        },
    )
    answer = await fetched(reader, url)
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    hidden = {"id": scans["Salary"]["id"]}
    assert await reader("query($id: ID!) { node(id: $id) { id } }", hidden) == {"node": None}


async def test_d32_other_phones_and_emails_are_noted(api: Api) -> None:
    """Secondary phones and alternative e-mails are kept line by line and found again."""
    client = (await api.new_client())["id"]
    body = "Second phone: +33 1 42 68 53 00\nHoliday e-mail: été@ganymede.fr"
    await api.done("eventCreate", {"clientId": client, "title": "Other ways", "body": body})
    assert [note["body"] for note in await notes(api, client)] == [body]
    for text in ("42 68 53 00", "ete@ganymede"):
        asked = "query($text: String) { events(filter: {text: $text}) { nodes { title } } }"
        found = await api(asked, {"text": text})
        assert found["events"]["nodes"] == [{"title": "Other ways"}]


async def test_d33_notes_are_private(workspace: Workspace) -> None:
    """A private note is seen by its author and those to whom it was granted, by no owner."""
    ada, ben, eve = [await person(workspace, name, "OWNER") for name in ("Ada", "Ben", "Eve")]
    client = (await ada.api.new_client())["id"]
    mine = await ada.event(client, title="Mine", visibility="PRIVATE")
    await ada.event(client, title="Ours", visibility="GRANTED", grantedTo=[ben.id])
    seen = {
        each.name: [note["title"] for note in await notes(each.api, client)]
        for each in (ada, ben, eve)
    }
    assert seen == {"Ada": ["Ours", "Mine"], "Ben": ["Ours"], "Eve": []}
    assert await notes(workspace.api("OWNER"), client) == []
    await ada.api.done("eventUpdate", {"id": mine["id"], "visibility": "ORGANISATION"})
    assert [note["title"] for note in await notes(eve.api, client)] == ["Mine"]


async def test_d43_special_requirements_are_noted(api: Api) -> None:
    """Requirements and payment arrangements are kept as written, up to 20,000 characters."""
    client = (await api.new_client())["id"]
    body = "Invoices in two copies.\n\n" + "Pays in three parts. " * 900 + "End"
    given = {"clientId": client, "title": "Arrangement", "body": body}
    made = (await api.done("eventCreate", given, "event { title body }"))["event"]
    assert made == {"title": "Arrangement", "body": body}
