"""Files in object storage: as those in a folder, whatever becomes of either end."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from clientgraph import doctor
from clientgraph.app import MODELS
from clientgraph.config import Settings, load
from clientgraph.errors import SettingsError, StorageUnavailable
from clientgraph.files import bucket as bucket_module
from clientgraph.files.bucket import Bucket
from clientgraph.files.storing import Storage, TooLarge
from clientgraph.files.sweeping import Sweeping
from clientgraph.storage.database import Database
from clientgraph.storage.ids import uuid7
from clientgraph.testing import Api, Workspace, Workspaces, running
from tests.attachments.keeping import PDF, fetched, kept
from tests.files.buckets import URL, Pail, served

pytestmark = pytest.mark.anyio

MEGABYTE = 1_048_576
LARGE = 25 * MEGABYTE


@pytest.fixture
async def pail() -> AsyncIterator[Pail]:
    """A bucket."""
    async with served() as found:
        yield found


async def pieces(size: int, piece: int = 65_536) -> AsyncIterator[bytes]:
    """So many bytes."""
    for start in range(0, size, piece):
        yield bytes(min(piece, size - start))


async def whole(storage: Storage, workspace: UUID, file_id: UUID) -> bytes | None:
    """All bytes of a file."""
    found = await storage.read(workspace, file_id)
    return None if found is None else b"".join([piece async for piece in found])


async def test_a_large_file_comes_back_as_it_was(pail: Pail, tmp_path: Path) -> None:
    """In parts of five megabytes, whole only at the end, and with as little memory."""
    storage, workspace, file_id = pail.bucket(), uuid7(), uuid7()
    stored = await storage.write(workspace, file_id, pieces(LARGE), LARGE)
    assert (stored.size, stored.sha256) == (LARGE, hashlib.sha256(bytes(LARGE)).hexdigest())
    assert [*pail.objects] == [f"kept/{workspace.hex}/{file_id.hex}"]
    assert pail.largest_part == 5 * MEGABYTE
    assert pail.uploads == {}
    copy = tmp_path / "copy"
    assert await storage.copy_to(workspace, file_id, copy)
    assert copy.stat().st_size == LARGE
    other = uuid7()
    assert (await storage.put(workspace, other, copy)).sha256 == stored.sha256
    assert not await storage.copy_to(uuid7(), file_id, tmp_path / "none")
    for each in (file_id, other, other):
        await storage.remove(workspace, each)
    assert pail.objects == {}
    assert await whole(storage, workspace, file_id) is None


async def test_what_breaks_off_leaves_nothing(pail: Pail) -> None:
    """Its sender fails, it is too large, its task is cancelled: no object and no part of one."""
    storage, workspace = pail.bucket(), uuid7()

    async def broken() -> AsyncIterator[bytes]:
        async for piece in pieces(12 * MEGABYTE):
            yield piece
        raise ConnectionAbortedError

    async def hanging() -> AsyncIterator[bytes]:
        async for piece in pieces(12 * MEGABYTE):
            yield piece
        await asyncio.sleep(60)

    with pytest.raises(TooLarge):
        await storage.write(workspace, uuid7(), pieces(12 * MEGABYTE), 11 * MEGABYTE)
    with pytest.raises(ConnectionAbortedError):
        await storage.write(workspace, uuid7(), broken(), LARGE)
    task = asyncio.create_task(storage.write(workspace, uuid7(), hanging(), LARGE))
    async with asyncio.timeout(20):
        while not any(pail.uploads.values()):  # noqa: ASYNC110 - the bucket does it
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (pail.objects, pail.uploads) == ({}, {})


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_bucket_that_refuses_is_told_plainly(pail: Pail, method: str) -> None:
    """At the beginning or in the middle: nothing is kept of it, and its sender is not held up."""
    pail.failing = frozenset([method])
    async with asyncio.timeout(10):
        with pytest.raises(StorageUnavailable):
            await pail.bucket().write(uuid7(), uuid7(), pieces(LARGE), LARGE)
    assert (pail.objects, pail.uploads) == ({}, {})


async def over(settings: Settings, pail: Pail) -> Settings:
    """Settings of a service whose files are in the bucket."""
    config = pail.config()
    return replace(
        settings,
        file_store=URL,
        file_store_endpoint=config["endpoint"],
        file_store_region=config["region"],
        file_store_key_id=config["access_key_id"],
        file_store_secret=config["secret_access_key"],
    )


async def test_the_service_keeps_files_there(
    settings: Settings, workspaces: Workspaces, workspace: Workspace, pail: Pail
) -> None:
    """Sent, attached and fetched; the sweeper removes what is nobody's, and only when it is old."""
    chosen = await over(settings, pail)
    async with running(chosen, workspaces.plugins) as client:
        api = Api(client, workspace.tokens["OWNER"])
        made = await kept(api, clientId=(await api.new_client())["id"])
        assert (await fetched(api, made["url"])).content == PDF
        assert len(pail.objects) == 1
        stray = f"kept/{workspace.id.hex}/{uuid7().hex}"
        for name in (stray, "kept/other/x", "kept/y"):
            pail.objects[name] = b"stray"
            pail.times[name] = datetime.now(UTC) - timedelta(hours=2)
        database = Database(chosen.database_url, MODELS, pool=2)
        await database.open()
        try:
            await Sweeping(pail.bucket(), database).sweep()
        finally:
            await database.close()
        assert stray not in pail.objects
        assert len(pail.objects) == 3
        assert (await fetched(api, made["url"])).content == PDF


