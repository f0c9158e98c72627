"""Paths of plugins' own, under ``/plugins/NAME``: who may ask, in what time, and how much.

What a plugin answers is complete before any of it is sent, so that whatever it does wrong on the
way is answered as an error, not as half an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from clientgraph.context import Actor, Context
from clientgraph.contract.operation import HttpRoute
from clientgraph.contract.records import PluginContext
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.dispatch.threads import TookTooLong
from clientgraph.errors import Forbidden, Refusal, Unauthenticated
from clientgraph.operations import failures
from clientgraph.operations.service import Operations
from clientgraph.plugins import Plugins
from clientgraph.transport import TransportLimits
from clientgraph.transport.answers import HEADERS, Refused, internal_error, respond, respond_refused
from clientgraph.transport.body import read_body
from clientgraph.transport.negotiation import JSON, accept_language
from clientgraph.transport.presented import presented

PATH: Final = "/plugins"
ANSWER_SECONDS: Final = 30.0
LARGEST_BODY: Final = 1_048_576
LARGEST_ANSWER: Final = 16_777_216
# In points, as a question to a registry: what a plugin does for a caller is not free.
COST: Final = 20
# Headers that are the server's business (RFC 9110, section 7.6.1), and the caller's secret.
_OF_THE_CONNECTION: Final = frozenset([b"content-length", b"transfer-encoding", b"connection"])
_SECRET: Final = frozenset([b"authorization", b"cookie"])


@dataclass(frozen=True)
class Desk:
    """What every path needs: who recognises callers, who is called, and for what price."""

    operations: Operations
    plugins: Plugins
    new_context: Callable[[Actor, str], Context]

    async def context(self, plugin: str, actor: Actor, language: str) -> PluginContext:
        """What a plugin is handed for a caller; 404 where it takes no part in the workspace."""
        context = self.new_context(actor, language)
        await context.know_plugins()
        found = context.for_active(plugin)
        if found is None:
            raise _not_found()
        return found


@dataclass(frozen=True)
class _Answer:
    """What a plugin answered, complete."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def response(self) -> Response:
        """As it is sent: what the plugin says goes before our own headers."""
        made = Response(self.body, self.status)
        made.raw_headers += [
            (name, value) for name, value in self.headers if name not in _OF_THE_CONNECTION
        ]
        for name, value in HEADERS.items():
            made.headers.setdefault(name, value)
        return made


def plugin_routes(desk: Desk) -> Mount:
    """Everything under ``/plugins``."""
    routes = []
    for name, declared in desk.plugins.declared.items():
        paths: dict[str, dict[str, HttpRoute]] = {}
        for route in declared.routes:
            paths.setdefault(route.path, {}).update(dict.fromkeys(route.methods, route))
        routes += [
            Route(f"/{name}{path}", endpoint=_Path(desk, name, methods))
            for path, methods in paths.items()
        ]
    return Mount(PATH, app=Router(routes, redirect_slashes=False, default=_nothing_here))


def methods_of(plugins: Plugins) -> set[str]:
    """The methods that routes of plugins take."""
    declared = plugins.declared.values()
    return {method for each in declared for route in each.routes for method in route.methods}


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose()(scope, receive, send)
        return
    await respond_refused(_not_found(), JSON)(scope, receive, send)


def _not_found() -> Refused:
    return Refused("NOT_FOUND", "There is nothing at this address.")


