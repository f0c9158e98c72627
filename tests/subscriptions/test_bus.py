"""The PostgreSQL bus hears again whatever happened, and minds only its own messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from tests.writes.whole_database import superuser

from clientgraph.app import MODELS
from clientgraph.bus import CHANNEL, PostgresBus
from clientgraph.config import Settings
from clientgraph.contract.records import RecordChange
from clientgraph.storage.database import Database
from clientgraph.storage.ids import uuid7
from clientgraph.storage.scope import Scope

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _postgres(dialect: str) -> None:
    if dialect != "postgres":
        pytest.skip("SQLite is served by one process")


async def pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refused: list[bytes]
) -> None:
    """Copy what comes until it ends, or until it holds the first of what is refused."""
    try:
        while chunk := await reader.read(65536):
            if refused and refused[0] in chunk:
                refused.pop(0)
                return
            writer.write(chunk)
    finally:
        writer.close()


@asynccontextmanager
async def road(url: str, refused: list[bytes]) -> AsyncIterator[str]:
    """A database URL by way of a road that breaks off at each of these texts, once."""
    parts = urlsplit(url)

    async def go(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(parts.hostname, parts.port)
        with suppress(ConnectionError):
            await asyncio.gather(pass_on(reader, there[1], refused), pass_on(there[0], writer, []))

    server = await asyncio.start_server(go, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}").geturl()
    finally:
        server.close()


async def heard(bus: PostgresBus, settings: Settings) -> bool:
    """Whether a change that is committed now is heard."""
    change = RecordChange(
        organisation_id=uuid7(), type="Client", id=uuid7(), action="CREATED", version=1
    )
    changes = bus.listen(Scope(organisation=change.organisation_id))
    database = Database(settings.database_url, MODELS, pool=1)
    await database.open()
    try:
        async with database.write(Scope(organisation=change.organisation_id)) as session:
            await bus.announce(session, [change])
        async with asyncio.timeout(5):
            return await anext(changes) == change
    finally:
        await database.close()


async def test_a_bus_that_could_not_listen_tries_again(settings: Settings) -> None:
    """A connection that is lost before it listens is replaced like one that is lost later."""
    refused = [b"LISTEN", b"LISTEN"]
    async with road(settings.database_url, refused) as url:
        bus = PostgresBus(url)
        await bus.open()
        try:
            assert refused == []
            assert await heard(bus, settings)
        finally:
            await bus.close()


@pytest.mark.parametrize("payload", ["not JSON", "5", "[5]", "[[]]", '[["x",1,2,3,4,5]]', "{}"])
async def test_messages_of_others_are_ignored(settings: Settings, payload: str) -> None:
    """Whoever may connect may also notify; the bus goes on hearing what is ours."""
    bus = PostgresBus(settings.database_url)
    await bus.open()
    connection = await superuser(settings)
    try:
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
        assert await heard(bus, settings)
    finally:
        await connection.close()
        await bus.close()
