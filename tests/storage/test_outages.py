"""The database goes away, or is fully taken, while the service answers: told as what it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import pytest
from tests.storage.test_sessions import cut_off
from tests.writes.whole_database import superuser

import clientgraph
from clientgraph.app import create_app
from clientgraph.config import Settings
from clientgraph.graphql.fields import Info
from clientgraph.permissions import Permission
from clientgraph.plugins import Plugins
from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

GRAPHQL = "application/graphql-response+json"


@dataclass
class Holding:
    """A plugin whose fields hold an operation open until they are let go, then read once more."""

    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    leave: threading.Event = field(default_factory=threading.Event)

    @clientgraph.hookimpl
    def graphql_fields(self) -> Any:
        """On queries, and on the payload of a mutation."""

        async def hold(info: Info) -> str | None:
            self.entered.release()
            await asyncio.to_thread(self.leave.wait, 20)
            await info.context.session.select("SELECT 1 AS one")
            return "held"

        made = clientgraph.query(Permission.PUBLIC, "Holds on.")(hold)
        made.python_name = "hold"
        return {"Query": [made], "ClientCreatePayload": [made]}


@pytest.fixture
def holding() -> Holding:
    """The plugin."""
    return Holding()


@asynccontextmanager
async def running(settings: Settings, holding: Holding) -> AsyncIterator[httpx2.AsyncClient]:
    """An application of its own with the plugin."""
    app = create_app(settings, Plugins({"holding": holding}))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


async def post(client: httpx2.AsyncClient, token: str, query: str) -> httpx2.Response:
    """One request as a modern client sends it."""
    headers = {"Authorization": f"Bearer {token}", "Accept": GRAPHQL}
    return await client.post("/graphql", json={"query": query}, headers=headers)


def codes(response: httpx2.Response) -> set[str]:
    """The codes of an answer's errors."""
    return {error["extensions"]["code"] for error in response.json().get("errors", [])}


@pytest.fixture
def _postgres(dialect: str) -> None:
    if dialect != "postgres":
        pytest.skip("SQLite has no server to lose")


@pytest.mark.usefixtures("_postgres")
async def test_a_query_whose_connection_is_ended(
    settings: Settings, workspace: Workspace, holding: Holding
) -> None:
    """SERVICE_UNAVAILABLE with status 503; the next request works."""
    await workspace.noted()
    token = workspace.api().token
    async with running(settings, holding) as client:
        task = asyncio.create_task(post(client, token, "{ hold }"))
        assert await asyncio.to_thread(holding.entered.acquire, timeout=20)
        assert await cut_off(settings) == 1
        holding.leave.set()
        response = await task
        assert (response.status_code, codes(response)) == (503, {"SERVICE_UNAVAILABLE"})
        response = await post(client, token, "{ hold }")
        assert response.json()["data"] == {"hold": "held"}


@pytest.mark.usefixtures("_postgres")
async def test_a_mutation_whose_connection_is_ended(
    settings: Settings, workspace: Workspace, holding: Holding
) -> None:
    """Nothing is written and the answer says so; under the same key it is then done once."""
    await workspace.noted()
    token = workspace.api().token
    query = """mutation {
        clientCreate(input: {name: "A", idempotencyKey: "k"}) { client { name } hold }
    }"""
    async with running(settings, holding) as client:
        task = asyncio.create_task(post(client, token, query))
        assert await asyncio.to_thread(holding.entered.acquire, timeout=20)
        assert await cut_off(settings) == 1
        holding.leave.set()
        response = await task
        assert response.json()["data"] == {"clientCreate": None}
        assert codes(response) == {"SERVICE_UNAVAILABLE"}
        api = Api(client, token)
        for _ in range(2):
            done = {"client": {"name": "A"}, "hold": "held"}
            assert await api(query) == {"clientCreate": done}
        assert (await api("{ clients { totalCount } }"))["clients"]["totalCount"] == 1


async def test_when_every_connection_is_taken(
    settings: Settings, workspace: Workspace, holding: Holding
) -> None:
    """The request that finds no connection waits its time and is told that the service is busy."""
    token = workspace.tokens["OWNER"]
    async with running(replace(settings, pool=2), holding) as client:
        held = [asyncio.create_task(post(client, token, "{ hold }")) for _ in range(2)]
        for _ in held:
            assert await asyncio.to_thread(holding.entered.acquire, timeout=20)
        async with asyncio.timeout(20):
            response = await post(client, token, "{ viewer { name } }")
        assert (response.status_code, codes(response)) == (504, {"TIMEOUT"})
        message = response.json()["errors"][0]["message"]
        assert message == "The service is busy. Try again in a moment."
        holding.leave.set()
        for response in await asyncio.gather(*held):
            assert response.json()["data"] == {"hold": "held"}
        response = await post(client, token, "{ viewer { name } }")
        assert response.status_code == 200


@pytest.mark.usefixtures("_postgres")
async def test_when_the_server_takes_no_connections(
    settings: Settings, workspace: Workspace, holding: Holding
) -> None:
    """Nobody can even be recognised: 503, health likewise; then the service is back by itself."""
    token = workspace.tokens["OWNER"]
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(running(settings, holding))
        database = settings.database_url.rpartition("/")[2]
        operator = await superuser(replace(settings, database_url="postgresql://h/postgres"))
        stack.push_async_callback(operator.close)
        await operator.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        try:
            await operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                database,
            )
            response = await post(client, token, "{ viewer { name } }")
            assert (response.status_code, codes(response)) == (503, {"SERVICE_UNAVAILABLE"})
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
            assert (await client.get("/healthz")).status_code == 200
        finally:
            await operator.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        response = await post(client, token, "{ viewer { name } }")
        assert response.json()["data"] == {"viewer": {"name": "Owner"}}
