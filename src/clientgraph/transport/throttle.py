"""Slows down whoever guesses tokens: so many refused ones a minute from one address."""

from __future__ import annotations

import math
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clientgraph.operations.bucket import Buckets
from clientgraph.transport.answers import Refused, respond_refused
from clientgraph.transport.negotiation import JSON

_REFUSED_SOCKET: Final = 4403
_TRY_LATER: Final = 1013


class Throttle:
    """ASGI middleware. Requests with good tokens never count."""

    def __init__(self, app: ASGIApp, *, per_minute: float) -> None:
        self._app = app
        self._buckets = Buckets(per_minute, per_minute / 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, unless too many tokens from this address were refused of late."""
        client = scope.get("client")
        if scope["type"] not in ("http", "websocket") or client is None:
            await self._app(scope, receive, send)
            return
        address = client[0]
        wait = self._buckets.wait(address, 1)
        if wait > 0 and _has_token(scope):
            await _refuse(scope, receive, send, math.ceil(wait))
            return

        async def note(message: Message) -> None:
            refused = message.get("status") == 401 and _has_token(scope)
            if refused or message.get("code") == _REFUSED_SOCKET:
                self._buckets.spend(address, 1)
            await send(message)

        await self._app(scope, receive, note)


def _has_token(scope: Scope) -> bool:
    """Whether a token is presented; on a socket it comes later, so assume it."""
    return scope["type"] == "websocket" or any(
        name == b"authorization" for name, _ in scope["headers"]
    )


async def _refuse(scope: Scope, receive: Receive, send: Send, wait: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _TRY_LATER})
        return
    message = f"Too many tokens were refused from this address. Try again in {wait} s."
    refused = Refused("RATE_LIMITED", message, {"Retry-After": str(wait)})
    await respond_refused(refused, JSON)(scope, receive, send)
