"""Operations over a socket: their results, their ends, their limits."""

import pytest

ADA = {"Authorization": "Bearer cgp_ada"}
INIT = {"type": "connection_init", "payload": ADA}


def subscribe(key: str, query: str, **members) -> dict:
    """A subscribe message."""
    return {"id": key, "type": "subscribe", "payload": {"query": query, **members}}


FOREVER = subscribe("f", "subscription { forever }")
FIRST = {"id": "f", "type": "next", "payload": {"data": {"forever": 0}}}


async def test_query_mutation_and_subscription(server, service, acknowledged):
    """Every kind of operation runs over a socket, several at a time."""
    async with acknowledged(await server()) as socket:
        await socket.tell(subscribe("s", "{ slow }"), subscribe("m", "mutation { save(value: 3) }"))
        assert await socket.hear() == {"id": "m", "type": "next", "payload": {"data": {"save": 3}}}
        assert await socket.hear() == {"id": "m", "type": "complete"}
        await socket.tell(subscribe("c", "subscription { count(to: 2) }"))
        for number in (1, 2):
            data = {"data": {"count": number}}
            assert await socket.hear() == {"id": "c", "type": "next", "payload": data}
        assert await socket.hear() == {"id": "c", "type": "complete"}
        data = {"data": {"slow": "at last"}}
        assert await socket.hear() == {"id": "s", "type": "next", "payload": data}
        assert await socket.hear() == {"id": "s", "type": "complete"}
        # An id is free once its operation has ended.
        await socket.tell(subscribe("c", "{ hello }"))
        assert (await socket.hear())["payload"] == {"data": {"hello": "hello world"}}
    assert service.saved == [3]
    assert service.open_sources == 0


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({}, "BAD_REQUEST"),
        ({"query": 3}, "BAD_REQUEST"),
        ({"query": "{ hello }", "variables": [7]}, "BAD_REQUEST"),
        ({"documentId": "sha256:abc"}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": "{ hello }", "extensions": {"crash": True}}, "INTERNAL_SERVER_ERROR"),
        ({"query": "{ hello }", "extensions": {"unencodable": True}}, "INTERNAL_SERVER_ERROR"),
    ],
)
async def test_a_bad_operation_ends_itself_alone(server, payload, code, acknowledged):
    """An operation that cannot run gets its errors; the socket and its neighbours live on."""
    async with acknowledged(await server()) as socket:
        await socket.tell(FOREVER)
        assert await socket.hear() == FIRST
        await socket.tell({"id": "bad", "type": "subscribe", "payload": payload})
        message = await socket.hear()
        assert (message["id"], message["type"]) == ("bad", "error")
        assert [error["extensions"]["code"] for error in message["payload"]] == [code]
        assert "secret" not in str(message)
        await socket.tell(subscribe("bad", "{ hello }"))
        assert (await socket.hear())["payload"] == {"data": {"hello": "hello world"}}


async def test_field_errors_are_results(server, acknowledged):
    """An executed operation with errors is a next and a complete."""
    async with acknowledged(await server()) as socket:
        await socket.tell(subscribe("1", "{ broken }"))
        message = await socket.hear()
        assert (message["type"], message["payload"]["data"]) == ("next", {"broken": None})
        assert await socket.hear() == {"id": "1", "type": "complete"}


async def test_a_failing_source_is_an_error_of_its_operation(server, service, acknowledged):
    """A source that breaks ends its operation, masked."""
    async with acknowledged(await server()) as socket:
        await socket.tell(subscribe("1", "subscription { failing }"))
        assert (await socket.hear())["type"] == "next"
        message = await socket.hear()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert "secret" not in str(message)
        assert service.open_sources == 0


async def test_complete_cancels_and_frees_the_id(server, service, acknowledged):
    """The client's complete closes the source; the id can be used again at once."""
    async with acknowledged(await server()) as socket:
        for _ in range(25):
            await socket.tell(FOREVER)
            assert await socket.hear() == FIRST
            assert service.open_sources == 1
            await socket.tell({"id": "f", "type": "complete"})
        await socket.tell({"id": "unknown", "type": "complete"}, {"type": "ping"})
        assert await socket.hear() == {"type": "pong", "payload": {}}
        assert service.open_sources == 0


