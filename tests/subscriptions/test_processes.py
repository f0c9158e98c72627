"""Several server processes on one PostgreSQL database hear each other, and hear again."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from tests.storage.servers import Server, served, until
from tests.subscriptions.ears import over_sse, over_websocket
from tests.subscriptions.test_changes import ALL
from tests.writes.whole_database import superuser

from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

LISTENERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'"
    " AND query LIKE 'LISTEN%'"
)


@pytest.fixture(autouse=True)
def _postgres(dialect: str) -> None:
    if dialect != "postgres":
        pytest.skip("SQLite is served by one process")


async def test_a_write_through_one_is_heard_through_the_other(
    server: Server, remote: Api, settings: Settings, workspace: Workspace
) -> None:
    """Both ways, over both transports, each event once."""
    token = workspace.tokens["OWNER"]
    async with served(settings) as second, httpx2.AsyncClient(base_url=second.url) as client:
        other = Api(client, token)
        async with (
            over_websocket(server.url, token, ALL) as first_ear,
            over_sse(second.url, token, ALL) as second_ear,
        ):
            made = [await remote.new_client("A"), await other.new_client("B")]
            for ear in (first_ear, second_ear):
                told = [(await ear.next())["clientId"] for _ in range(2)]
                assert told == [client["id"] for client in made]


async def test_a_lost_listener_hears_again(
    server: Server, remote: Api, settings: Settings, workspace: Workspace
) -> None:
    """Where PostgreSQL ends the connection that listens, another takes its place by itself."""
    connection = await superuser(settings)

    async def resumed() -> bool:
        now = {row["pid"] for row in await connection.fetch(LISTENERS)}
        return len(now) == len(lost) and not now & lost

    try:
        async with over_websocket(server.url, workspace.tokens["OWNER"], ALL) as ear:
            for _ in range(2):
                lost = {row["pid"] for row in await connection.fetch(LISTENERS)}
                assert lost
                for pid in lost:
                    await connection.execute("SELECT pg_terminate_backend($1)", pid)
                await until(resumed)
                made = await remote.new_client("A")
                assert (await ear.next())["clientId"] == made["id"]
    finally:
        await connection.close()


async def test_a_transaction_that_is_undone_is_not_heard(
    server: Server, remote: Api, settings: Settings, workspace: Workspace
) -> None:
    """NOTIFY belongs to the transaction: many at once are heard as often as they are done."""
    made = await remote.new_client("A")
    async with over_websocket(server.url, workspace.tokens["OWNER"], ALL) as ear:
        given = {"id": made["id"], "expectedVersion": 1}
        calls = [remote.do("clientUpdate", {**given, "name": f"N{n}"}) for n in range(10)]
        await asyncio.gather(*calls)
        last = await remote.new_client("Last")
        assert [(await ear.next())["clientId"] for _ in range(2)] == [made["id"], last["id"]]
