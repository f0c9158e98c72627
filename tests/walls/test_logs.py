"""What callers send is in no log line, no metric and no error message of ours."""

from __future__ import annotations

import copy
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed

import clientgraph
from clientgraph.app import create_app
from clientgraph.contract.identifiers import IdentifierKind
from clientgraph.contract.records import BatchField, PluginContext
from clientgraph.hookspecs import hookimpl
from clientgraph.logs import set_up
from clientgraph.permissions import Permission
from clientgraph.plugins import Plugins
from clientgraph.testing import Api, Workspaces
from tests.walls.examples import Arguments, operation
from tests.walls.matrix import root_fields
from tests.walls.served import INIT, acknowledged, opened, serving
from tests.walls.worlds import HOME, World, settle

pytestmark = pytest.mark.anyio

CANARY = "Qzcanary"
# Errors in which a caller is shown the own input again, cut short: GraphQL's about the document
# and its variables, and the user errors that name the value they complain about.
ECHOES = {
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "INVALID_COUNTRY",
    "INVALID_FILTER",
    "INVALID_CURRENCY",
    "INVALID_LOCALE",
    "INVALID_LANGUAGE",
    "UNKNOWN_COLUMN",
    "UNKNOWN_CUSTOM_FIELD",
    "UNKNOWN_IDENTIFIER_KIND",
    "UNKNOWN_INTEGRATION",
}
LONGEST_MESSAGE = 500
LONG = f"{CANARY}{'x' * 700}middle{'x' * 700}"
# Between them these have every kind of input; the other fields get the short canary only.
EVERY_FORM = {"clientCreate", "clients"}
FIELDS = root_fields("Query", "Mutation")


class Hostile:
    """A plugin that quotes data wherever it fails."""

    @hookimpl
    def identifier_kinds(self) -> list[IdentifierKind]:
        """One kind, whose parser blows up with what it was given."""

        def parse(text: str) -> str:
            raise KeyError(f"{CANARY} parse {text}")

        label = {"en": "Hostile"}
        return [
            IdentifierKind(
                key="XX_HOSTILE", label=label, country=None, example="1", parse=parse, format=str
            )
        ]

    @hookimpl
    def batch_fields(self) -> list[BatchField]:
        """A field that cannot be loaded."""

        async def load(_context: PluginContext, _ids: Sequence[Any]) -> Mapping[Any, str]:
            raise RuntimeError(f"{CANARY} load")

        return [
            BatchField(
                type_name="Client", name="hostile", description="x", result=str | None, load=load
            )
        ]

    @hookimpl
    def graphql_fields(self) -> Mapping[str, Any]:
        """A field of Query that fails."""

        @clientgraph.query(Permission.VIEWER_READ, "Fails.")
        def hostile(info: clientgraph.Info) -> str:
            raise ValueError(f"{CANARY} resolver")

        return {"Query": [hostile]}

    @hookimpl
    def deletion_blockers(self) -> Any:
        """Fails."""
        raise RuntimeError(f"{CANARY} blockers")

    @hookimpl
    def after_commit(self) -> None:
        """Fails."""
        raise RuntimeError(f"{CANARY} observer")


class Inside:
    """A part of the service itself that fails."""

    @hookimpl
    def graphql_fields(self) -> Mapping[str, Any]:
        """A field of Query that fails."""

        @clientgraph.query(Permission.VIEWER_READ, "Fails.")
        def inside(info: clientgraph.Info) -> str:
            raise ValueError(f"{CANARY} inside")

        return {"Query": [inside]}


