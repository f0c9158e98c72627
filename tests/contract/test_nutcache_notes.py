"""Rows N of the contract about notes and the client's activity."""

from __future__ import annotations

import pytest

from clientgraph.testing import Api, Workspace
from tests.attachments.keeping import PDF, fetched, kept

pytestmark = pytest.mark.anyio


async def test_n22_files_are_attached_to_the_client(workspace: Workspace) -> None:
    """Whoever writes clients attaches files; all find and fetch them on the client."""
    api, reader = workspace.api("MEMBER"), workspace.api("VIEWER")
    client = (await api.new_client())["id"]
    photo = b"\x89PNG\r\n\x1a\n" + bytes(100)
    for title, content in (("Terms", PDF), ("Front door", photo)):
        await kept(api, content, clientId=client, title=title)
    shown = """query($id: ID!) { client(by: {id: $id}) {
        attachments { totalCount nodes { id title mediaType size url } } } }"""
    found = (await reader(shown, {"id": client}))["client"]["attachments"]
    assert [(each["title"], each["mediaType"], each["size"]) for each in found["nodes"]] == [
        ("Front door", "image/png", len(photo)),
        ("Terms", "application/pdf", len(PDF)),
    ]
    assert (await fetched(reader, found["nodes"][1]["url"])).content == PDF
    await api.done("attachmentDelete", {"id": found["nodes"][0]["id"]})
    assert (await reader(shown, {"id": client}))["client"]["attachments"]["totalCount"] == 1


async def test_n23_notes_are_kept_with_the_client(workspace: Workspace) -> None:
    """Notes are written and changed by whoever writes clients, and read by all."""
    api, reader = workspace.api("MEMBER"), workspace.api("VIEWER")
    client = (await api.new_client())["id"]
    given = {"clientId": client, "title": "Likes short invoices"}
    note = (await api.done("eventCreate", given, "event { id }"))["event"]["id"]
    await api.done("eventUpdate", {"id": note, "body": "One page at most"})
    shown = "{ events { nodes { title body } } }"
    assert (await reader(shown))["events"]["nodes"] == [
        {"title": "Likes short invoices", "body": "One page at most"}
    ]
    create = "mutation($input: EventCreateInput!) { eventCreate(input: $input) { event { id } } }"
    assert await reader.codes(create, {"input": given}) == ["FORBIDDEN"]


async def test_n24_the_clients_activity_is_watched(api: Api) -> None:
    """One feed mixes everything that happened with a client, the last first, with its count."""
    client = (await api.new_client())["id"]
    for day, kind in enumerate(("CALL", "EMAIL", "MEETING", "NOTE", "TASK"), 1):
        when = f"2026-05-0{day}T12:00:00Z"
        given = {"clientId": client, "kind": kind, "title": f"The {kind}", "occurredAt": when}
        await api.done("eventCreate", given)
    feed = await api(
        """query($id: ID!) { client(by: {id: $id}) {
        events(first: 4) { totalCount nodes { kind { key } } } } }""",
        {"id": client},
    )
    assert feed["client"]["events"] == {
        "totalCount": 5,
        "nodes": [{"kind": {"key": key}} for key in ("TASK", "NOTE", "MEETING", "EMAIL")],
    }
