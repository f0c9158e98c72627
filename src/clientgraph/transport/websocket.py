"""The WebSocket handshake: origin, subprotocol, and then a session of graphql-transport-ws."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from clientgraph.operations.request import Service
from clientgraph.transport.answers import internal_error
from clientgraph.transport.channel import Channel, CloseCode, Closing
from clientgraph.transport.limits import TransportLimits
from clientgraph.transport.session import Session
from clientgraph.transport.streams import Gone, Places

SUBPROTOCOL = "graphql-transport-ws"
DEFAULT_PORTS = {"http": 80, "https": 443}


class WebSocketTransport:
    """An ASGI application for the ``websocket`` scope."""

    def __init__(
        self,
        service: Service,
        *,
        allowed_origins: Collection[str],
        limits: TransportLimits,
        places: Places,
    ) -> None:
        self._service = service
        self._allowed_origins = allowed_origins
        self._limits = limits
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until either side closes it."""
        socket = WebSocket(scope, receive, send)
        await socket.receive()
        host = socket.headers.get("host", "")
        if not origin_allowed(socket.headers.get("origin"), host, self._allowed_origins):
            # Before the handshake is accepted this is a 403.
            await socket.close()
            return
        offered = SUBPROTOCOL in scope["subprotocols"]
        with contextlib.suppress(Gone, WebSocketDisconnect, OSError):
            await socket.accept(SUBPROTOCOL if offered else None)
            channel = Channel(socket, self._limits)
            if not offered:
                await channel.close(CloseCode.SUBPROTOCOL, f"Use the subprotocol {SUBPROTOCOL}.")
                return
            await self._serve(channel, socket.headers.get("accept-language"))

    async def _serve(self, channel: Channel, language: str | None) -> None:
        session = Session(
            channel,
            service=self._service,
            limits=self._limits,
            places=self._places,
            accept_language=language,
        )
        try:
            await session.run()
        except Closing as closing:
            await channel.close(closing.code, str(closing))
        except Gone:
            pass
        except Exception as error:  # noqa: BLE001 - internal_error logs it
            internal_error(error)
            await channel.close(CloseCode.INTERNAL_ERROR, "Something went wrong on our side.")
        finally:
            await session.end()


def origin_allowed(origin: str | None, host: str, allowed: Collection[str]) -> bool:
    """Whether a page of this origin may open a socket on this host.

    Programs send no ``Origin`` and are welcome; browsers always do.
    """
    if origin is None or origin in allowed:
        return True
    try:
        theirs = urlsplit(origin)
        ours = urlsplit(f"{theirs.scheme}://{host}")
        return theirs.hostname is not None and _address(theirs) == _address(ours)
    except ValueError:
        return False


def _address(url: SplitResult) -> tuple[str | None, int | None]:
    return url.hostname, url.port or DEFAULT_PORTS.get(url.scheme)
