"""A small GraphQL server with the GraphiQL page, as the product would put the parts together."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import strawberry
import uvicorn
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.types import Info

from clientgraph.graphiql import Example, GraphiQLPage, assets_app, content_security_policy

TOKEN = "cgp_0123456789"
REFUSED = "No valid token."
EXAMPLES = (
    Example(
        title="Greet a client by name",
        query="query Greeting($name: String!) {\n  greeting(name: $name)\n  client {\n    name\n"
        "    city\n  }\n}\n",
        variables={"name": "Zoë"},
    ),
    Example(
        title="Count live",
        query="subscription Countdown {\n  countdown(start: 3)\n}\n",
    ),
)


@strawberry.type(description="Who is billed.")
class Client:
    """A client with just enough fields for a page to show."""

    name: str = strawberry.field(description="The legal name.")
    city: str = strawberry.field(description="Where it has its seat.")


@strawberry.type
class Query:
    """What the page asks in the tests."""

    @strawberry.field(description="A friendly word.")
    def greeting(self, name: str) -> str:
        """Greet by name."""
        return f"Hello {name}"

    @strawberry.field(description="The only client there is.")
    def client(self) -> Client:
        """Return the same client always."""
        return Client(name="Société Générale", city="Paris")


@strawberry.type
class Subscription:
    """What the page follows in the tests."""

    @strawberry.subscription(description="Counts to zero.")
    async def countdown(self, info: Info[Any, Any], start: int) -> AsyncIterator[int]:
        """Count down from a number to zero."""
        if info.context["connection_params"].get("Authorization") != f"Bearer {TOKEN}":
            raise GraphQLError(REFUSED)
        for number in range(start, -1, -1):
            yield number
            await asyncio.sleep(0.05)


class Api(GraphQL[Any, Any]):
    """Refuses every POST without TOKEN, the question for the schema included."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a POST or a WebSocket."""
        headers = Headers(scope=scope)
        if scope["type"] == "http" and headers.get("authorization") != f"Bearer {TOKEN}":
            refusal = JSONResponse({"data": None, "errors": [{"message": REFUSED}]})
            await refusal(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(*, in_demo: bool, examples: Sequence[Example] = EXAMPLES) -> ASGIApp:
    """The API on /graphql, which answers a browser's GET with the page."""
    page = GraphiQLPage(assets_path="/graphql/assets")
    headers = {"Authorization": f"Bearer {TOKEN}"} if in_demo else None
    api = Api(strawberry.Schema(Query, subscription=Subscription), graphql_ide=None)

    def show(request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = page.render(nonce, endpoint="/graphql", examples=examples, default_headers=headers)
        policy = content_security_policy(nonce)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    return Starlette(
        routes=[
            Route("/graphql", show, methods=["GET"]),
            Route("/graphql", api, methods=["POST"]),
            WebSocketRoute("/graphql", api),
            Mount("/graphql/assets", assets_app()),
        ]
    )


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Run an application on a free port of 127.0.0.1; the address of its root, without slash."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
