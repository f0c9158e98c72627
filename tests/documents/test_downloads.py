"""Files are fetched by links: short-lived, bound to one file, good on any host."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clientgraph import global_ids
from clientgraph.config import Settings
from clientgraph.documents.links import Link, read_link
from clientgraph.documents.models import RenderedDocument
from clientgraph.signing import Signer
from clientgraph.storage.rows import rows, update_where
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces, running
from tests.documents.asking import made, stored, writing
from tests.documents.stationery import Stationery

pytestmark = pytest.mark.anyio

NONE = "There is no such document.\n"
GONE = "This link has expired. Render the document again.\n"


async def test_a_file_is_served_as_a_file_and_nothing_else(
    settings: Settings, workspace: Workspace
) -> None:
    """An attachment under its name, never cached, sniffed, framed or run; HEAD tells the same."""
    async with writing(settings, workspace, Stationery()) as there:
        client = await there.api().new_client('Größe "A"/..\\<b>')
        document = await made(there.api(), "LETTER", client["id"])
        assert document["filename"] == "Letter to Größe A .. b.txt"
        for method in ("GET", "HEAD"):
            answer = await there.client.request(method, document["url"])
            assert answer.status_code == 200
            expected = {
                "content-disposition": 'attachment; filename="Letter to Groe A .. b.txt"; '
                "filename*=UTF-8''Letter%20to%20Gr%C3%B6%C3%9Fe%20A%20..%20b.txt",
                "content-type": "text/plain; charset=utf-8",
                "content-length": str(document["size"]),
                "cache-control": "no-store",
                "content-security-policy": "default-src 'none'; sandbox",
                "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer",
                "accept-ranges": "none",
            }
            assert {name: answer.headers.get(name) for name in expected} == expected
            assert (answer.content == b"") is (method == "HEAD")
        part = await there.client.get(document["url"], headers={"Range": "bytes=0-3"})
        assert (part.status_code, len(part.content)) == (200, document["size"])
        sent = await there.client.post(document["url"])
        assert sent.status_code == 405


async def test_a_link_works_on_every_host(settings: Settings, workspace: Workspace) -> None:
    """The file and its link are made on one and fetched from another."""
    async with writing(settings, workspace, Stationery()) as there:
        client = await there.api().new_client("Io")
        document = await made(there.api(), "LETTER", client["id"])
    async with running(settings) as elsewhere:
        for _ in range(3):
            assert (await elsewhere.get(document["url"])).text.startswith("Io × 1")


async def test_no_other_link_opens_anything(settings: Settings, workspace: Workspace) -> None:
    """A link that was changed anywhere, cut, or made with another secret is unknown: 404."""
    async with writing(settings, workspace, Stationery()) as there:
        client = await there.api().new_client("Io")
        document = await made(there.api(), "LETTER", client["id"])
        head, _, token = document["url"].rpartition("/")
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        changed = [
            raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :] for place in range(len(raw))
        ]
        forged = [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in changed]
        known = read_link(Signer(settings.secret()), token)
        assert known is not None
        foreign = known.path(Signer("another secret of forty characters......")).rpartition("/")[2]
        bad = [
            *forged,
            foreign,
            token[:-8],
            token[:40],
            "x",
            "é",
            "=" * 9,
        ]
        answers = {each: await there.client.get(f"{head}/{each}") for each in bad}
        told = {token: (one.status_code, one.text) for token, one in answers.items()}
        assert told == dict.fromkeys(bad, (404, NONE))
        # A whole link is no key to its sister either.
        assert (await there.client.get(document["url"])).status_code == 200


async def test_a_link_expires(settings: Settings, workspace: Workspace) -> None:
    """After a quarter of an hour: 410, whether or not the file is still there."""
    signer, now = Signer(settings.secret()), datetime.now(UTC)
    async with writing(settings, workspace, Stationery()) as there:
        client = await there.api().new_client("Io")
        document = await made(there.api(), "LETTER", client["id"])
        until = datetime.fromisoformat(document["expiresAt"])
        assert timedelta(minutes=14) < until - now <= timedelta(minutes=15, seconds=30)
        known = read_link(signer, document["url"].rpartition("/")[2])
        assert known is not None
        late = Link(known.organisation_id, known.record_id, now - timedelta(seconds=1))
        answer = await there.client.get(late.path(signer))
        assert (answer.status_code, answer.text) == (410, GONE)
        assert answer.headers["cache-control"] == "no-store"
        # A link of this file that names another workspace finds nothing there.
        other = Link(known.record_id, known.record_id, now + timedelta(minutes=5))
        assert (await there.client.get(other.path(signer))).status_code == 410


async def test_files_that_nobody_can_fetch_are_removed(
    settings: Settings, workspace: Workspace, workspaces: Workspaces
) -> None:
    """With the next document of the workspace."""
    async with writing(settings, workspace, Stationery()) as there:
        client = (await there.api().new_client("Io"))["id"]
        for _ in range(3):
            await made(there.api(), "LETTER", client)
        assert await stored(workspaces, workspace) == 3
        long_ago = datetime.now(UTC) - timedelta(minutes=1)
        async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
            await update_where(rows(session, RenderedDocument), expires_at=long_ago)
        await made(there.api(), "LETTER", client)
        assert await stored(workspaces, workspace) == 1


async def test_another_workspace_makes_nothing_of_these_clients(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """A client of another workspace is no client."""
    async with writing(settings, workspace, Stationery()) as there:
        client: Any = await there.api().new_client("Io")
        assert global_ids.decode("Client", client["id"]) is not None
        stranger = other.api()
        payload = await type(stranger)(there.client, stranger.token).do(
            "documentRender", {"template": "LETTER", "clientId": client["id"]}
        )
        assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]


async def test_links_are_not_logged(
    settings: Settings, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """The log tells that a file was fetched, not by which link."""
    caplog.set_level("INFO", "clientgraph")
    async with writing(settings, workspace, Stationery()) as there:
        client = await there.api().new_client("Io")
        document = await made(there.api(), "LETTER", client["id"])
        caplog.clear()
        await there.client.get(document["url"])
    told = [vars(record)["path"] for record in caplog.records if record.message == "request"]
    assert told == ["/documents/…"]
