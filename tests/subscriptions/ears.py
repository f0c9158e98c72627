"""What hears a subscription: over a WebSocket, or as an event stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

PATIENCE = 10.0


@dataclass(frozen=True)
class Ear:
    """Hears the data of one subscription's events, in order; None is its end."""

    events: AsyncIterator[dict[str, Any] | None]

    async def next(self) -> Any:
        """The next event's only field; None where the subscription has ended."""
        async with asyncio.timeout(PATIENCE):
            body = await anext(self.events)
        if body is None:
            return None
        assert "errors" not in body, body
        (found,) = body["data"].values()
        return found


@asynccontextmanager
async def over_websocket(
    url: str, token: str, query: str, variables: dict[str, Any] | None = None
) -> AsyncIterator[Ear]:
    """An ear by graphql-transport-ws; the subscription runs when the block begins."""
    address = url.replace("http", "ws", 1) + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:

        async def tell(**message: Any) -> None:
            await socket.send(json.dumps(message))

        async def hear() -> dict[str, Any]:
            async with asyncio.timeout(PATIENCE):
                found: dict[str, Any] = json.loads(await socket.recv())
                return found

        async def events() -> AsyncIterator[dict[str, Any] | None]:
            while (message := await hear())["type"] == "next":
                yield message["payload"]
            assert message["type"] == "complete", message
            yield None

        await tell(type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert (await hear())["type"] == "connection_ack"
        payload = {"query": query, "variables": variables or {}}
        await tell(type="subscribe", id="1", payload=payload)
        # The server has gone around its loop with the subscription before it answers this.
        for _ in range(3):
            await tell(type="ping")
            assert (await hear())["type"] == "pong"
        yield Ear(events())


@asynccontextmanager
async def over_sse(
    url: str, token: str, query: str, variables: dict[str, Any] | None = None
) -> AsyncIterator[Ear]:
    """An ear by server-sent events; the stream has begun when the block begins."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    body = {"query": query, "variables": variables or {}}
    async with (
        httpx2.AsyncClient(base_url=url, timeout=PATIENCE) as client,
        client.stream("POST", "/graphql", json=body, headers=headers) as response,
    ):
        assert response.status_code == 200

        async def events() -> AsyncIterator[dict[str, Any] | None]:
            kind = ""
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "next":
                    yield json.loads(value)
            assert kind == "complete"
            yield None

        # A request that begins after the stream's headers came finds the stream listening.
        await client.get("/healthz")
        yield Ear(events())


EARS = {"websocket": over_websocket, "sse": over_sse}
