"""Clients of one service, as plugins are handed them, and servers that misbehave on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from clientgraph import HttpClient, OutboundService
from clientgraph.outbound.clients import Outbound

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PUBLIC = "https://service.example"


@asynccontextmanager
async def reaching(
    given: str | None = None, *, resolver: Any = None, network: Any = None, **changes: Any
) -> AsyncIterator[HttpClient]:
    """A client of a service; ``given`` is the base URL that the operator named."""
    facts: dict[str, Any] = {"key": "search", "base_url": PUBLIC, **changes}
    parts = {"resolver": resolver, "network": network}
    made = Outbound(
        {"trade": {"search": OutboundService(**facts)}},
        {"trade": {"search": given}} if given else None,
        **{name: part for name, part in parts.items() if part is not None},
    )
    try:
        yield made.client("trade", "search")
    finally:
        await made.close()


class Wire:
    """A server that writes what the test wants, byte by byte."""

    def __init__(self) -> None:
        self.url = ""
        self.met = 0


@asynccontextmanager
async def wired(serve: Serve) -> AsyncIterator[Wire]:
    """The server on a free port; ``serve`` is called after the request's head was read."""
    wire = Wire()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire.met += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(met, "127.0.0.1", 0)
    wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        server.close()
