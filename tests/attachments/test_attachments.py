"""Attachments: a file is kept with a client, a contact or an event, as long as that is there."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from clientgraph import global_ids
from clientgraph.attachments import service
from clientgraph.attachments.models import Attachment
from clientgraph.config import Settings
from clientgraph.files import service as files
from clientgraph.files.models import File
from clientgraph.storage.rows import rows
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces, running
from tests.attachments.keeping import PDF, fetched, kept, sent, titles
from tests.contract.answers import mistakes
from tests.events.people import person
from tests.storage.statements import recorded

pytestmark = pytest.mark.anyio


async def scene(api: Api) -> dict[str, str]:
    """A client, a contact and an event of it: their ids, by the names of the input's fields."""
    made = await api.new_client("Io", "mainContact { id }", contacts=[{"lastName": "Marius"}])
    note = {"clientId": made["id"], "title": "Visit"}
    event = (await api.done("eventCreate", note, "event { id }"))["event"]
    return {
        "clientId": made["id"],
        "contactId": made["mainContact"]["id"],
        "eventId": event["id"],
    }


@pytest.mark.parametrize("place", ["clientId", "contactId", "eventId"])
async def test_a_file_is_kept_with_a_record(workspace: Workspace, place: str) -> None:
    """It is found there with all that is known of it, and names the one record and its author."""
    ada = await person(workspace, "Ada")
    ids, name = await scene(ada.api), place.removesuffix("Id")
    made = await kept(ada.api, title=" Signed  contract ", **{place: ids[place]})
    kind = name.capitalize()
    text = f"""query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{
        attachments {{ totalCount nodes {{
        title filename mediaType size sha256 version author {{ name }}
        client {{ id }} contact {{ id }} event {{ id }} }} }} }} }} }}"""
    found = (await workspace.api("VIEWER")(text, {"id": ids[place]}))["node"]["attachments"]
    others = dict.fromkeys(("client", "contact", "event"))
    assert found == {
        "totalCount": 1,
        "nodes": [
            {
                "title": "Signed contract",
                "filename": "contract.pdf",
                "mediaType": "application/pdf",
                "size": len(PDF),
                "sha256": hashlib.sha256(PDF).hexdigest(),
                "version": 1,
                "author": {"name": "Ada"},
                **others,
                name: {"id": ids[place]},
            }
        ],
    }
    for other, id_ in ids.items():
        if other != place:
            assert await titles(ada.api, other.removesuffix("Id").capitalize(), id_) == []
    again = "query($id: ID!) { node(id: $id) { id ... on Attachment { title } } }"
    shown = await ada.api(again, {"id": made["id"]})
    assert shown["node"] == {"id": made["id"], "title": "Signed contract"}


async def test_its_bytes_are_fetched_by_a_link(api: Api) -> None:
    """Without a token, as a file to save that no browser runs."""
    made = await kept(api, clientId=(await api.new_client())["id"])
    answer = await fetched(api, made["url"])
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"] == 'attachment; filename="contract.pdf"'
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_what_is_attached_is_no_file_any_more(
    workspaces: Workspaces, workspace: Workspace
) -> None:
    """It is attached once, found as an attachment alone, and stays when files expire."""
    api = workspace.api()
    client = (await api.new_client())["id"]
    file_id = await sent(api)
    given = {"fileId": file_id, "clientId": client}
    made = (await api.done("attachmentCreate", given, "attachment { url }"))["attachment"]
    assert await mistakes(api, "attachmentCreate", given) == [("fileId", "NOT_FOUND")]
    assert await api("query($id: ID!) { node(id: $id) { id } }", {"id": file_id}) == {"node": None}
    loose = global_ids.decode("File", await sent(api))
    row = global_ids.decode("File", file_id)
    assert row is not None
    assert loose is not None
    past = datetime(2020, 1, 1, tzinfo=UTC)
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        await session.execute("UPDATE file SET expires_at = ? WHERE id = ?", [past, loose])
    kept_ids = await files.forget_old(workspaces.database, workspace.id, [loose, row])
    assert kept_ids == {row}
    assert (await fetched(api, made["url"])).status_code == 200


