"""Server-sent events, in the "distinct connections mode" of the GraphQL over SSE protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from starlette.types import Message, Receive, Scope, Send

from clientgraph.operations.request import Answer, Service
from clientgraph.transport.answers import HEADERS, error_answer, internal_error
from clientgraph.transport.json_text import encode
from clientgraph.transport.limits import TransportLimits
from clientgraph.transport.negotiation import EVENT_STREAM
from clientgraph.transport.streams import Gone, close_source, first_done, until_invalid

if TYPE_CHECKING:
    from clientgraph.context import Actor

# urql splits events at LF LF only, so there is no CR anywhere.
COMPLETE = b"event: complete\ndata:\n\n"
HEARTBEAT = b":\n\n"


def next_event(answer: Answer) -> bytes:
    """One result as an event; JSON holds no line end, so one data line is enough."""
    return b"event: next\ndata: " + encode(answer.body) + b"\n\n"


async def just(answer: Answer) -> AsyncIterator[Answer]:
    """The source of a stream that is one answer."""
    yield answer


class EventStream:
    """An HTTP response that lasts as long as its source, its client and its token do."""

    def __init__(
        self,
        source: AsyncIterator[Answer],
        *,
        service: Service,
        actor: Actor | None,
        limits: TransportLimits,
        place: ExitStack,
    ) -> None:
        self._source = source
        self._service = service
        self._actor = actor
        self._limits = limits
        self._place = place
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the source ends, the client leaves, or the token is revoked."""
        with self._place:
            try:
                await send(_start())
                last = await self._stream(receive, send)
                await self._write(send, last, more=False)
            except Gone:
                return
            finally:
                await close_source(self._source)

    async def _stream(self, receive: Receive, send: Send) -> bytes:
        """Send what there is; returns the last bytes to send, which say why it ended."""
        try:
            ended = await first_done(
                self._events(send),
                until_invalid(self._service, self._actor, self._limits.recheck_seconds),
                _until_gone(receive),
                self._heartbeats(send),
            )
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001 - internal_error logs it
            return next_event(internal_error(error)) + COMPLETE
        if ended == 1:
            revoked = error_answer("UNAUTHENTICATED", "The token is no longer valid.")
            return next_event(revoked) + COMPLETE
        return COMPLETE

    async def _events(self, send: Send) -> None:
        async for answer in self._source:
            await self._write(send, next_event(answer))

    async def _heartbeats(self, send: Send) -> None:
        while True:
            await asyncio.sleep(self._limits.heartbeat_seconds)
            await self._write(send, HEARTBEAT)

    async def _write(self, send: Send, chunk: bytes, *, more: bool = True) -> None:
        try:
            async with self._one_at_a_time, asyncio.timeout(self._limits.send_seconds):
                await send({"type": "http.response.body", "body": chunk, "more_body": more})
        except OSError as error:
            raise Gone from error


def _start() -> Message:
    headers = {
        **HEADERS,
        "Content-Type": f"{EVENT_STREAM}; charset=utf-8",
        "X-Accel-Buffering": "no",
    }
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": 200, "headers": raw}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise Gone
