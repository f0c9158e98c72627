"""The application under a real server, and sockets to it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from clientgraph.commands.serving import configured
from clientgraph.config import Settings
from clientgraph.testing import Api

INIT = "connection_init"


@dataclass(frozen=True)
class Peer:
    """The other end of a socket: speaks and hears JSON."""

    socket: ClientConnection

    async def tell(self, kind: str, **more: Any) -> None:
        """Send one message."""
        await self.socket.send(json.dumps({"type": kind, **more}))

    async def hear(self, seconds: float = 5) -> Any:
        """The next message."""
        async with asyncio.timeout(seconds):
            return json.loads(await self.socket.recv())

    async def heard(self, seconds: float) -> list[Any]:
        """All that arrives until nothing does for so long."""
        found = []
        try:
            while True:
                found.append(await self.hear(seconds))
        except TimeoutError:
            return found

    async def silent(self, seconds: float) -> bool:
        """Whether nothing arrives for so long."""
        return await self.heard(seconds) == []

    async def ended(self, seconds: float = 5) -> tuple[list[Any], int | None]:
        """Everything that still arrives, and the code with which the server then closes."""
        heard = []
        try:
            while True:
                heard.append(await self.hear(seconds))
        except ConnectionClosed as closed:
            return heard, closed.rcvd.code if closed.rcvd else None


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Host and port of a server, run as in production, with the application's whole life in it."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = configured(app, Settings(), graceful_seconds=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def opened(address: str, query: str = "") -> AsyncIterator[Peer]:
    """A socket that has said nothing yet."""
    url = f"ws://{address}/graphql{query}"
    async with connect(url, subprotocols=["graphql-transport-ws"]) as socket_:
        yield Peer(socket_)


@asynccontextmanager
async def acknowledged(address: str, api: Api) -> AsyncIterator[Peer]:
    """A socket of someone with a good token."""
    async with opened(address) as peer:
        await peer.tell(INIT, payload={"Authorization": f"Bearer {api.token}"})
        assert await peer.hear() == {"type": "connection_ack"}
        yield peer


async def until(condition: Callable[[], bool]) -> None:
    """Wait, for ten seconds at most, for something that happens soon."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
