"""``clientgraph serve``: one process or several, and what it writes into its log."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
import websockets

from clientgraph.testing import ADMIN_URL, fresh_database
from tests.commands.running import Server, Shell

NEW = ("organisation", "create", "--name", "Firm", "--country", "FR")
CANARY = "canary-9f3c"


def records(server: Server) -> list[dict[str, object]]:
    """The log's lines, each of which is a JSON object."""
    return [json.loads(line) for line in server.text.splitlines()]


def test_requests_are_logged_without_what_was_in_them(migrated: Shell) -> None:
    """Path, status and time of a request; never its query string, and an id to ask by."""
    with migrated.running("serve") as server:
        assert server.get(f"/readyz?secret={CANARY}")[0] == 200
        asyncio.run(_knock(server))
        assert server.interrupt()[0] == 0
        assert CANARY not in server.text
        logged = [line for line in records(server) if line["message"] == "request"]
    (ready, knocked) = logged
    assert (ready["method"], ready["path"], ready["status"]) == ("GET", "/readyz", 200)
    assert (knocked["method"], knocked["path"], knocked["status"]) == (
        "WEBSOCKET",
        "/graphql",
        4403,
    )
    assert len(str(ready["request_id"])) == 32


async def _knock(server: Server) -> None:
    """Open a WebSocket with a bad token and a query string."""
    url = f"ws://127.0.0.1:{server.port}/graphql?secret={CANARY}"
    protocol = websockets.Subprotocol("graphql-transport-ws")
    async with websockets.connect(url, subprotocols=[protocol]) as opened:
        await opened.send(json.dumps({"type": "connection_init", "payload": {"token": CANARY}}))
        await opened.wait_closed()


def test_port_in_use_is_told(migrated: Shell) -> None:
    """Nothing is served on a port that another program has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out, err = migrated("serve", "--port", str(port))
    assert (code, out) == (1, "")
    assert f"Error: Port {port} of 127.0.0.1 is in use." in err


def test_several_processes_share_the_port(migrated: Shell, dialect: str) -> None:
    """With PostgreSQL, workers serve together and end together."""
    if dialect != "postgres":
        pytest.skip("SQLite is served by one process")
    token = migrated(*NEW).out.strip()
    with migrated.running("serve", "--workers", "2") as server:
        asked = [server.graphql(token, "{ viewer { role } }")["data"] for _ in range(20)]
        assert asked == [{"viewer": {"role": "OWNER"}}] * 20
        for _ in range(600):
            lines = [line for line in records(server) if "Started server" in str(line["message"])]
            if len(lines) == 2:
                break
            time.sleep(0.1)
        assert len(lines) == 2
        assert server.interrupt()[0] == 0


@pytest.mark.anyio
async def test_superuser_is_refused(anyio_backend: str, dialect: str, shell: Shell) -> None:
    """A role that row-level security does not hold would see every workspace."""
    if dialect != "postgres":
        pytest.skip("needs a PostgreSQL server")
    async with fresh_database(dialect, shell.folder) as (owner_url, _):
        admin = urlsplit(ADMIN_URL)
        url = urlunsplit(admin._replace(path=urlsplit(owner_url).path))
        settings = {"CLIENTGRAPH_DATABASE_URL": url, "CLIENTGRAPH_SECRET_KEY": "s" * 40}
        code, out, err = await asyncio.to_thread(lambda: shell("serve", **settings))
    assert (code, out) == (1, "")
    assert "is a superuser or bypasses row-level security" in err


def test_more_connections_than_allowed_are_refused(migrated: Shell) -> None:
    """Beyond the limit the answer is 503 at once, rather than a wait without end."""
    with (
        migrated.running("serve", "--limit-concurrency", "2") as server,
        socket.create_connection(("127.0.0.1", server.port)),
        socket.create_connection(("127.0.0.1", server.port)),
        socket.create_connection(("127.0.0.1", server.port)) as third,
    ):
        third.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert third.recv(12) == b"HTTP/1.1 503"
