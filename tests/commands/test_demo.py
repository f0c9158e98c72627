"""``clientgraph demo``: served in seconds, the same token next time, changes kept, a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import stat
from typing import Any

import httpx2
import pytest
import websockets

from clientgraph.demo.companies import companies
from clientgraph.demo.examples import EXAMPLES
from tests.commands.running import Server, Shell

# It has a SQLite database of its own; running it once is enough.
pytestmark = pytest.mark.skipif(
    os.environ.get("CLIENTGRAPH_TEST_DATABASE") == "postgres", reason="runs on SQLite alone"
)
TOTAL = "{ clients(includeInactive: true) { totalCount } }"
# It takes a second at most; a busy machine is given more.
PATIENCE = 10
FURNISHED = """{
    clients(first: 1, sort: [CREATED_AT_ASC]) { nodes {
        categories { key } customFields { display } events { totalCount }
    } }
    open: events(filter: {isOpen: true}) { totalCount }
}"""
LISTEN = "subscription { clientsChanged { action client { name } } }"


def token_of(shell: Shell) -> str:
    """The token that the demo keeps."""
    return (shell.folder / "var/demo-token").read_text().strip()


def test_demo_is_filled_served_and_kept(shell: Shell) -> None:
    """The second run has the same token and what was changed in the first, and adds nothing."""
    with shell.running("demo", "--port", "0") as server:
        token = token_of(shell)
        assert f"  Open    http://127.0.0.1:{server.port}/graphql#token={token}\n" in server.text
        assert f"added {len(companies())} companies\n" in server.text
        assert server.graphql(token, TOTAL)["data"]["clients"]["totalCount"] == len(companies())
        assert server.graphql(token, FURNISHED)["data"] == {
            "clients": {
                "nodes": [
                    {
                        "categories": [{"key": "WHOLESALERS"}, {"key": "RETAILERS"}],
                        "customFields": [
                            {"display": "Gold"},
                            {"display": "A$1,500.00"},
                            {"display": "Jan 1, 2012"},
                        ],
                        "events": {"totalCount": 3},
                    }
                ]
            },
            "open": {"totalCount": 20},
        }
        made = server.graphql(token, EXAMPLES[1].query, EXAMPLES[1].variables)
        assert made["data"]["clientCreate"]["userErrors"] == []
        code, seconds = server.interrupt()
        assert (code, seconds < PATIENCE) == (0, True)
        assert server.text.endswith("\nStopped. What you changed is kept.\n")
        assert "ERROR" not in server.text
    with shell.running("demo", "--port", "0") as server:
        assert token_of(shell) == token
        assert "added" not in server.text
        total = server.graphql(token, TOTAL)["data"]["clients"]["totalCount"]
        assert total == len(companies()) + 1
    for name in ("demo-token", "secret.key"):
        assert stat.S_IMODE((shell.folder / "var" / name).stat().st_mode) == 0o600


def test_examples_work_any_number_of_times(shell: Shell) -> None:
    """Each tab of GraphiQL answers without errors, again and again; every answer holds data."""
    assert len(EXAMPLES) >= 5
    with shell.running("demo", "--port", "0") as server:
        for example in [*EXAMPLES, *EXAMPLES]:
            if example.query.startswith("subscription"):
                continue
            answer = server.graphql(token_of(shell), example.query, example.variables)
            assert "errors" not in answer, example.title
            for field in answer["data"].values():
                assert field, example.title
                assert "userErrors" not in field or field["userErrors"] == []
                assert "totalCount" not in field or field["totalCount"] > 0


def test_page_opens_with_the_token_on_this_computer_only(shell: Shell) -> None:
    """The page carries the token; asked for under another name, the demo answers nothing."""
    with shell.running("demo", "--port", "0") as server:
        _, page = server.get("/graphql", Accept="text/html")
        text = re.search(r'id="clientgraph-config">(.*?)</script>', page)
        assert text is not None
        config = json.loads(text[1])
        assert config["defaultHeaders"] == {"Authorization": f"Bearer {token_of(shell)}"}
        assert [one["title"] for one in config["examples"]] == [one.title for one in EXAMPLES]
        foreign = httpx2.get(
            f"http://127.0.0.1:{server.port}/graphql",
            headers={"Accept": "text/html", "Host": f"rebound.example:{server.port}"},
        )
        assert (foreign.status_code, foreign.text) == (400, "Invalid host header")


def test_token_that_no_longer_works_is_replaced(shell: Shell) -> None:
    """A revoked token, or one of a lost secret, is followed by one that works."""
    with shell.running("demo", "--port", "0"):
        before = token_of(shell)
    (shell.folder / "var/secret.key").unlink()
    with shell.running("demo", "--port", "0") as server:
        assert token_of(shell) != before
        assert server.graphql(token_of(shell), "{ viewer { role } }")["data"] == {
            "viewer": {"role": "OWNER"}
        }


def test_port_in_use_is_told_with_another_one(shell: Shell) -> None:
    """Before anything is made, and with a way out."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert shell("demo", "--port", str(port)) == (
            1,
            "",
            f"Error: Port {port} of 127.0.0.1 is in use. Stop the program that uses it, or choose "
            f"another: --port {port + 1}\n",
        )
    assert not (shell.folder / "var").exists()


@pytest.mark.anyio
async def test_ctrl_c_ends_open_subscriptions(shell: Shell) -> None:
    """A WebSocket is closed and an event stream ended, cleanly and soon."""
    with shell.running("demo", "--port", "0") as server:
        token = token_of(shell)
        begun: asyncio.Queue[str] = asyncio.Queue()
        listeners = asyncio.gather(
            _listen_on_socket(server, token, begun), _listen_on_stream(server, token, begun)
        )
        assert {await begun.get(), await begun.get()} == {"socket", "stream"}
        code, seconds = await asyncio.to_thread(server.interrupt)
        assert (code, seconds < PATIENCE) == (0, True)
        assert await asyncio.wait_for(listeners, 5) == [1012, ""]
        assert "ERROR" not in server.text


async def _listen_on_socket(server: Server, token: str, begun: asyncio.Queue[str]) -> int | None:
    """Follow changes on a WebSocket until it is closed; the close code."""
    url = f"ws://127.0.0.1:{server.port}/graphql"
    protocol: Any = websockets.Subprotocol("graphql-transport-ws")
    async with websockets.connect(url, subprotocols=[protocol]) as socket_:
        init = {"type": "connection_init", "payload": {"token": token}}
        await socket_.send(json.dumps(init))
        assert json.loads(await socket_.recv()) == {"type": "connection_ack"}
        begin = {"type": "subscribe", "id": "1", "payload": {"query": LISTEN}}
        await socket_.send(json.dumps(begin))
        await begun.put("socket")
        await socket_.wait_closed()
        return socket_.close_code


async def _listen_on_stream(server: Server, token: str, begun: asyncio.Queue[str]) -> str:
    """Follow changes as an event stream until it ends; what was sent, heartbeats apart."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    url = f"http://127.0.0.1:{server.port}/graphql"
    async with (
        httpx2.AsyncClient(timeout=30) as client,
        client.stream("POST", url, json={"query": LISTEN}, headers=headers) as response,
    ):
        assert response.status_code == 200
        await begun.put("stream")
        return "".join([text async for text in response.aiter_text()])
