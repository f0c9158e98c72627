"""A small service over graphql-core, and a real server to reach it through."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
import uvicorn
from graphql import (
    ExecutionResult,
    GraphQLError,
    build_schema,
    execute,
    get_operation_ast,
    parse,
    subscribe,
    validate,
)
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from clientgraph.context import Actor
from clientgraph.operations.request import Answer, Request
from clientgraph.permissions import Role
from clientgraph.transport import GraphQLEndpoint, TransportLimits

TOKENS = {"cgp_ada": UUID(int=1), "cgp_bob": UUID(int=2)}

SCHEMA = build_schema("""
    type Query {
      hello(name: String = "world"): String!
      language: String!
      who: String
      broken: String
      doomed: String!
      slow: String!
    }
    type Mutation { save(value: Int!): Int! }
    type Subscription { count(to: Int!): Int!  forever: Int!  failing: Int!  large: String! }
""")


class FakeService:
    """What transports need, over graphql-core alone; it remembers what happened.

    ``extensions`` of a request may ask for trouble: {"refuse": code}, {"crash": true} and
    {"unencodable": true}.
    """

    def __init__(self) -> None:
        self.revoked: set[UUID] = set()
        self.saved: list[int] = []
        self.authenticated: list[str | None] = []
        self.open_sources = 0

    async def authenticate(self, token: str | None) -> Actor | None:
        self.authenticated.append(token)
        if token == "cgp_crash":
            raise RuntimeError("the database is away")
        token_id = TOKENS.get(token or "")
        if token_id is None or token_id in self.revoked:
            return None
        return Actor(organisation_id=UUID(int=9), token_id=token_id, name="Ada", role=Role.OWNER)

    async def still_valid(self, actor: Actor) -> bool:
        return actor.token_id not in self.revoked

    def operation_kind(self, request: Request, actor: Actor | None) -> str | None:  # noqa: ARG002
        with contextlib.suppress(GraphQLError):
            node = get_operation_ast(parse(request.query or ""), request.operation_name)
            return node.operation.value if node else None
        return None

    async def execute(
        self, request: Request, actor: Actor | None, *, language: str, mutations: bool
    ) -> Answer:
        kind = self.operation_kind(request, actor)
        if kind == "subscription" or (kind == "mutation" and not mutations):
            return refusal("BAD_REQUEST", f"A {kind} is not answered here.")
        return await self._run(request, actor, language)

    async def subscribe(
        self, request: Request, actor: Actor | None, *, language: str
    ) -> Answer | AsyncIterator[Answer]:
        if self.operation_kind(request, actor) != "subscription":
            return await self._run(request, actor, language)
        if actor is None:
            return refusal("UNAUTHENTICATED", "Say who you are.")
        document = parse(request.query or "")
        if errors := validate(SCHEMA, document):
            return refusal("GRAPHQL_VALIDATION_FAILED", errors[0].message)
        stream = subscribe(SCHEMA, document, self._root(actor, language))
        return self._answers(stream if hasattr(stream, "__aiter__") else await stream)

    async def _answers(self, stream: Any) -> AsyncIterator[Answer]:
        async with contextlib.aclosing(stream):
            async for result in stream:
                yield Answer(body=result.formatted, executed=True)

    async def _run(self, request: Request, actor: Actor | None, language: str) -> Answer:
        if code := request.extensions.get("refuse"):
            return refusal(code, "Refused.", 7 if code == "RATE_LIMITED" else None)
        if request.extensions.get("crash"):
            raise RuntimeError("secret detail")
        if request.extensions.get("unencodable"):
            return Answer(body={"data": {"hello": {1, 2}}}, executed=True)
        if request.document_id or "persistedQuery" in request.extensions:
            return refusal("PERSISTED_QUERY_NOT_FOUND", f"No document {request.document_id}.")
        try:
            document = parse(request.query or "")
        except GraphQLError as error:
            return refusal("GRAPHQL_PARSE_FAILED", error.message)
        if errors := validate(SCHEMA, document):
            return refusal("GRAPHQL_VALIDATION_FAILED", errors[0].message)
        if get_operation_ast(document, request.operation_name) is None:
            return refusal("OPERATION_RESOLUTION_FAILURE", "Which operation?")
        root = self._root(actor, language)
        variables = dict(request.variables)
        result = execute(
            SCHEMA, document, root, variable_values=variables, operation_name=request.operation_name
        )
        result = result if isinstance(result, ExecutionResult) else await result
        errors = result.errors or []
        if errors and not any(error.path for error in errors):
            return refusal("BAD_USER_INPUT", errors[0].message)
        codes = tuple((error.extensions or {}).get("code", "") for error in errors)
        return Answer(body=result.formatted, executed=True, codes=codes)

    def _root(self, actor: Actor | None, language: str) -> dict[str, Any]:
        return {
            "hello": lambda _info, name: f"hello {name}",
            "language": lambda _info: language,
            "who": lambda _info: actor and actor.name,
            "broken": _broken,
            "doomed": _broken,
            "slow": _slow,
            "save": self._save,
            "count": self._count,
            "forever": self._forever,
            "failing": self._failing,
            "large": self._large,
        }

    def _save(self, _info: Any, value: int) -> int:
        self.saved.append(value)
        return value

    async def _count(self, _info: Any, to: int) -> AsyncIterator[dict[str, int]]:
        with self._open():
            for number in range(1, to + 1):
                yield {"count": number}

    async def _forever(self, _info: Any) -> AsyncIterator[dict[str, int]]:
        with self._open():
            try:
                yield {"forever": 0}
                await asyncio.Event().wait()
            finally:
                # As where a connection goes back to its pool: closing is not done at once.
                await asyncio.sleep(0.01)

    async def _failing(self, _info: Any) -> AsyncIterator[dict[str, int]]:
        with self._open():
            yield {"failing": 0}
            raise ConnectionError("secret detail")

    async def _large(self, _info: Any) -> AsyncIterator[dict[str, str]]:
        with self._open():
            while True:
                yield {"large": "x" * 100_000}
                await asyncio.sleep(0)

    @contextlib.contextmanager
    def _open(self):
        self.open_sources += 1
        try:
            yield
        finally:
            self.open_sources -= 1


def refusal(code: str, message: str, retry_after: int | None = None) -> Answer:
    """An answer of which execution never began."""
    error = {"message": message, "extensions": {"code": code}}
    return Answer(body={"errors": [error]}, executed=False, codes=(code,), retry_after=retry_after)


def _broken(_info: Any) -> str:
    raise GraphQLError("No luck.", extensions={"code": "RATE_LIMITED"})


async def _slow(_info: Any) -> str:
    await asyncio.sleep(0.2)
    return "at last"


class Peer(ClientConnection):
    """The other end of a socket: speaks and hears JSON."""

    async def tell(self, *messages: Any) -> None:
        """Send messages."""
        for message in messages:
            await self.send(json.dumps(message))

    async def hear(self) -> Any:
        """The next message, which must be text."""
        async with asyncio.timeout(3):
            text = await self.recv()
        assert isinstance(text, str)
        return json.loads(text)

    async def closed(self) -> tuple[int, str]:
        """The code and reason with which the server closes; nothing may arrive before."""
        with pytest.raises(ConnectionClosed) as error:
            await self.hear()
        assert error.value.rcvd is not None
        return error.value.rcvd.code, error.value.rcvd.reason


def opened(address: str, **options: Any) -> connect:
    """A socket with our subprotocol."""
    options.setdefault("subprotocols", ["graphql-transport-ws"])
    return connect(f"ws://{address}/graphql", create_connection=Peer, **options)


@contextlib.asynccontextmanager
async def acknowledged(
    address: str, payload: Any = None, **options: Any
) -> AsyncIterator[ClientConnection]:
    """A socket after connection_init, as Ada where no payload says otherwise."""
    payload = payload or {"Authorization": "Bearer cgp_ada"}
    async with opened(address, **options) as socket:
        await socket.tell({"type": "connection_init", "payload": payload})
        assert await socket.hear() == {"type": "connection_ack"}
        yield socket


async def until(condition: Callable[[], bool]) -> None:
    """Wait, for three seconds at most, for something that happens soon after."""
    async with asyncio.timeout(3):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


def application(service: FakeService, **options: Any) -> Starlette:
    """An application with the endpoint under /graphql; limits are given by name."""
    names = TransportLimits.__dataclass_fields__
    limits = TransportLimits(**{key: options.pop(key) for key in list(options) if key in names})
    if options.pop("with_page", False):
        options["page"] = lambda _request: HTMLResponse("<h1>GraphiQL</h1>")
    endpoint = GraphQLEndpoint(service, limits=limits, **options)
    return Starlette(
        routes=[Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint)],
    )


@contextlib.asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """A real server on a free port; gives its host and port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio alone."""
    return "asyncio"


@pytest.fixture(autouse=True)
def nothing_is_left_to_the_server(caplog):
    """No test may end in an error that only the server or the event loop reports.

    What plugins do beside the requests of the application that all tests share is not meant: it
    stands still between the tests, and is late then.
    """
    yield
    records = [*caplog.get_records("call"), *caplog.get_records("teardown")]
    own = [record for record in records if not record.name.startswith("clientgraph.dispatch.")]
    reports = [record.getMessage() for record in own if record.levelname == "ERROR"]
    assert [text for text in reports if not text.startswith("Unexpected error ")] == []


@pytest.fixture
def service() -> FakeService:
    """A fresh service."""
    return FakeService()


@pytest.fixture(name="until")
def until_fixture():
    """The waiting function, for the tests."""
    return until


@pytest.fixture(name="opened")
def opened_fixture():
    """The function that opens a socket."""
    return opened


@pytest.fixture(name="acknowledged")
def acknowledged_fixture():
    """The function that opens a socket and says who it is."""
    return acknowledged


@pytest.fixture
def client(service: FakeService):
    """A function that makes an HTTP client of an application in this process."""

    def make(**options: Any) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(application(service, **options))
        return httpx2.AsyncClient(transport=transport, base_url="http://test")

    return make


@pytest.fixture
async def server(service: FakeService):
    """A function that starts a real server for an application; gives its host and port."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(**options: Any) -> str:
            return await stack.enter_async_context(serving(application(service, **options)))

        yield start
    assert service.open_sources == 0, "the server has stopped, a source has not"
