"""The graphql-transport-ws protocol over a real server, with a real client."""

import asyncio
import json
from uuid import UUID

import pytest
from websockets.exceptions import InvalidStatus

from clientgraph.transport.websocket import origin_allowed

ADA = {"Authorization": "Bearer cgp_ada"}
INIT = {"type": "connection_init", "payload": ADA}


def subscribe(key: str, query: str, **members) -> dict:
    """A subscribe message."""
    return {"id": key, "type": "subscribe", "payload": {"query": query, **members}}


FOREVER = subscribe("f", "subscription { forever }")
FIRST = {"id": "f", "type": "next", "payload": {"data": {"forever": 0}}}


@pytest.mark.parametrize(
    "payload",
    [
        {"Authorization": "Bearer cgp_ada"},
        {"authorization": "bearer cgp_ada"},
        {"token": "cgp_ada"},
    ],
)
async def test_a_good_token_is_acknowledged(server, payload, acknowledged):
    """The token comes as a header's value or bare."""
    address = await server()
    async with acknowledged(address, payload) as socket:
        assert socket.subprotocol == "graphql-transport-ws"
        await socket.tell(subscribe("1", "{ who }"))
        assert await socket.hear() == {
            "id": "1",
            "type": "next",
            "payload": {"data": {"who": "Ada"}},
        }
        assert await socket.hear() == {"id": "1", "type": "complete"}


@pytest.mark.parametrize(
    "init",
    [
        {"type": "connection_init"},
        {"type": "connection_init", "payload": None},
        {"type": "connection_init", "payload": {}},
        {"type": "connection_init", "payload": {"Authorization": "Bearer cgp_unknown"}},
        {"type": "connection_init", "payload": {"Authorization": "Basic cgp_ada"}},
        {"type": "connection_init", "payload": {"Authorization": 3}},
        {"type": "connection_init", "payload": {"token": ["cgp_ada"]}},
        {"type": "connection_init", "payload": {"token": "x" * 8_193}},
    ],
)
async def test_without_a_good_token_nothing_is_sent(server, init, opened):
    """A connection without a good token is closed as forbidden; that is all it learns."""
    async with opened(await server()) as socket:
        await socket.tell(init)
        assert await socket.closed() == (4403, "Forbidden")


@pytest.mark.parametrize("acknowledge", [True, False])
async def test_ping_and_pong(server, acknowledge, opened):
    """A ping is answered at any time, with its payload; a pong is taken."""
    async with opened(await server()) as socket:
        if acknowledge:
            await socket.tell(INIT)
            assert await socket.hear() == {"type": "connection_ack"}
        await socket.tell({"type": "pong"}, {"type": "ping", "payload": {"n": 1}})
        assert await socket.hear() == {"type": "pong", "payload": {"n": 1}}


BEFORE_ACK = [
    (FOREVER, 4401),
    ({"type": "subscribe"}, 4401),
    ({"type": "connection_init", "payload": "x"}, 4400),
    ({"type": "ping", "payload": 3}, 4400),
    ({"type": "start", "id": "1"}, 4400),
]
AFTER_ACK = [
    (INIT, 4429),
    ({"type": "connection_ack"}, 4400),
    ({"type": "next", "id": "1"}, 4400),
    ({"type": "start", "id": "1", "payload": {}}, 4400),
    ({"type": "connection_terminate"}, 4400),
    ({"type": "ping", "payload": []}, 4400),
    ({"type": "pong", "payload": "x"}, 4400),
    ({"type": "complete"}, 4400),
    ({"type": "complete", "id": 1}, 4400),
    ({"type": "subscribe", "payload": {"query": "{ hello }"}}, 4400),
    ({"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}, 4400),
    ({"type": "subscribe", "id": "1"}, 4400),
    ({"type": "subscribe", "id": "1", "payload": "{ hello }"}, 4400),
    ({"type": 3}, 4400),
    ({"id": "1"}, 4400),
    ([INIT], 4400),
    (None, 4400),
]


@pytest.mark.parametrize(("message", "code"), BEFORE_ACK)
async def test_what_may_not_come_before_the_acknowledgement(server, message, code, opened):
    """Before connection_init nothing runs."""
    async with opened(await server()) as socket:
        await socket.tell(message)
        assert (await socket.closed())[0] == code


@pytest.mark.parametrize(("message", "code"), AFTER_ACK)
async def test_what_is_not_of_the_protocol(server, message, code, acknowledged):
    """A message of the wrong type or shape closes the socket."""
    async with acknowledged(await server()) as socket:
        await socket.tell(message)
        assert (await socket.closed())[0] == code


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", 4400),
        ("NONSENSE", 4400),
        ("NaN", 4400),
        ('{"type":', 4400),
        ("[" * 60_000, 4400),
        ('{"type":"ping","payload":' + '{"a":' * 40 + "1" + "}" * 41, 4400),
        (b'{"type":"ping"}', 4400),
        (json.dumps({"type": "ping", "payload": {"x": "x" * 65_536}}), 1009),
        ("é" * 32_769, 1009),
    ],
)
async def test_frames_that_are_refused(server, frame, code, opened, acknowledged):
    """What is not JSON text, nests too deep or is too big closes the socket, at any time."""
    address = await server()
    async with acknowledged(address) as socket:
        await socket.send(frame)
        assert (await socket.closed())[0] == code
    async with opened(address) as socket:
        await socket.send(frame)
        assert (await socket.closed())[0] == code


