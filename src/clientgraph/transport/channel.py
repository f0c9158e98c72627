"""One WebSocket as a channel of JSON messages, with limits, and closed at most once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from clientgraph.transport.json_text import Malformed, decode, encode
from clientgraph.transport.limits import TransportLimits
from clientgraph.transport.streams import Gone

# RFC 6455, section 5.5: a close frame has room for this many bytes of reason.
REASON_BYTES = 123


class CloseCode(IntEnum):
    """Why we close: RFC 6455 up to 1015, the GraphQL over WebSocket protocol from 4400."""

    TOO_BIG = 1009
    INTERNAL_ERROR = 1011
    TRY_AGAIN_LATER = 1013
    BAD_MESSAGE = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    DUPLICATE_ID = 4409
    TOO_MANY_INITS = 4429


class Closing(Exception):
    """The socket is to be closed with this code and reason."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Channel:
    """Messages in and out of an accepted socket.

    ``send`` may be called from several tasks: messages leave one after the other, and a caller
    waits until the server took its message, so that no more than one per task is ever pending.
    """

    def __init__(self, socket: WebSocket, limits: TransportLimits) -> None:
        self._socket = socket
        self._limits = limits
        self._one_at_a_time = asyncio.Lock()

    async def receive(self) -> dict[str, Any]:
        """The next message.

        :raises Closing: where it is too big, not text, or not a JSON object with a type.
        :raises Gone: when the client has left.
        """
        frame = await self._socket.receive()
        if frame["type"] == "websocket.disconnect":
            raise Gone
        text = frame.get("text")
        if text is None:
            raise Closing(CloseCode.BAD_MESSAGE, "Send text, not bytes.")
        data = text.encode()
        if len(data) > self._limits.frame:
            raise Closing(CloseCode.TOO_BIG, f"A message is at most {self._limits.frame} bytes.")
        try:
            message = decode(data, depth=self._limits.json_depth, name="The message")
        except Malformed as malformed:
            raise Closing(CloseCode.BAD_MESSAGE, str(malformed)) from malformed
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closing(CloseCode.BAD_MESSAGE, 'A message is a JSON object with a "type".')
        return message

    async def send(self, message: Mapping[str, Any]) -> None:
        """Send one message.

        :raises Gone: when the client has left or takes nothing any more.
        """
        text = encode(message).decode()
        async with self._one_at_a_time:
            await self._within_time({"type": "websocket.send", "text": text})

    async def close(self, code: CloseCode, reason: str) -> None:
        """Close the socket; nothing is sent afterwards, whoever tries.

        :raises Gone: as for ``send``.
        """
        short = reason.encode()[:REASON_BYTES].decode(errors="ignore")
        await self._within_time({"type": "websocket.close", "code": int(code), "reason": short})

    async def _within_time(self, frame: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(self._limits.send_seconds):
                await self._socket.send(frame)
        except (TimeoutError, WebSocketDisconnect, WebSocketDisconnected) as error:
            raise Gone from error