async def test_complete_before_the_operation_began(server, service, acknowledged):
    """Operations that are ended in the same breath take no place and leave nothing behind."""
    async with acknowledged(await server(operations_per_connection=2)) as socket:
        for _ in range(10):
            await socket.tell(FOREVER, {"id": "f", "type": "complete"})
        await socket.tell(subscribe("1", "{ hello }"))
        message = await socket.hear()
        while message["id"] == "f":
            assert message == FIRST
            message = await socket.hear()
        assert message["payload"] == {"data": {"hello": "hello world"}}
    assert service.open_sources == 0


async def test_operations_per_connection(server, service, until, acknowledged):
    """One operation too many gets an error under its own id; a free place is used again."""
    async with acknowledged(await server()) as socket:
        for number in range(20):
            await socket.tell(subscribe(str(number), "subscription { forever }"))
            assert (await socket.hear())["type"] == "next"
        await socket.tell(subscribe("more", "{ hello }"))
        message = await socket.hear()
        assert (message["id"], message["type"]) == ("more", "error")
        assert message["payload"] == [
            {
                "message": "A connection runs at most 20 operations at a time.",
                "extensions": {"code": "RATE_LIMITED"},
            }
        ]
        await socket.tell({"id": "3", "type": "complete"}, subscribe("more", "{ hello }"))
        assert (await socket.hear())["payload"] == {"data": {"hello": "hello world"}}
    await until(lambda: service.open_sources == 0)


@pytest.mark.parametrize("abrupt", [True, False])
async def test_a_client_that_leaves_ends_every_source(server, service, abrupt, until, acknowledged):
    """All sources are closed when the client goes, politely or not."""
    async with acknowledged(await server()) as socket:
        for number in range(5):
            await socket.tell(subscribe(str(number), "subscription { forever }"))
            await socket.hear()
        assert service.open_sources == 5
        if abrupt:
            socket.transport.abort()
    await until(lambda: service.open_sources == 0)


async def test_a_shutdown_ends_every_source(server, opened):
    """A socket that is still open when the server stops leaves no source behind."""
    socket = await opened(await server())
    await socket.tell(INIT, FOREVER)
    assert await socket.hear() == {"type": "connection_ack"}
    assert await socket.hear() == FIRST


async def test_a_client_that_reads_nothing_is_given_up(server, service, until, acknowledged):
    """Sources are not read ahead of their client, and not kept for one that takes nothing."""
    address = await server(send_seconds=0.2)
    options = {"max_queue": 1, "close_timeout": 0.1, "compression": None}
    async with acknowledged(address, **options) as socket:
        await socket.tell(subscribe("1", "subscription { large }"))
        await until(lambda: service.open_sources == 1)
        await until(lambda: service.open_sources == 0)


async def test_many_operations_share_the_socket_in_order(server, acknowledged):
    """Messages of several operations are whole, and each operation's are in order."""
    async with acknowledged(await server()) as socket:
        for name in "abcde":
            await socket.tell(subscribe(name, "subscription { count(to: 50) }"))
        numbers: dict[str, list[int]] = {name: [] for name in "abcde"}
        completed = 0
        while completed < 5:
            message = await socket.hear()
            if message["type"] == "complete":
                completed += 1
            else:
                numbers[message["id"]].append(message["payload"]["data"]["count"])
        assert all(seen == list(range(1, 51)) for seen in numbers.values())


@pytest.mark.parametrize(
    ("payload", "header", "language"),
    [
        ({**ADA, "Accept-Language": "nl"}, "fr", "nl"),
        ({**ADA, "accept-language": "de"}, "fr", "de"),
        ({**ADA, "Accept-Language": 3}, "fr", "fr"),
        (ADA, "fr", "fr"),
        (ADA, None, "en"),
    ],
)
async def test_language_of_a_connection(server, payload, header, language, acknowledged):
    """The payload's language wins over the handshake's."""
    headers = {"Accept-Language": header} if header else {}
    address = await server()
    async with acknowledged(address, payload, additional_headers=headers) as socket:
        await socket.tell(subscribe("1", "{ language }"))
        assert (await socket.hear())["payload"] == {"data": {"language": language}}
