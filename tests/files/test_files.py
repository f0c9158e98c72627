"""Files: taken as they are, known by their content, handed out by link, and gone in time."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.requests import ClientDisconnect

from clientgraph import global_ids
from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.documents.links import Link, read_link
from clientgraph.file_routes import GONE, NONE
from clientgraph.files import service, sweeping
from clientgraph.files.folder import Folder
from clientgraph.files.sweeping import Sweeping
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.ids import uuid7
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces, running
from tests.jobs.bench import served

pytestmark = pytest.mark.anyio

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIELDS = "id filename mediaType size sha256 expiresAt url author { name }"
SHOWN = f"query($id: ID!) {{ node(id: $id) {{ ... on File {{ {FIELDS} }} }} }}"


@dataclass(frozen=True)
class Desk:
    """A service with a folder of its own for files."""

    client: httpx2.AsyncClient
    folder: Path
    settings: Settings

    async def send(
        self,
        token: str | None,
        content: Any,
        name: str = 'attachment; filename="file.pdf"',
        **headers: str,
    ) -> httpx2.Response:
        """Upload something."""
        given = {"Content-Disposition": name, **headers}
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        return await self.client.post("/files", content=content, headers=given)

    async def sent(self, workspace: Workspace, content: Any = PDF, *, role: str = "OWNER") -> Any:
        """Upload something that is taken; what is said of it."""
        answer = await self.send(workspace.tokens[role], content)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    async def shown(self, workspace: Workspace, file_id: str, role: str = "OWNER") -> Any:
        """A file as the API shows it."""
        api = Api(self.client, workspace.tokens[role])
        return (await api(SHOWN, {"id": file_id}))["node"]

    def lying(self) -> list[str]:
        """The names of what is in the folder."""
        return sorted(each.name for each in self.folder.glob("*/*"))


@pytest.fixture
async def desk(settings: Settings, workspaces: Workspaces, tmp_path: Path) -> AsyncIterator[Desk]:
    """The service."""
    folder = tmp_path / "files"
    chosen = replace(settings, file_folder=str(folder))
    async with running(chosen, workspaces.plugins) as client:
        yield Desk(client, folder, chosen)


async def test_a_file_comes_back_as_it_was(desk: Desk, workspace: Workspace) -> None:
    """Piece by piece in, and out again under its name, as nothing that a browser would run."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(PDF), 1000):
            yield PDF[start : start + 1000]

    made = await desk.sent(workspace, pieces())
    expected = {
        "id": made["id"],
        "filename": "file.pdf",
        "mediaType": "application/pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }
    assert {**made, **expected} == made
    shown = await desk.shown(workspace, made["id"])
    assert {**shown, **expected, "author": None} == shown
    answer = await desk.client.get(shown["url"])
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(PDF))
    assert answer.headers["content-disposition"] == 'attachment; filename="file.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n...", "a.pdf", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.exe", "image/jpeg"),
        (b"GIF89a", "a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
        (b"PK\x03\x04\x14\0", "a.xlsx", SHEET),
        (b"PK\x03\x04\x14\0", "a.csv", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.XLS", "application/vnd.ms-excel"),
        ("nom;ville\nIo;Évry\n".encode("cp1252"), "a.csv", "text/csv"),
        ("nom;ville\n".encode("utf-16"), "a.csv", "text/csv"),
        (b"BEGIN:VCARD\r\n", "a.vcf", "text/vcard"),
        (b"a few words", "a.html", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "a.svg", None),
        (b"\xef\xbb\xbf \n<!doctype html>", "a.txt", None),
        (b"MZ\x90\0\x03\0\0\0", "a.pdf", None),
        (b"\x7fELF\x02\x01\x01\0", "a.csv", None),
    ],
)
async def test_a_file_is_what_is_in_it(
    desk: Desk, workspace: Workspace, content: bytes, name: str, media_type: str | None
) -> None:
    """Whatever its name and its sender say; pages and programs are not taken."""
    disposition = f'attachment; filename="{name}"'
    answer = await desk.send(
        workspace.tokens["OWNER"], content, disposition, **{"Content-Type": "application/pdf"}
    )
    if media_type is None:
        assert answer.status_code == 415
        assert desk.lying() == []
    else:
        assert answer.json()["data"]["mediaType"] == media_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('attachment; filename="../../etc/passwd"', "etc passwd"),
        ('attachment; filename="C:\\\\boot.ini"', "C boot.ini"),
        ("attachment; filename*=UTF-8''..%2F..%2Fx%00%0D%0Aa.pdf", "x a.pdf"),
        ("attachment; filename*=UTF-8''f%E2%80%AEfdp.exe", "f fdp.exe"),
        (f'attachment; filename="{"a" * 900}.pdf"', f"{'a' * 120}.pdf"),
        ('attachment; filename="...."', "file"),
        ("attachment; filename*=UTF-8''%C3%89t%C3%A9.pdf", "Été.pdf"),
        ("attachment; filename*=broken%'%", "broken%'%"),
        ("attachment; filename*=UTF-8''a%D8%9Cb%EF%BB%BFc%F3%A0%81%81.pdf", "a b c.pdf"),
        ("attachment; filename*=unicode_escape''%5Cud800a.pdf", "a.pdf"),
    ],
)
async def test_hostile_names_are_harmless(
    desk: Desk, workspace: Workspace, given: str, kept: str
) -> None:
    """The name is a name and nothing else, and no part of where the bytes are."""
    answer = await desk.send(workspace.tokens["OWNER"], PDF, given)
    made = answer.json()["data"]
    assert made["filename"] == kept
    row_id = global_ids.decode("File", made["id"])
    assert row_id is not None
    assert desk.lying() == [row_id.hex]
    assert [*desk.folder.parent.iterdir()] == [desk.folder]
    url = (await desk.shown(workspace, made["id"]))["url"]
    header = (await desk.client.get(url)).headers["content-disposition"]
    assert header.startswith('attachment; filename="')
    assert not {"\r", "\n"} & set(header)


