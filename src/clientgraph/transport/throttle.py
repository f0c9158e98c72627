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
    """ASGI middleware. Good tokens pass at any time: others may share the address."""

    def __init__(self, app: ASGIApp, *, per_minute: float) -> None:
        self._app = app
        self._buckets = Buckets(per_minute, per_minute / 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; past the bound, a refused token is answered with when to come back."""
        client = scope.get("client")
        if scope["type"] not in ("http", "websocket") or client is None:
            await self._app(scope, receive, send)
            return
        wait = math.ceil(self._buckets.wait(client[0], 1))
        late = False

        async def note(message: Message) -> None:
            nonlocal late
            if late:
                return
            if _refuses(message, scope):
                self._buckets.spend(client[0], 1)
                if wait > 0 and scope["type"] == "http":
                    late = True
                    return
                if wait > 0:
                    message = {"type": "websocket.close", "code": _TRY_LATER}
            await send(message)

        await self._app(scope, receive, note)
        if late:
            text = f"Too many tokens were refused from this address. Try again in {wait} s."
            refused = Refused("RATE_LIMITED", text, {"Retry-After": str(wait)})
            await respond_refused(refused, JSON)(scope, receive, send)


def _refuses(message: Message, scope: Scope) -> bool:
    """Whether this is the answer to a token that is not good."""
    if message.get("code") == _REFUSED_SOCKET:
        return True
    names = [name for name, _ in scope["headers"]]
    return message.get("status") == 401 and b"authorization" in names