class _Path:
    """One path of one plugin, as an ASGI application."""

    def __init__(self, desk: Desk, plugin: str, methods: Mapping[str, HttpRoute]) -> None:
        self._desk = desk
        self._plugin = plugin
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every failure is an error in JSON, as GraphQL has them."""
        response: ASGIApp
        try:
            response = await self._response(Request(scope, receive))
        except Refused as refused:
            response = respond_refused(refused, JSON)
        except Refusal as refusal:
            response = respond(failures.refused(refusal), JSON)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - internal_error logs it
            response = respond(internal_error(error), JSON)
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        route = self._route(request.method)
        actor = await presented(self._desk.operations, request)
        if actor is None:
            raise Unauthenticated
        language = accept_language(request.headers.get("accept-language"))
        context = await self._desk.context(self._plugin, actor, language)
        if route.permission not in actor.permissions:
            raise Forbidden(
                f"Your role {actor.role.value} does not include '{route.permission.value}'."
            )
        self._desk.operations.charge(actor, COST)
        body = await read_body(request, TransportLimits(body=LARGEST_BODY))
        answer = await self._asked(route, context, request, body)
        return answer.response()

    def _route(self, method: str) -> HttpRoute:
        asked = "GET" if method == "HEAD" and "HEAD" not in self._methods else method
        if asked not in self._methods:
            allow = ", ".join(self._methods)
            raise Refused("method", f"Use one of: {allow}.", {"Allow": allow})
        return self._methods[asked]

    async def _asked(
        self, route: HttpRoute, context: PluginContext, request: Request, body: bytes
    ) -> _Answer:
        try:
            found: _Answer = await self._desk.plugins.call(
                self._plugin,
                partial(_answered, route.endpoint, _apart(request), body),
                context,
                hook=f"http_routes {request.method} {route.path}",
                seconds=ANSWER_SECONDS,
            )
        except PluginFailed as failed:
            raise _refused(self._plugin, failed.__cause__) from failed
        return found


def _refused(plugin: str, cause: BaseException | None) -> Refused:
    """A plugin's failure as the caller is told: whose it is, and nothing of its insides."""
    if cause is None:
        text = f"The plugin '{plugin}' failed several times and is not asked now. Try again later."
        return Refused("SERVICE_UNAVAILABLE", text)
    if isinstance(cause, TookTooLong):
        return Refused("TIMEOUT", f"The plugin '{plugin}' took too long. Try again later.")
    return Refused("INTERNAL_SERVER_ERROR", f"The plugin '{plugin}' failed. Try again later.")


async def _answered(
    endpoint: Callable[..., Any], scope: Scope, body: bytes, context: PluginContext
) -> _Answer:
    """What an endpoint answers, in whole; raises where that is no response."""
    parts = _Parts(body)
    response = await endpoint(context, Request(scope, parts.receive))
    if not isinstance(response, Response):
        raise TypeError(f"{type(response).__name__} is not a starlette Response")
    await response(scope, parts.receive, parts.send)
    return parts.answer()


def _apart(request: Request) -> Scope:
    """The request as the plugin gets it: without the caller's token and the service's parts."""
    scope = request.scope
    kept = ("type", "http_version", "method", "scheme", "path", "raw_path", "query_string")
    return {
        **{name: scope[name] for name in kept if name in scope},
        "root_path": scope.get("root_path", ""),
        "headers": [pair for pair in scope["headers"] if pair[0] not in _SECRET],
        "path_params": dict(request.path_params),
        "server": scope.get("server"),
        "client": scope.get("client"),
        # Since 2.4 a response is not told that its client has left: ours never does.
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }


class _Parts:
    """Both ends of the exchange with a plugin: the body that it reads, the answer that it sends."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._parts: list[bytes] = []
        self._complete = False
        self._size = 0

    async def receive(self) -> Message:
        """The whole body, then nothing any more."""
        if self._body is None:
            await asyncio.Event().wait()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Keep a part of the answer; raises `ValueError` where it grows too large."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [(name.lower(), value) for name, value in message.get("headers", ())]
            return
        part = message.get("body", b"")
        self._size += len(part)
        if self._size > LARGEST_ANSWER:
            raise ValueError(f"the answer is larger than {LARGEST_ANSWER} bytes")
        self._parts.append(bytes(part))
        self._complete = not message.get("more_body", False)

    def answer(self) -> _Answer:
        """The answer; raises `ValueError` where it was not brought to its end."""
        if not self._complete or not self._status:
            raise ValueError("the response was not completed")
        return _Answer(self._status, self._headers, b"".join(self._parts))
