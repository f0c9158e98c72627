"""A bare ASGI application: one POST in, bytes of JSON out; nothing between it and the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

Answer = Callable[[Mapping[str, Any]], Awaitable[bytes]]


def application(
    opened: Callable[[], Awaitable[None]], operations: Mapping[str, Answer]
) -> Callable[..., Awaitable[None]]:
    """Answers by the name of the operation; ``opened`` runs before the first request."""

    async def app(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await opened()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b""
        while True:
            part = await receive()
            body += part["body"]
            if not part.get("more_body"):
                break
        asked = orjson.loads(body)
        answer = await operations[asked["operationName"]](asked["variables"])
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(answer)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return app
