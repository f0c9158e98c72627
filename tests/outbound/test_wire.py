"""Whatever comes over the wire, the answer is whole or the service is not available."""

from __future__ import annotations

import asyncio
import time

import pytest

from clientgraph import Unavailable
from clientgraph.testing.replay import replaying
from tests.outbound.reaching import Serve, reaching, wired

pytestmark = pytest.mark.anyio

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


async def hang(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Takes the request, and says nothing."""
    await reader.read()


async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says a little all the time, so that no single read takes long."""
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    for _ in range(600):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


async def garbage(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks no HTTP."""
    writer.write(b"\x00\xff\xfe SSH-2.0-nonsense\r\n\r\n")


async def cut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ends in the middle of what it announced."""
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\n[1, 2")


async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Announces no length, and never ends."""
    writer.write(HEAD + b"\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def endless_head(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Begins with headers, and never comes to the end of them."""
    writer.write(HEAD)
    while True:
        writer.write(b"X-More: " + b"x" * 60_000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize("serve", [hang, trickle, garbage, cut, endless, endless_head])
async def test_a_server_that_misbehaves_is_unavailable(serve: Serve) -> None:
    """In the time of its attempts, and with no more read than agreed."""
    async with wired(serve) as wire:
        async with reaching(wire.url, timeout=0.5, attempts=1, largest=1_000_000) as http:
            started = time.monotonic()
            with pytest.raises(Unavailable):
                await http.get("/a")
        assert time.monotonic() - started < 5
        assert wire.met == 1


async def test_a_connection_that_is_broken_off_is_made_again() -> None:
    """A reset is a failure like others: asked again, and told once no attempt is left."""
    with replaying({"/a": [1]}) as service:
        service.reset = True
        async with reaching(service.url) as http:
            with pytest.raises(Unavailable, match="no answer"):
                await http.get("/a")
            assert len(service.asked) == 2
            service.reset = False
            assert (await http.get("/a")).json() == [1]


async def test_nobody_listens() -> None:
    """A closed port is a service that is not available."""
    with replaying() as service:
        url = service.url
    async with reaching(url) as http:
        with pytest.raises(Unavailable, match="no answer"):
            await http.get("/a")


async def test_a_page_of_html_is_no_json() -> None:
    """What is read as JSON and is none is told as a service that is not available."""
    with replaying() as service:
        service.garbage = True
        async with reaching(service.url) as http:
            answer = await http.get("/a")
            with pytest.raises(Unavailable, match="JSON"):
                answer.json()
