"""Event streams over a real server, in the distinct connections mode."""

import asyncio
import contextlib
import json
from uuid import UUID

import httpx2
import pytest

STREAM = {"Accept": "text/event-stream", "Authorization": "Bearer cgp_ada"}
COUNT = {"query": "subscription { count(to: 2) }"}
FOREVER = {"query": "subscription { forever }"}
FIRST = b'event: next\ndata: {"data":{"forever":0}}\n\n'
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json,"
    " text/event-stream, multipart/mixed"
)


@pytest.fixture
async def http():
    """A plain HTTP client."""
    async with httpx2.AsyncClient(timeout=5) as client:
        yield client


async def test_a_subscription_to_its_end(http, server, service):
    """Every event is a next, the end is a complete, all with LF line ends alone."""
    address = await server()
    response = await http.post(f"http://{address}/graphql", json=COUNT, headers=STREAM)
    assert response.status_code == 200
    assert response.content == (
        b'event: next\ndata: {"data":{"count":1}}\n\n'
        b'event: next\ndata: {"data":{"count":2}}\n\n'
        b"event: complete\ndata:\n\n"
    )
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["vary"] == "Accept, Accept-Language, Authorization"
    assert service.open_sources == 0


@pytest.mark.parametrize("accept", ["text/event-stream", "text/*", "*/*", URQL])
async def test_a_subscription_takes_any_acceptable_stream(client, accept):
    """A subscription streams wherever a stream is acceptable, whatever else is."""
    headers = {**STREAM, "Accept": accept}
    response = await client().post("/graphql", json=COUNT, headers=headers)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    by_get = await client().get("/graphql", params=COUNT, headers=headers)
    assert by_get.content == response.content


async def test_a_query_is_json_wherever_json_is_acceptable(client):
    """A query streams only for a client that takes nothing else."""
    query = {"query": "{ hello }"}
    response = await client().post("/graphql", json=query, headers={"Accept": URQL})
    media = "application/graphql-response+json; charset=utf-8"
    assert response.headers["content-type"] == media
    stream = await client().post("/graphql", json=query, headers={"Accept": "text/event-stream"})
    assert stream.content == (
        b'event: next\ndata: {"data":{"hello":"hello world"}}\n\nevent: complete\ndata:\n\n'
    )


