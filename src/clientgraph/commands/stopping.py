"""Ends event streams when the service stops; they would end by themselves never."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DISCONNECTED: Message = {"type": "http.disconnect"}
_END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class Stopping:
    """ASGI middleware: an event stream sees its client leave once ``begin`` was called.

    The client sees the stream end without the protocol's ``complete``, so it connects anew.
    WebSockets are closed by the server itself, with 1012.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._begun = asyncio.Event()

    def begin(self) -> None:
        """End what is open now."""
        self._begun.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; only event streams are treated otherwise."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        streams = complete = False

        async def note(message: Message) -> None:
            nonlocal streams, complete
            if message["type"] == "http.response.start":
                streams = _is_stream(message)
            else:
                complete = not message.get("more_body", False)
            await send(message)

        async def hear() -> Message:
            return await self._first(receive) if streams else await receive()

        await self._app(scope, hear, note)
        if streams and not complete and self._begun.is_set():
            await send(_END)

    async def _first(self, receive: Receive) -> Message:
        """What the client sends next, or that the service stops."""
        heard = asyncio.ensure_future(receive())
        stops = asyncio.ensure_future(self._begun.wait())
        try:
            await asyncio.wait({heard, stops}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stops.cancel()
            if not heard.done():
                heard.cancel()
        return heard.result() if heard.done() and not heard.cancelled() else _DISCONNECTED


def _is_stream(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start.get("headers", ())}
    return bool(headers.get(b"content-type", b"").startswith(b"text/event-stream"))