async def test_a_frame_of_exactly_the_limit_is_read(server, opened):
    """65,536 bytes pass."""
    async with opened(await server()) as socket:
        await socket.send('{"type":"ping"}'.ljust(65_536))
        assert await socket.hear() == {"type": "pong", "payload": {}}


async def test_duplicate_ids_close_the_socket(server, service, until, acknowledged):
    """An id that is still running cannot be used again; its source is closed with the socket."""
    async with acknowledged(await server()) as socket:
        await socket.tell(FOREVER)
        assert await socket.hear() == FIRST
        await socket.tell(FOREVER)
        assert await socket.closed() == (4409, "Subscriber for f already exists")
    await until(lambda: service.open_sources == 0)


async def test_a_long_id_fits_the_close_reason(server, acknowledged):
    """The reason is cut to what a close frame holds."""
    long = subscribe("é" * 200, "subscription { forever }")
    async with acknowledged(await server()) as socket:
        await socket.tell(long)
        await socket.hear()
        await socket.tell(long)
        code, reason = await socket.closed()
        assert (code, len(reason.encode())) == (4409, 123)


async def test_init_must_come_in_time(server, opened):
    """A socket that only pings is closed when its time is over."""
    async with opened(await server(init_seconds=0.2)) as socket:
        await socket.tell({"type": "ping"})
        assert await socket.hear() == {"type": "pong", "payload": {}}
        assert await socket.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("offered", [None, ["graphql-ws"], ["graphql-ws", "soap"]])
async def test_other_subprotocols_are_not_served(server, offered, opened):
    """The old graphql-ws, or none at all, is closed at once."""
    async with opened(await server(), subprotocols=offered) as socket:
        assert socket.subprotocol is None
        assert await socket.closed() == (4406, "Use the subprotocol graphql-transport-ws.")


async def test_ours_is_chosen_among_several(server, acknowledged):
    """A client that offers old and new gets the new one."""
    offered = ["graphql-ws", "graphql-transport-ws"]
    async with acknowledged(await server(), subprotocols=offered) as socket:
        assert socket.subprotocol == "graphql-transport-ws"


async def test_connections_per_token(server, opened, acknowledged):
    """One connection too many is asked to come later; other tokens are not concerned."""
    address = await server(connections_per_token=2)
    async with acknowledged(address) as first, acknowledged(address):
        async with opened(address) as third:
            await third.tell(INIT)
            expected = (1013, "This token has too many open connections.")
            assert await third.closed() == expected
        async with acknowledged(address, {"token": "cgp_bob"}):
            await first.close()
            async with acknowledged(address):
                pass


async def test_a_revoked_token_closes_the_socket(server, service, until, acknowledged):
    """The token is asked for again; once it is revoked the socket and its sources close."""
    async with acknowledged(await server(recheck_seconds=0.05)) as socket:
        await socket.tell(FOREVER)
        assert await socket.hear() == FIRST
        await asyncio.sleep(0.15)
        assert service.open_sources == 1
        service.revoked.add(UUID(int=1))
        assert await socket.closed() == (4403, "Forbidden")
    await until(lambda: service.open_sources == 0)


async def test_foreign_pages_are_refused_at_the_handshake(server, opened, acknowledged):
    """A page of another origin gets a 403, our own and the allowed ones get a socket."""
    address = await server(allowed_origins={"https://app.example"})
    for origin in ("https://evil.example", "null", f"http://{address}0"):
        with pytest.raises(InvalidStatus) as refused:
            await opened(address, origin=origin)
        assert refused.value.response.status_code == 403
    for origin in (f"http://{address}", "https://app.example"):
        async with acknowledged(address, origin=origin):
            pass


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "api.example", True),
        ("https://api.example", "api.example", True),
        ("https://API.example", "api.example:443", True),
        ("http://api.example:80", "api.example", True),
        ("https://api.example:8443", "api.example", False),
        ("https://api.example.evil", "api.example", False),
        ("https://evil.example", "api.example", False),
        ("https://api.example@evil.example", "api.example", False),
        ("https://app.example", "api.example", True),
        ("http://app.example", "api.example", False),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://[::1", "api.example", False),
        ("https://api.example:x", "api.example", False),
        ("null", "null", False),
        ("", "", False),
    ],
)
def test_origins(origin, host, allowed):
    """An origin is ours when host and port are; everything else is listed or refused."""
    assert origin_allowed(origin, host, {"https://app.example"}) is allowed


async def test_failing_authentication_is_an_internal_error(server, opened):
    """An authentication that breaks closes the socket without detail."""
    async with opened(await server()) as socket:
        await socket.tell({"type": "connection_init", "payload": {"token": "cgp_crash"}})
        assert await socket.closed() == (1011, "Something went wrong on our side.")