@dataclass
class Place:
    """A server, what it logs, and every answer that it gave."""

    address: str
    client: httpx2.AsyncClient
    log: io.StringIO
    world: World
    tokens: list[Api]
    answers: list[str] = field(default_factory=list)
    sent: int = 0

    async def post(self, query: str, variables: Any = None, **headers: str) -> Any:
        """Send an operation with the next token."""
        body = json.dumps({"query": query, "variables": variables or {}})
        response = await self.send("POST", content=body, **headers)
        return response.json()

    async def send(self, method: str, url: str = "/graphql", **more: Any) -> httpx2.Response:
        """Send any request; headers are given by name with ``_`` for ``-``."""
        self.sent += 1
        token = self.tokens[self.sent % len(self.tokens)].token
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        known = {key: more.pop(key) for key in ("content", "params") if key in more}
        headers |= {key.replace("_", "-"): value for key, value in more.items()}
        response = await self.client.request(method, url, headers=headers, **known)
        self.answers.append(response.text)
        return response

    async def public(self) -> str:
        """Everything that operators see: logs, metrics, readiness."""
        pages = [(await self.send("GET", url)).text for url in ("/metrics", "/readyz", "/healthz")]
        return "\n".join([self.log.getvalue(), *pages])

    def lines(self) -> list[dict[str, Any]]:
        """The log as objects."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture(params=["json", "text"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the service would write to standard error, at its most talkative."""
    root = logging.getLogger()
    ours = logging.getLogger("clientgraph")
    before = (root.handlers[:], root.level, ours.level)
    set_up("DEBUG", request.param)
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:], _, _ = before
    root.setLevel(before[1])
    ours.setLevel(before[2])


@pytest.fixture(scope="module")
async def world(workspaces: Workspaces) -> World:
    """A workspace with records of every kind."""
    return await settle(workspaces, HOME, 3)


