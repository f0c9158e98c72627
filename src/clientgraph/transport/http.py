"""GraphQL over HTTP: one request, one answer; or an event stream where one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from clientgraph.errors import Refusal
from clientgraph.operations.request import Answer, Service
from clientgraph.operations.request import Request as GraphQLRequest
from clientgraph.transport.answers import (
    HEADERS,
    Refused,
    error_answer,
    internal_error,
    respond,
    respond_refused,
    status_of,
)
from clientgraph.transport.body import read_json_body
from clientgraph.transport.json_text import Malformed, decode
from clientgraph.transport.limits import TransportLimits
from clientgraph.transport.members import (
    JSON_MEMBERS,
    TEXT_MEMBERS,
    request_from_json,
    request_from_url,
)
from clientgraph.transport.negotiation import (
    EVENT_STREAM,
    GRAPHQL_RESPONSE,
    JSON,
    Acceptable,
    accept_language,
    acceptable,
    prefers_html,
)
from clientgraph.transport.presented import presented
from clientgraph.transport.sse import EventStream, just
from clientgraph.transport.streams import Places, TooMany

if TYPE_CHECKING:
    from clientgraph.context import Actor

Page = Callable[[Request], Response]


class _Asked(NamedTuple):
    """What is asked, how it may be answered, and who asks."""

    graphql: GraphQLRequest
    accepted: Acceptable
    actor: Actor | None


class HttpTransport:
    """An ASGI application for the ``http`` scope."""

    def __init__(
        self, service: Service, *, page: Page | None, limits: TransportLimits, places: Places
    ) -> None:
        self._service = service
        self._page = page
        self._limits = limits
        self._places = places
        readable = limits.get_queries or page is not None
        self._allow = "GET, HEAD, POST" if readable else "POST"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every failure is a GraphQL error in JSON."""
        request = Request(scope, receive, send)
        accepted = acceptable(request.headers.get("accept"))
        media = accepted.single or JSON
        response: ASGIApp
        try:
            response = await self._response(request, accepted)
        except Refused as refused:
            response = respond_refused(refused, media)
        except Malformed as malformed:
            response = respond_refused(Refused("malformed", str(malformed)), media)
        except Refusal as refusal:
            response = respond(error_answer(refusal.code, str(refusal)), media)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - internal_error logs it
            response = respond(internal_error(error), media)
        await response(scope, receive, send)

    async def _response(self, request: Request, accepted: Acceptable) -> ASGIApp:
        match request.method:
            case "POST":
                return await self._post(request, accepted)
            case "GET" | "HEAD":
                return await self._get(request, accepted)
            case "OPTIONS":
                return Response(status_code=204, headers={**HEADERS, "Allow": self._allow})
            case _:
                raise _method_refused("Use POST for GraphQL requests.", self._allow)

    async def _post(self, request: Request, accepted: Acceptable) -> ASGIApp:
        _check_accept(accepted)
        actor = await presented(self._service, request)
        body = await read_json_body(request, self._limits)
        members = decode(body, depth=self._limits.json_depth, name="The body")
        asked = _Asked(request_from_json(members), accepted, actor)
        return await self._answer(request, asked, mutations=True)

    async def _get(self, request: Request, accepted: Acceptable) -> ASGIApp:
        asks = any(name in request.query_params for name in (*TEXT_MEMBERS, *JSON_MEMBERS))
        if self._page and not asks and prefers_html(request.headers.get("accept")):
            page = self._page(request)
            page.headers.add_vary_header("Accept")
            return page
        if not self._limits.get_queries:
            raise _method_refused("GraphQL requests by GET are off: use POST.", "POST")
        _check_accept(accepted)
        actor = await presented(self._service, request)
        graphql = request_from_url(request.query_params, depth=self._limits.json_depth)
        if self._service.operation_kind(graphql, actor) == "mutation":
            raise _method_refused("A mutation cannot be sent by GET: use POST.", "POST")
        asked = _Asked(graphql, accepted, actor)
        return await self._answer(request, asked, mutations=False)

    async def _answer(self, request: Request, asked: _Asked, *, mutations: bool) -> ASGIApp:
        graphql, accepted, actor = asked
        language = accept_language(request.headers.get("accept-language"))
        if accepted.stream and self._service.operation_kind(graphql, actor) == "subscription":
            return await self._subscription(request, graphql, actor)
        answer = await self._service.execute(graphql, actor, language=language, mutations=mutations)
        if accepted.single is None:
            return self._stream_of_one(answer, actor)
        return respond(answer, accepted.single)

    async def _subscription(
        self, request: Request, graphql: GraphQLRequest, actor: Actor | None
    ) -> ASGIApp:
        language = accept_language(request.headers.get("accept-language"))
        with ExitStack() as place:
            try:
                place.enter_context(self._places.hold(actor))
            except TooMany:
                message = "This token has too many open streams: close one first."
                raise Refused("RATE_LIMITED", message, {"Retry-After": "1"}) from None
            outcome = await self._service.subscribe(graphql, actor, language=language)
            if isinstance(outcome, Answer):
                return self._stream_of_one(outcome, actor)
            return EventStream(
                outcome,
                service=self._service,
                actor=actor,
                limits=self._limits,
                place=place.pop_all(),
            )

    def _stream_of_one(self, answer: Answer, actor: Actor | None) -> ASGIApp:
        """A stream of one answer, or its error in JSON where the stream must not begin."""
        if status_of(answer, EVENT_STREAM) != 200:
            return respond(answer, JSON)
        return EventStream(
            just(answer),
            service=self._service,
            actor=actor,
            limits=self._limits,
            place=ExitStack(),
        )


def _check_accept(accepted: Acceptable) -> None:
    if accepted.single is None and not accepted.stream:
        message = f"Accept {GRAPHQL_RESPONSE}, {JSON} or, for subscriptions, {EVENT_STREAM}."
        raise Refused("accept", message)


def _method_refused(message: str, allow: str) -> Refused:
    return Refused("method", message, {"Allow": allow})