async def test_get_streams_no_mutation(client, service):
    """A mutation by GET is a 405 for a stream too."""
    mutation = {"query": "mutation { save(value: 1) }"}
    response = await client().get("/graphql", params=mutation, headers=STREAM)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert service.saved == []


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "subscription { nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ hello }", "extensions": {"refuse": "COST_EXCEEDED"}}, "COST_EXCEEDED"),
    ],
)
async def test_request_errors_arrive_in_the_stream(client, members, code):
    """An invalid document is a next with errors, as the protocol wants, and then the end."""
    response = await client().post("/graphql", json=members, headers=STREAM)
    assert response.status_code == 200
    event, complete, rest = response.content.split(b"\n\n")
    assert (complete, rest) == (b"event: complete\ndata:", b"")
    body = json.loads(event.removeprefix(b"event: next\ndata: "))
    assert body["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("headers", "members", "status", "code"),
    [
        ({}, FOREVER, 401, "UNAUTHENTICATED"),
        ({"Authorization": "Bearer cgp_unknown"}, FOREVER, 401, "UNAUTHENTICATED"),
        ({}, {"query": 3}, 400, "BAD_REQUEST"),
        ({}, {"query": "{hello}", "extensions": {"refuse": "FORBIDDEN"}}, 403, "FORBIDDEN"),
        (
            {},
            {"query": "{hello}", "extensions": {"crash": True}},
            *(500, "INTERNAL_SERVER_ERROR"),
        ),
    ],
)
async def test_refusals_come_before_the_stream(client, headers, members, status, code):
    """A request that the server refuses begins no stream: a status, and the error in JSON."""
    headers = {"Accept": "text/event-stream", **headers}
    response = await client().post("/graphql", json=members, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json()["errors"][0]["extensions"]["code"] == code


async def test_a_client_that_leaves_ends_the_source(http, server, service, until):
    """The source is closed as soon as nobody listens."""
    address = await server()
    url = f"http://{address}/graphql"
    async with http.stream("POST", url, json=FOREVER, headers=STREAM) as response:
        assert await anext(response.aiter_raw()) == FIRST
        assert service.open_sources == 1
    await until(lambda: service.open_sources == 0)


async def test_heartbeats_keep_a_quiet_stream_alive(http, server):
    """A quiet stream carries comments."""
    address = await server(heartbeat_seconds=0.05)
    url = f"http://{address}/graphql"
    async with http.stream("POST", url, json=FOREVER, headers=STREAM) as response:
        received = b""
        async for chunk in response.aiter_raw():
            received += chunk
            if received.count(b":\n\n") >= 2:
                break
    assert received.startswith(FIRST + b":\n\n:\n\n")


async def test_a_revoked_token_ends_the_stream(http, server, service):
    """The token is asked for again; once it is revoked the stream says so and ends."""
    address = await server(recheck_seconds=0.05)
    url = f"http://{address}/graphql"
    async with http.stream("POST", url, json=FOREVER, headers=STREAM) as response:
        chunks = response.aiter_raw()
        assert await anext(chunks) == FIRST
        await asyncio.sleep(0.15)
        assert service.open_sources == 1
        service.revoked.add(UUID(int=1))
        rest = b"".join([chunk async for chunk in chunks])
    event, complete, _ = rest.split(b"\n\n")
    body = json.loads(event.removeprefix(b"event: next\ndata: "))
    assert body["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert complete == b"event: complete\ndata:"
    assert service.open_sources == 0


async def test_a_failing_source_ends_the_stream_masked(http, server, service):
    """A source that breaks is an internal error without detail, and the end."""
    address = await server()
    failing = {"query": "subscription { failing }"}
    response = await http.post(f"http://{address}/graphql", json=failing, headers=STREAM)
    events = response.content.split(b"\n\n")
    assert events[0] == b'event: next\ndata: {"data":{"failing":0}}'
    body = json.loads(events[1].removeprefix(b"event: next\ndata: "))
    assert body["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert b"secret" not in response.content
    assert events[2:] == [b"event: complete\ndata:", b""]
    assert service.open_sources == 0


async def test_streams_per_token_are_counted(http, server, service, until):
    """A token has so many streams; another token has its own; a closed one is free again."""
    address = await server(connections_per_token=2)
    url = f"http://{address}/graphql"
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(2):
            stream = http.stream("POST", url, json=FOREVER, headers=STREAM)
            await stack.enter_async_context(stream)
        refused = await http.post(url, json=FOREVER, headers=STREAM)
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}
        other = {**STREAM, "Authorization": "Bearer cgp_bob"}
        assert (await http.post(url, json=COUNT, headers=other)).status_code == 200
    await until(lambda: service.open_sources == 0)
    assert (await http.post(url, json=COUNT, headers=STREAM)).status_code == 200


async def test_a_shutdown_ends_the_source(http, server):
    """A stream that is still open when the server stops leaves no source behind."""
    address = await server()
    request = http.build_request("POST", f"http://{address}/graphql", json=FOREVER, headers=STREAM)
    response = await http.send(request, stream=True)
    assert await anext(response.aiter_raw()) == FIRST


async def test_a_client_that_reads_nothing_is_given_up(server, service, until, caplog):
    """A source is not read ahead of its client, and not kept for one that takes nothing."""
    address = await server(send_seconds=0.2)
    host, port = address.split(":")
    _, writer = await asyncio.open_connection(host, int(port), limit=1)
    body = json.dumps({"query": "subscription { large }"}).encode()
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Accept: text/event-stream\r\nAuthorization: Bearer cgp_ada\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    await until(lambda: service.open_sources == 1)
    await until(lambda: service.open_sources == 0)
    writer.transport.abort()
    # Leaving a response unfinished is how an application hangs up; the server notes it.
    await until(lambda: "ASGI callable returned without completing response." in caplog.messages)
    caplog.clear()