async def test_files_of_others_cannot_be_attached(workspace: Workspace, other: Workspace) -> None:
    """Neither a colleague's nor one of another workspace nor one that nobody has."""
    ada, ben = await person(workspace, "Ada"), await person(workspace, "Ben", "OWNER")
    client = (await ada.api.new_client())["id"]
    for file_id in (await sent(ada.api), await sent(other.api()), "file_" + "0" * 32):
        given = {"fileId": file_id, "clientId": client}
        assert await mistakes(ben.api, "attachmentCreate", given) == [("fileId", "NOT_FOUND")]
    given = {"fileId": await sent(other.api()), "clientId": client}
    assert await mistakes(other.api(), "attachmentCreate", given) == [("clientId", "NOT_FOUND")]


async def test_exactly_one_record_is_named(api: Api) -> None:
    """None, two and three are told apart from one; null is none."""
    ids, file_id = await scene(api), await sent(api)
    for wrong in ({}, {**ids}, {**ids, "eventId": None}, {"clientId": None}):
        given = {"fileId": file_id, **wrong}
        assert await mistakes(api, "attachmentCreate", given) == [("", "ONE_RECORD")]
    one = {**dict.fromkeys(ids), "contactId": ids["contactId"]}
    await api.done("attachmentCreate", {"fileId": file_id, **one})


async def test_every_mistake_is_told_at_once(api: Api) -> None:
    """The record, the file and the title."""
    given = {"fileId": "file_x", "clientId": "client_x", "title": "t" * 501}
    assert await mistakes(api, "attachmentCreate", given) == [
        ("clientId", "NOT_FOUND"),
        ("fileId", "NOT_FOUND"),
        ("title", "TOO_LONG"),
    ]


async def test_trying_attaches_nothing(api: Api) -> None:
    """``validateOnly`` answers as if it were done; the file stays one."""
    ids, file_id = await scene(api), await sent(api)
    given = {"fileId": file_id, "clientId": ids["clientId"], "title": "A"}
    tried = await api.done(
        "attachmentCreate", {**given, "validateOnly": True}, "attachment { title }"
    )
    assert tried["attachment"] == {"title": "A"}
    assert await titles(api, "Client", ids["clientId"]) == []
    key = {"idempotencyKey": "once"}
    first = await api.done("attachmentCreate", {**given, **key}, "attachment { id }")
    assert await api.done("attachmentCreate", {**given, **key}, "attachment { id }") == first
    assert await titles(api, "Client", ids["clientId"]) == ["A"]


async def test_the_title_is_changed_and_nothing_else(api: Api) -> None:
    """With the version that was seen; null clears."""
    made = await kept(api, clientId=(await api.new_client())["id"], title="Draft")
    seen = {"id": made["id"], "expectedVersion": 1}
    changed = await api.done(
        "attachmentUpdate", {**seen, "title": "Signed"}, "attachment { title }"
    )
    assert changed["attachment"] == {"title": "Signed"}
    stale = {**seen, "title": "Late"}
    assert await mistakes(api, "attachmentUpdate", stale) == [
        ("expectedVersion", "VERSION_CONFLICT")
    ]
    assert await mistakes(api, "attachmentDelete", seen) == [
        ("expectedVersion", "VERSION_CONFLICT")
    ]
    gone = {"id": made["id"], "title": None}
    cleared = await api.done("attachmentUpdate", gone, "attachment { title version }")
    assert cleared["attachment"] == {"title": None, "version": 3}


async def test_what_is_deleted_is_gone(workspaces: Workspaces, workspace: Workspace) -> None:
    """The record, its row of a file, and its link; the bytes are nobody's from then on."""
    api = workspace.api()
    client = (await api.new_client())["id"]
    made = await kept(api, clientId=client)
    gone = await api.done("attachmentDelete", {"id": made["id"]}, "deletedId")
    assert gone["deletedId"] == made["id"]
    assert await titles(api, "Client", client) == []
    assert (await fetched(api, made["url"])).status_code == 410
    row = global_ids.decode("Attachment", made["id"])
    assert row is not None
    assert await files.forget_old(workspaces.database, workspace.id, [row]) == set()


