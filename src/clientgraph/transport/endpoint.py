"""The GraphQL endpoint: every transport behind one address."""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import Receive, Scope, Send

from clientgraph.operations.request import Service
from clientgraph.transport.http import HttpTransport, Page
from clientgraph.transport.limits import TransportLimits
from clientgraph.transport.streams import Places
from clientgraph.transport.websocket import WebSocketTransport


class GraphQLEndpoint:
    """An ASGI application for the scopes ``http`` and ``websocket``.

    It goes under one path, as the endpoint of a Starlette ``Route`` and of a ``WebSocketRoute``.
    ``page`` draws what a browser gets that opens the address without a query; ``allowed_origins``
    are the origins ("https://app.example"), besides our own host, whose pages may open a socket.
    """

    def __init__(
        self,
        service: Service,
        *,
        page: Page | None = None,
        limits: TransportLimits | None = None,
        allowed_origins: Collection[str] = (),
    ) -> None:
        limits = limits or TransportLimits()
        places = Places(limits.connections_per_token)
        self._http = HttpTransport(service, page=page, limits=limits, places=places)
        self._websocket = WebSocketTransport(
            service, allowed_origins=frozenset(allowed_origins), limits=limits, places=places
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or serve one socket."""
        transport = self._websocket if scope["type"] == "websocket" else self._http
        await transport(scope, receive, send)