@pytest.mark.parametrize(
    "given",
    [
        "attachment",
        "attachment; filename=",
        "attachment; filename*=undefined''a.pdf",
        "attachment; filename*=idna''a%ff.pdf",
        "attachment; filename*=UTF-8''a.pdf; filename*0=b",
    ],
)
async def test_what_is_no_name_is_refused(desk: Desk, workspace: Workspace, given: str) -> None:
    """Whatever the parser of headers makes of it."""
    answer = await desk.send(workspace.tokens["OWNER"], PDF, given)
    assert answer.status_code == 400
    assert "filename=" in answer.json()["errors"][0]["message"]
    assert desk.lying() == []


async def test_what_is_packed_is_refused(desk: Desk, workspace: Workspace) -> None:
    """A file is what is sent: nothing is unpacked, nothing is kept that says it is packed."""
    packed = {"Content-Encoding": "gzip"}
    answer = await desk.send(workspace.tokens["OWNER"], PDF, **packed)
    assert answer.status_code == 415
    assert desk.lying() == []


async def test_what_is_not_taken_leaves_nothing(
    desk: Desk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too large, with a length or without; empty; without a name; without the right."""
    monkeypatch.setattr("clientgraph.file_routes.LARGEST", 10_000)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"%PDF-" + bytes(1000)

    token = workspace.tokens["OWNER"]
    for answer, status in [
        (await desk.send(token, PDF), 413),
        (await desk.send(token, endless()), 413),
        (await desk.send(token, b""), 400),
        (await desk.send(token, b"%PDF-", "attachment"), 400),
        (await desk.send(workspace.tokens["VIEWER"], b"%PDF-"), 403),
        (await desk.send(None, b"%PDF-"), 401),
        (await desk.send("cgp_" + "0" * 36, b"%PDF-"), 401),
    ]:
        assert answer.status_code == status, answer.text
        assert answer.json()["errors"][0]["message"]
    assert desk.lying() == []
    assert (await desk.client.get("/files")).status_code == 405


async def test_an_upload_that_breaks_off_leaves_nothing(desk: Desk) -> None:
    """What was written of it is gone, and the failure is told."""
    seen: list[str] = []

    async def broken() -> AsyncIterator[bytes]:
        yield PDF
        seen.extend(desk.lying())
        raise ClientDisconnect

    file_id = uuid7()
    with pytest.raises(ClientDisconnect):
        await Folder(desk.folder).write(uuid7(), file_id, broken(), len(PDF))
    assert seen == [f"{file_id.hex}.part"]
    assert desk.lying() == []


async def test_files_come_from_paths_and_go_to_paths(tmp_path: Path) -> None:
    """What the service made itself is put there; what was uploaded is copied to be read."""
    storage, workspace, file_id = Folder(tmp_path / "files"), uuid7(), uuid7()
    made, copy = tmp_path / "made", tmp_path / "copy"
    made.write_bytes(PDF * 200)
    stored = await storage.put(workspace, file_id, made)
    assert (stored.size, stored.head[:5]) == (len(PDF) * 200, b"%PDF-")
    assert stored.sha256 == hashlib.sha256(PDF * 200).hexdigest()
    assert await storage.copy_to(workspace, file_id, copy)
    assert copy.read_bytes() == made.read_bytes()
    assert not await storage.copy_to(uuid7(), file_id, tmp_path / "other")
    assert not (tmp_path / "other").exists()


async def test_who_leaves_in_the_middle_leaves_nothing(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    """A connection that breaks off, over HTTP."""
    folder = tmp_path / "left"
    async with served(replace(settings, file_folder=str(folder)), ()) as url:
        host, port = url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        lines = [
            "POST /files HTTP/1.1",
            f"Host: {host}",
            f"Authorization: Bearer {workspace.tokens['OWNER']}",
            'Content-Disposition: attachment; filename="a.pdf"',
            "Content-Length: 100000",
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode() + PDF)
        await _until(lambda: [each.suffix for each in folder.glob("*/*")] == [".part"])
        writer.transport.abort()
        await _until(lambda: not [*folder.glob("*/*")])


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - the service does it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("pause", ["SILENT_SECONDS", "WHOLE_SECONDS"])
async def test_who_is_slow_is_sent_away(
    desk: Desk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, pause: str
) -> None:
    """After too long a silence, and after too long in all."""
    monkeypatch.setattr(f"clientgraph.file_routes.{pause}", 0.3)

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"%PDF-"
            await asyncio.sleep(0.5 if pause == "SILENT_SECONDS" else 0.1)

    answer = await desk.send(workspace.tokens["OWNER"], dripping())
    assert answer.status_code == 408
    assert desk.lying() == []


async def test_a_workspace_keeps_so_many(
    desk: Desk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is refused, and its bytes are not kept."""
    monkeypatch.setattr(service, "MOST_FILES", 1)
    await desk.sent(workspace)
    answer = await desk.send(workspace.tokens["OWNER"], PDF)
    assert answer.status_code == 400
    assert "1 files" in answer.json()["errors"][0]["message"]
    assert len(desk.lying()) == 1


async def test_a_file_is_its_owners(
    desk: Desk, workspace: Workspace, workspaces: Workspaces
) -> None:
    """Whoever uploaded it sees it and nobody else, those who administer the workspace included."""
    elsewhere = await workspaces.make()
    made = await desk.sent(workspace, role="MEMBER")
    for where, role, sees in [
        (workspace, "MEMBER", True),
        (workspace, "ADMIN", False),
        (workspace, "OWNER", False),
        (workspace, "VIEWER", False),
        (elsewhere, "OWNER", False),
    ]:
        assert (await desk.shown(where, made["id"], role) is not None) == sees


async def test_no_other_link_opens_anything(desk: Desk, workspace: Workspace) -> None:
    """Changed, expired, of another sort, of another workspace: nothing is handed out."""
    made = await desk.sent(workspace)
    url = (await desk.shown(workspace, made["id"]))["url"]
    head, _, token = url.rpartition("/")
    signer = Signer(desk.settings.secret())
    known = read_link(signer, token, service.PATH)
    assert known is not None
    assert known.expires_at - datetime.now(UTC) <= timedelta(minutes=15)
    for bad in (token[:-1], token[:-2] + "AA", "x", known.path(signer).rpartition("/")[2]):
        answer = await desk.client.get(f"{head}/{bad}")
        assert (answer.status_code, answer.text) == (404, NONE)
    assert (await desk.client.get(f"/documents/{token}")).status_code == 404
    late = datetime.now(UTC) - timedelta(seconds=1)
    for link in (
        Link(known.organisation_id, known.record_id, late),
        Link(known.record_id, known.record_id, known.expires_at),
    ):
        answer = await desk.client.get(link.path(signer, service.PATH))
        assert (answer.status_code, answer.text) == (410, GONE)


async def test_links_are_not_logged(
    desk: Desk, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """The log tells that a file was fetched, not by which link."""
    made = await desk.sent(workspace)
    url = (await desk.shown(workspace, made["id"]))["url"]
    caplog.set_level("INFO", "clientgraph")
    caplog.clear()
    await desk.client.get(url)
    told = [vars(record)["path"] for record in caplog.records if record.message == "request"]
    assert told == ["/files/…"]


async def test_old_files_are_removed(
    desk: Desk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row and bytes, and what an upload left that was killed; what is kept stays."""
    old, kept = await desk.sent(workspace), await desk.sent(workspace)
    url = (await desk.shown(workspace, old["id"]))["url"]
    half = desk.folder / workspace.id.hex / "half.part"
    half.write_bytes(b"half")
    # What is not ours stays, and does not stop the round.
    (desk.folder / uuid7().hex).write_bytes(b"no folder")
    (desk.folder / workspace.id.hex / "folder").mkdir()
    database = Database(desk.settings.database_url, MODELS, pool=2)
    await database.open()
    past, gone = datetime(2020, 1, 1, tzinfo=UTC), global_ids.decode("File", old["id"])
    async with database.write(Scope(organisation=workspace.id)) as session:
        await session.execute("UPDATE file SET expires_at = ? WHERE id = ?", [past, gone])
    assert (await desk.client.get(url)).status_code == 410
    assert await desk.shown(workspace, old["id"]) is None
    round_ = Sweeping(Folder(desk.folder), database)
    await round_.sweep()
    assert len(desk.lying()) == 4
    monkeypatch.setattr(sweeping, "UNTOUCHED_SECONDS", -1.0)
    await round_.sweep()
    row_id = global_ids.decode("File", kept["id"])
    assert row_id is not None
    assert desk.lying() == [row_id.hex, "folder"]
    async with database.read(Scope(organisation=workspace.id)) as session:
        found = await session.select("SELECT id FROM file")
    assert [str(each["id"]) for each in found] == [str(row_id)]
    await database.close()