@pytest.mark.parametrize(
    ("mutation", "left"), [("clientDelete", 0), ("contactDelete", 2), ("eventDelete", 2)]
)
async def test_attachments_go_along_with_their_record(
    workspaces: Workspaces, workspace: Workspace, mutation: str, left: int
) -> None:
    """A client takes those of its contacts and events along, too."""
    api = workspace.api()
    ids = await scene(api)
    for place, id_ in ids.items():
        await kept(api, **{place: id_})
    await api.done(mutation, {"id": ids[mutation.removesuffix("Delete") + "Id"]})
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        for table in (Attachment, File):
            assert await rows(session, table).count() == left, table


async def test_a_record_has_so_many(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is refused; another record has room."""
    monkeypatch.setattr(service, "MOST_OF_RECORD", 1)
    ids = await scene(api)
    await kept(api, eventId=ids["eventId"])
    given = {"fileId": await sent(api), "eventId": ids["eventId"]}
    assert await mistakes(api, "attachmentCreate", given) == [("eventId", "TOO_MANY_ATTACHMENTS")]
    await kept(api, clientId=ids["clientId"])


async def test_a_workspace_has_so_much_room(
    settings: Settings, workspaces: Workspaces, workspace: Workspace, other: Workspace
) -> None:
    """All attachments count, private ones too, and files that are not attached do not."""
    large = PDF + bytes(700_000)
    async with running(replace(settings, attachment_megabytes=1), workspaces.plugins) as client:
        small = replace(workspace, client=client)
        ada = await person(small, "Ada")
        ids = await scene(ada.api)
        secret = await ada.event(ids["clientId"], title="T", visibility="PRIVATE")
        await kept(ada.api, large, eventId=secret["id"])
        api = small.api()
        given = {"fileId": await sent(api, large), "clientId": ids["clientId"]}
        full = [("fileId", "NO_ROOM_FOR_ATTACHMENT")]
        assert await mistakes(api, "attachmentCreate", given) == full
        await kept(api, clientId=ids["clientId"])
        elsewhere = replace(other, client=client).api()
        await kept(elsewhere, large, clientId=(await elsewhere.new_client())["id"])


async def test_the_last_come_first_page_by_page(api: Api) -> None:
    """As other lists are paged."""
    client = (await api.new_client())["id"]
    for title in ("1", "2", "3"):
        await kept(api, clientId=client, title=title)
    text = """query($id: ID!, $after: String) { client(by: {id: $id}) {
        attachments(first: 2, after: $after) { nodes { title } pageInfo { endCursor } } } }"""
    page = (await api(text, {"id": client}))["client"]["attachments"]
    assert [each["title"] for each in page["nodes"]] == ["3", "2"]
    after = {"id": client, "after": page["pageInfo"]["endCursor"]}
    page = (await api(text, after))["client"]["attachments"]
    assert [each["title"] for each in page["nodes"]] == ["1"]


async def test_attachments_of_many_take_one_statement(workspace: Workspace) -> None:
    """As many statements for those of five clients as for those of one, people included."""
    ada = await person(workspace, "Ada")
    for name in "ABCDE":
        ids = await scene(ada.api)
        for place, id_ in ids.items():
            await kept(ada.api, title=name, **{place: id_})
    query = """query($first: Int) { clients(first: $first) { nodes {
        attachments(first: 3) { totalCount nodes { title url author { name } client { name } } }
        events(first: 3) { nodes { attachments(first: 3) { nodes { title event { title } } } } }
        contacts(first: 3) { nodes { attachments(first: 3) { nodes { title } } } } } } }"""
    counts: list[int] = []
    for first in (1, 5):
        await ada.api(query, {"first": first})
        with recorded() as statements:
            found: Any = await ada.api(query, {"first": first})
        assert len(found["clients"]["nodes"]) == first
        counts.append(len(statements))
    assert counts[0] == counts[1]