async def test_a_storage_that_is_away_is_told_and_leaves_nothing(
    settings: Settings, workspaces: Workspaces, workspace: Workspace, pail: Pail
) -> None:
    """503 for who sends and who fetches; what was sent is not known afterwards."""
    async with running(await over(settings, pail), workspaces.plugins) as client:
        api = Api(client, workspace.tokens["OWNER"])
        made = await kept(api, clientId=(await api.new_client())["id"])
        pail.failing = frozenset(["GET", "PUT", "POST", "DELETE"])
        answer = await client.post(
            "/files",
            content=PDF,
            headers={
                "Authorization": f"Bearer {api.token}",
                "Content-Disposition": 'attachment; filename="a.pdf"',
            },
        )
        assert answer.status_code == 503
        assert answer.json()["errors"] == [
            {
                "message": "The storage of files does not answer. Try again in a moment.",
                "extensions": {"code": "SERVICE_UNAVAILABLE"},
            }
        ]
        assert (await fetched(api, made["url"])).status_code == 503
        pail.failing = frozenset()
        assert (len(pail.objects), pail.uploads) == (1, {})


async def test_doctor_tries_it(settings: Settings, pail: Pail) -> None:
    """It writes, reads and removes, and says what is wrong where it cannot."""
    chosen = await over(settings, pail)

    async def files() -> doctor.Finding:
        (found,) = [one for one in await doctor.examine(chosen) if one.topic == "files"]
        return found

    assert await files() == doctor.Finding("files", f"written, read and removed in {URL}")
    assert pail.objects == {}
    pail.failing = frozenset(["PUT"])
    found = await files()
    assert found.text.startswith(f"{URL} cannot be used: ")
    assert found.fix.startswith("Look at file_store ")


async def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """At start, with what to run."""
    monkeypatch.setattr(bucket_module, "obstore", None)
    with pytest.raises(SettingsError, match=r"pip install 'clientgraph\[s3\]'"):
        Bucket(URL, {})


@pytest.mark.parametrize(
    ("name", "value"), [("file_store", "gs://pail"), ("file_store_endpoint", "pail.example.com")]
)
async def test_settings_that_cannot_be_used_are_told(name: str, value: str) -> None:
    """With what can be."""
    with pytest.raises(SettingsError, match=f"{name} .* cannot be used. Use "):
        load({f"CLIENTGRAPH_{name.upper()}": value})
