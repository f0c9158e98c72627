"""Bodies that are too large or too slow, against a real server."""

import asyncio
import json

import httpx2
import pytest

HELLO = json.dumps({"query": "{ hello }"}).encode()


async def exchange(address: str, *parts: bytes, pause: float = 0) -> tuple[int, dict, bytes]:
    """Send raw bytes with pauses; gives status, headers and body of the one answer."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(pause)
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (h.partition(": ") for h in head[1:])}
    body = await reader.readexactly(int(headers["content-length"]))
    rest = await asyncio.wait_for(reader.read(), 5) if headers.get("connection") else b""
    assert rest == b""
    writer.close()
    return int(head[0].split()[1]), headers, body


def head(extra: str) -> bytes:
    """The head of a JSON POST."""
    fixed = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return f"{fixed}{extra}\r\n\r\n".encode()


async def test_a_body_of_exactly_the_limit_is_read(server):
    """The limit itself is allowed, one byte more is not."""
    address = await server(body=1_000)
    async with httpx2.AsyncClient(base_url=f"http://{address}") as http:
        for length, status in ((1_000, 200), (1_001, 413)):
            response = await http.post(
                "/graphql",
                content=HELLO.ljust(length),
                headers={"Content-Type": "application/json"},
            )
            assert response.status_code == status


async def test_a_declared_length_is_refused_unread(server):
    """A Content-Length above the limit is a 413 before a byte of the body arrives."""
    address = await server()
    for length in ("1048577", "9" * 12):
        status, headers, body = await exchange(address, head(f"Content-Length: {length}"))
        assert status == 413
        assert headers["connection"] == "close"
        assert json.loads(body)["errors"][0]["message"] == "The body is larger than 1048576 bytes."


async def test_chunks_are_counted(server):
    """A chunked body is refused when its chunks exceed the limit."""
    address = await server(body=1_000)
    chunk = b"258\r\n" + b" " * 600 + b"\r\n"
    start = head("Transfer-Encoding: chunked")
    status, headers, body = await exchange(address, start + chunk, chunk, pause=0.05)
    assert (status, headers["connection"]) == (413, "close")
    assert json.loads(body)["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


async def test_chunks_within_the_limit_are_put_together(server):
    """A chunked body is read like any other."""
    address = await server()
    first, second = HELLO[:5], HELLO[5:]
    parts = [b"%x\r\n%s\r\n" % (len(part), part) for part in (first, second)]
    start = head("Transfer-Encoding: chunked\r\nConnection: close")
    status, _, body = await exchange(address, start, *parts, b"0\r\n\r\n", pause=0.01)
    assert (status, json.loads(body)) == (200, {"data": {"hello": "hello world"}})


@pytest.mark.parametrize("trickle", [[], [b"{"] * 3])
async def test_a_slow_body_is_a_408(server, trickle):
    """A body that stalls or trickles is given up when its time is over."""
    address = await server(body_seconds=0.2)
    start = head("Content-Length: 100")
    status, headers, body = await exchange(address, start, *trickle, pause=0.05)
    assert (status, headers["connection"]) == (408, "close")
    message = "The body did not arrive within 0.2 seconds."
    assert json.loads(body)["errors"][0]["message"] == message


async def test_a_client_that_leaves_mid_body_is_forgotten(server, service):
    """Half a body and a closed connection run nothing, and the server goes on."""
    address = await server()
    host, port = address.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(head("Content-Length: 100") + b'{"query": "mutation { save(value: 1) }"')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with httpx2.AsyncClient(base_url=f"http://{address}") as http:
        response = await http.post("/graphql", json={"query": "{ hello }"})
    assert response.status_code == 200
    assert service.saved == []


async def test_head_has_no_body(server):
    """HEAD is answered with the head of the GET."""
    address = await server()
    async with httpx2.AsyncClient(base_url=f"http://{address}") as http:
        response = await http.head("/graphql", params={"query": "{ hello }"})
    assert (response.status_code, response.content) == (200, b"")