@pytest.fixture
async def place(log: io.StringIO, world: World) -> AsyncIterator[Place]:
    """A server with a hostile plugin, its log, and many tokens."""
    settings = replace(world.workspaces.settings, bad_tokens_per_minute=1_000_000)
    app = create_app(settings, Plugins({"core": Inside(), "hostile": Hostile()}))
    tokens = [await world.api("OWNER") for _ in range(10)]
    async with (
        serving(app) as address,
        httpx2.AsyncClient(base_url=f"http://{address}", timeout=60) as client,
    ):
        yield Place(address, client, log, world, tokens)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every text in an input."""
    if isinstance(value, str):
        yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for key, inner in items:
        yield from leaves(inner, (*path, key))


def with_canary(value: Any, path: tuple[Any, ...], canary: Any) -> Any:
    """The input with something else in one place."""
    made = copy.deepcopy(value)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = canary
    return made


def complaints(body: Any) -> Iterator[tuple[str, str]]:
    """Code and message of every error and user error in an answer."""
    if isinstance(body, list):
        for item in body:
            yield from complaints(item)
    if isinstance(body, dict):
        if "message" in body and ("code" in body or "extensions" in body):
            yield body.get("code") or body["extensions"]["code"], body["message"]
        for value in body.values():
            yield from complaints(value)


@pytest.mark.parametrize("log", ["json"], indirect=True)
async def test_inputs_stay_out_of_logs_and_messages(place: Place) -> None:
    """A canary in every text of every input: no log line has it, messages only a short echo."""
    for name, (root, short, found) in sorted(FIELDS.items()):
        full = Arguments(place.world.ids, full=True).of(short, found)
        text = operation(root, short, found, full)
        for number, path in enumerate(leaves(full)):
            forms = [f"{CANARY} {number}", LONG, [{CANARY: CANARY}]]
            for canary in forms if short in EVERY_FORM else forms[:1]:
                body = await place.post(text, with_canary(full, path, canary))
                for code, message in complaints(body):
                    assert CANARY not in message or code in ECHOES, (name, path, message)
                    assert "middle" not in message
                    assert len(message) < LONGEST_MESSAGE
    assert place.sent > 200
    assert CANARY not in await place.public()


async def test_requests_stay_out_of_logs(place: Place) -> None:
    """Tokens, query strings, bad JSON, headers and documents of every bad form."""
    await place.send("POST", content=f'{{"query": "{CANARY}')
    await place.send("POST", content=f'["{CANARY}"]')
    await place.send("POST", content=f'{{"query": {{"{CANARY}": 1}}}}')
    await place.send("POST", content=f'{{"query": "{CANARY}"}}', Content_Type=f"text/{CANARY}")
    await place.send("POST", content="{}", Authorization=f"Bearer cgp_{CANARY}")
    await place.send("POST", content="{}", Authorization=f"Bearer {CANARY * 2_000}")
    await place.send("POST", content="{}", Authorization=f"{CANARY} {CANARY}")
    await place.send("POST", content="{}", X_Request_Id=f"{CANARY} {CANARY}")
    await place.send("POST", content="{}", Accept=f"x/{CANARY}", Accept_Language=CANARY)
    await place.send("POST", content="{}", Origin=f"https://{CANARY}.example")
    for name in ("query", "variables", "operationName", "documentId", "extensions", "other"):
        await place.send("GET", params={name: CANARY})
        await place.send("GET", params={"query": "{ viewer { name } }", name: f'{{"{CANARY}": 1}}'})
    for text in (
        CANARY,
        f'"{CANARY}',
        f'{{ client(by: {{id: "{CANARY}"}}) {{ id }} }} {CANARY}',
        f"{{ {CANARY} }}",
        f"query {CANARY} {{ viewer {{ name }} }} query B {{ viewer {{ name }} }}",
        f'{{ clients(first: 1000, search: "{CANARY}") {{ totalCount }} }}',
        f'{{ clients(after: "{CANARY}") {{ totalCount }} }}',
    ):
        await place.post(text)
    assert CANARY not in await place.public()


async def test_sockets_stay_out_of_logs(place: Place) -> None:
    """Query strings of handshakes, payloads, ids and messages of no known type."""
    for message in (
        {"type": CANARY},
        {"type": INIT, "payload": {"Authorization": f"Bearer {CANARY}"}},
        {"type": "subscribe", "id": CANARY, "payload": {"query": CANARY}},
        {"type": "ping", "payload": {CANARY: CANARY}},
    ):
        async with opened(place.address, f"?token={CANARY}") as peer:
            with suppress(ConnectionClosed):
                await peer.socket.send(json.dumps(message))
                await peer.hear()
    async with acknowledged(place.address, place.tokens[0]) as peer:
        for text in (CANARY, f"subscription {{ {CANARY} }}", "{ hostile }", "{ inside }"):
            await peer.tell("subscribe", id=f"{CANARY} {text}", payload={"query": text})
            await peer.hear()
        await peer.socket.send(f'{{"type": "{CANARY}')
        assert (await peer.ended())[1] == 4400
    assert CANARY not in await place.public()


async def test_failing_plugins_are_masked(place: Place) -> None:
    """Whatever a plugin's exception says, callers get an error id and operators its outline."""
    made = await place.post('mutation { clientCreate(input: {name: "x"}) { client { id } } }')
    id_ = made["data"]["clientCreate"]["client"]["id"]
    by = f'client(by: {{id: "{id_}"}})'
    (error,) = (await place.post("{ inside }"))["errors"]
    error_id = error["extensions"]["errorId"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "errorId": error_id}
    assert error["message"] == (
        "Something went wrong on our side. The log has it under this error id."
    )
    for query in ("{ hostile }", f"{{ {by} {{ hostile }} }}"):
        (failed,) = (await place.post(query))["errors"]
        assert failed["extensions"] == {"code": "PLUGIN_FAILED", "plugin": "hostile"}
    deleted = await place.post(
        f'mutation {{ clientDelete(input: {{id: "{id_}"}}) {{ userErrors {{ code message }} }} }}'
    )
    refused = deleted["data"]["clientDelete"]["userErrors"]
    # Plugins that are not here but have rows in the workspace stand against it, too.
    assert {each["code"] for each in refused} == {"PLUGIN_UNAVAILABLE"}
    public = await place.public()
    assert CANARY not in public
    assert CANARY not in "".join(place.answers)
    assert re.fullmatch("[0-9a-f]{16}", error_id)
    assert public.count(error_id) == 1


@pytest.mark.parametrize("log", ["json"], indirect=True)
async def test_an_error_id_leads_to_the_place(place: Place) -> None:
    """The log line of an error id has the exception's type, where it arose and the request's id."""
    response = await place.send("POST", content='{"query": "{ inside }"}')
    error_id = response.json()["errors"][0]["extensions"]["errorId"]
    (line,) = [line for line in place.lines() if line.get("error_id") == error_id]
    assert line["exception"][0] == "ValueError"
    assert line["exception"][-1].startswith("tests.walls.test_logs.inside:")
    assert line["request_id"] == response.headers["X-Request-Id"]


async def test_a_path_cannot_forge_a_line(place: Place) -> None:
    """Line ends in a path stay on the line of their request."""
    await place.send("GET", "/x%0a12:00:00%20INFO%20forged%0d%0aforged")
    text = place.log.getvalue()
    assert not any(
        line.startswith(("12:00:00 INFO forged", "forged")) for line in text.splitlines()
    )
    assert "forged" in text
