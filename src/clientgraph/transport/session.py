"""One session of the GraphQL over WebSocket protocol (graphql-transport-ws)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from clientgraph.operations.request import Answer, Request, Service
from clientgraph.transport.answers import error_answer, internal_error
from clientgraph.transport.channel import Channel, CloseCode, Closing
from clientgraph.transport.json_text import Malformed
from clientgraph.transport.limits import TransportLimits
from clientgraph.transport.members import request_from_json
from clientgraph.transport.negotiation import MAX_TOKEN_LENGTH, accept_language, bearer_token
from clientgraph.transport.streams import (
    Gone,
    Places,
    TooMany,
    cancel_all,
    close_source,
    first_done,
    until_invalid,
)

if TYPE_CHECKING:
    from clientgraph.context import Actor

# How long the next message waits for an operation that the client has ended to clean up.
CLEAN_UP_SECONDS = 1


class Session:
    """The messages of one socket, from ``connection_init`` on, and the operations they begin."""

    def __init__(
        self,
        channel: Channel,
        *,
        service: Service,
        limits: TransportLimits,
        places: Places,
        accept_language: str | None,
    ) -> None:
        self._channel = channel
        self._service = service
        self._limits = limits
        self._places = places
        self._accept_language = accept_language
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until the socket is to be closed.

        :raises Closing: with the reason.
        :raises Gone: when the client has left.
        """
        payload = await self._first_payload()
        token = _token(payload)
        actor = await self._service.authenticate(token) if token else None
        if actor is None:
            raise Closing(CloseCode.FORBIDDEN, "Forbidden")
        header = payload.get("Accept-Language", payload.get("accept-language"))
        language = accept_language(header if isinstance(header, str) else self._accept_language)
        try:
            with self._places.hold(actor):
                await self._channel.send({"type": "connection_ack"})
                await first_done(
                    self._read(actor, language),
                    until_invalid(self._service, actor, self._limits.recheck_seconds),
                )
        except TooMany:
            message = "This token has too many open connections."
            raise Closing(CloseCode.TRY_AGAIN_LATER, message) from None
        raise Closing(CloseCode.FORBIDDEN, "Forbidden")

    async def end(self) -> None:
        """Cancel every operation and wait until its source is closed."""
        await cancel_all(self._tasks)

    async def _first_payload(self) -> dict[str, Any]:
        """The payload of ``connection_init``."""
        try:
            async with asyncio.timeout(self._limits.init_seconds):
                while True:
                    message = await self._channel.receive()
                    if message["type"] == "connection_init":
                        return _payload(message)
                    if message["type"] == "subscribe":
                        raise Closing(CloseCode.UNAUTHORIZED, "Unauthorized")
                    await self._keep_alive(message)
        except TimeoutError:
            reason = "Connection initialisation timeout"
            raise Closing(CloseCode.INIT_TIMEOUT, reason) from None

    async def _keep_alive(self, message: dict[str, Any]) -> None:
        """What may come at any time; anything else is not of this protocol."""
        match message["type"]:
            case "ping":
                # The payload, if any, goes back so that the client can tell its pings apart.
                await self._channel.send({"type": "pong", "payload": _payload(message)})
            case "pong":
                _payload(message)
            case "complete":
                await self._complete(_id(message))
            case _:
                raise Closing(CloseCode.BAD_MESSAGE, "The message is of an unknown type.")

    async def _read(self, actor: Actor, language: str) -> None:
        while True:
            message = await self._channel.receive()
            match message["type"]:
                case "subscribe":
                    await self._subscribe(message, actor, language)
                case "connection_init":
                    reason = "Too many initialisation requests"
                    raise Closing(CloseCode.TOO_MANY_INITS, reason)
                case _:
                    await self._keep_alive(message)

    async def _subscribe(self, message: dict[str, Any], actor: Actor, language: str) -> None:
        key = _id(message)
        if "payload" not in message:
            raise Closing(CloseCode.BAD_MESSAGE, 'The message has no "payload".')
        payload = _payload(message)
        if key in self._operations:
            raise Closing(CloseCode.DUPLICATE_ID, f"Subscriber for {key} already exists")
        limit = self._limits.operations_per_connection
        if len(self._tasks) >= limit:
            refusal = f"A connection runs at most {limit} operations at a time."
            await self._send_last(key, error_answer("RATE_LIMITED", refusal))
            return
        try:
            request = request_from_json(payload)
        except Malformed as malformed:
            await self._send_last(key, error_answer("BAD_REQUEST", str(malformed)))
            return
        task = asyncio.create_task(self._operate(key, request, actor, language))
        self._operations[key] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _complete(self, key: str) -> None:
        """The client wants no more of this operation; its id is free again at once."""
        task = self._operations.pop(key, None)
        if task is not None:
            task.cancel()
            await asyncio.wait({task}, timeout=CLEAN_UP_SECONDS)

    async def _operate(self, key: str, request: Request, actor: Actor, language: str) -> None:
        """Run one operation of any kind; whatever goes wrong ends it, never the socket."""
        with contextlib.suppress(Gone):
            try:
                outcome = await self._service.subscribe(request, actor, language=language)
                if isinstance(outcome, Answer):
                    await self._end(key, outcome)
                else:
                    await self._relay(key, outcome)
                    await self._end(key, None)
            except Gone:
                raise
            except Exception as error:  # noqa: BLE001 - internal_error logs it
                await self._end(key, internal_error(error))

    async def _end(self, key: str, last: Answer | None) -> None:
        """Free the id, before the client can know that it is free, and send the last message."""
        task = asyncio.current_task()
        if self._operations.get(key, task) is task:
            self._operations.pop(key, None)
            await self._send_last(key, last)

    async def _relay(self, key: str, source: AsyncIterator[Answer]) -> None:
        """Send every event of a subscription."""
        try:
            async for answer in source:
                await self._channel.send({"id": key, "type": "next", "payload": answer.body})
        finally:
            await close_source(source)

    async def _send_last(self, key: str, answer: Answer | None) -> None:
        """End an operation: with its one result, with the errors that kept it from one, or bare."""
        if answer is not None and not answer.executed:
            await self._channel.send({"id": key, "type": "error", "payload": answer.body["errors"]})
            return
        if answer is not None:
            await self._channel.send({"id": key, "type": "next", "payload": answer.body})
        await self._channel.send({"id": key, "type": "complete"})


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise Closing(CloseCode.BAD_MESSAGE, '"payload" must be a JSON object.')
    return payload


def _id(message: dict[str, Any]) -> str:
    key = message.get("id")
    if not isinstance(key, str) or not key:
        raise Closing(CloseCode.BAD_MESSAGE, '"id" must be a string that is not empty.')
    return key


def _token(payload: dict[str, Any]) -> str | None:
    """The token of a ``connection_init``: ``Authorization`` with a scheme, or bare ``token``."""
    for name in ("Authorization", "authorization"):
        header = payload.get(name)
        if isinstance(header, str):
            token = bearer_token(header)
            break
    else:
        token = payload.get("token")
    return token if isinstance(token, str) and 0 < len(token) <= MAX_TOKEN_LENGTH else None
