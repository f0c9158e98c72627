"""What one host or one key has done is held against no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import pytest

from clientgraph import HttpClient, OutboundService, Unavailable
from clientgraph.outbound.hosts import MOST_KEPT, Hosts
from clientgraph.testing.replay import Asked, Replay, Reply, replaying
from tests.outbound.reaching import reaching

pytestmark = pytest.mark.anyio

# Addresses that are public, behind which the servers of this machine answer.
FIRST, SECOND = "https://first.example", "https://second.example"
PLACES = {"first.example": "8.8.8.8", "second.example": "1.1.1.1"}


class Bare(httpcore2.AsyncNetworkStream):
    """A connection whose encryption is left out."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: Any = None) -> bytes:  # noqa: ASYNC109
        """As it arrives."""
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: Any = None) -> None:  # noqa: ASYNC109
        """As it is."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """End it."""
        await self._stream.aclose()

    async def start_tls(self, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        """Nothing is encrypted."""
        return self

    def get_extra_info(self, info: str) -> Any:
        """Nothing is known."""
        return self._stream.get_extra_info(info) if info == "is_readable" else None


class Doors(httpcore2.AnyIOBackend):
    """A network on which each of those addresses is a server of this machine."""

    def __init__(self, *servers: Replay) -> None:
        ports = (urlsplit(server.url).port or 0 for server in servers)
        self._ports = dict(zip(PLACES.values(), ports, strict=True))

    async def connect_tcp(self, host: str, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        """To the server that stands for the address."""
        return Bare(await super().connect_tcp("127.0.0.1", self._ports[host]))


async def resolver(host: str, _port: int) -> Sequence[str]:
    """The address of a host."""
    return [PLACES[host]]


@asynccontextmanager
async def two_hosts(**changes: Any) -> AsyncIterator[tuple[HttpClient, Replay, Replay]]:
    """A service whose URLs are found at run time, and two hosts of such URLs."""
    with replaying({"/a": [1]}) as first, replaying({"/a": [2]}) as second:
        network = Doors(first, second)
        facts = {"base_url": None, "attempts": 1, **changes}
        async with reaching(resolver=resolver, network=network, **facts) as http:
            yield http, first, second


async def test_a_host_that_sends_everybody_away() -> None:
    """Is left alone as long as it wants, and others are asked."""
    async with two_hosts() as (http, first, _):
        first.down, first.retry_after = True, 86_400
        with pytest.raises(Unavailable):
            await http.get(f"{FIRST}/a")
        first.down = False
        with pytest.raises(Unavailable):
            await http.get(f"{FIRST}/a")
        assert len(first.asked) == 1
        assert (await http.get(f"{SECOND}/a")).json() == [2]


async def test_a_host_that_keeps_failing() -> None:
    """Is asked no more after five times; others are."""
    async with two_hosts() as (http, first, _):
        first.down = True
        for _attempt in range(7):
            with pytest.raises(Unavailable):
                await http.get(f"{FIRST}/a")
        assert len(first.asked) == 5
        assert (await http.get(f"{SECOND}/a")).json() == [2]


async def test_the_rate_of_each_host() -> None:
    """Counts by itself."""
    async with two_hosts(requests=1, per_seconds=600.0) as (http, _, _second):
        for url, answer in ((FIRST, [1]), (SECOND, [2])):
            assert (await http.get(f"{url}/a")).json() == answer
            with pytest.raises(Unavailable):
                await http.get(f"{url}/a")


async def test_a_slow_host_takes_no_place_of_another() -> None:
    """However few may be under way at each."""
    async with two_hosts(at_once=1, timeout=20.0) as (http, first, _):
        first.slow = 30.0
        slow = asyncio.create_task(http.get(f"{FIRST}/a"))
        while not first.asked:  # noqa: ASYNC110 - another thread is asked
            await asyncio.sleep(0.02)
        assert (await http.get(f"{SECOND}/a")).json() == [2]
        assert not slow.done()
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)


KEYS = [
    ("Authorization", {"headers": {"authorization": "one"}}, {"headers": {"Authorization": "two"}}),
    ("X-Key", {"headers": {"x-key": "one"}}, {"headers": {"X-Key": "two"}}),
    ("token", {"params": {"token": "one"}}, {"params": {"token": "two"}}),
]


@pytest.mark.parametrize(("credential", "one", "other"), KEYS)
async def test_who_asked_too_much_with_a_key(
    credential: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Is told to wait; who has another key, or none, is not."""

    def refused(asked: Asked) -> Reply:
        text = f"{asked.headers}{asked.query}"
        wait = Reply(status=429, headers={"Retry-After": "600"})
        return wait if "'one'" in text else Reply(body=[1])

    with replaying({"/a": refused}) as service:
        async with reaching(service.url, attempts=1, credential=credential) as http:
            for _ in range(2):
                with pytest.raises(Unavailable) as told:
                    await http.get("/a", **one)
                assert told.value.retry_after in range(590, 601)
            assert len(service.asked) == 1
            for _ in range(2):
                assert (await http.get("/a", **other)).json() == [1]
                assert (await http.get("/a")).json() == [1]


@pytest.mark.parametrize(("credential", "one", "other"), KEYS)
async def test_the_rate_of_each_key(
    credential: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Counts by itself."""
    facts: dict[str, Any] = {"requests": 1, "per_seconds": 600.0, "credential": credential}
    with replaying({"/a": [1], "/in": [1]}) as service:
        async with reaching(service.url, **facts) as http:
            for given in (one, other, {}):
                assert (await http.get("/a", **given)).json() == [1]
                with pytest.raises(Unavailable):
                    await http.get("/a", **given)
            if "headers" in one:
                with pytest.raises(Unavailable):
                    await http.post("/in", headers=one["headers"])
    assert len(service.asked) == 3


async def test_a_service_that_is_down_is_down_for_every_key() -> None:
    """Whoever asked is told as much."""
    with replaying() as service:
        service.down, service.retry_after = True, 600
        async with reaching(service.url, attempts=1) as http:
            for key in ("one", "two"):
                with pytest.raises(Unavailable) as told:
                    await http.get("/a", headers={"Authorization": key})
                assert told.value.retry_after in range(590, 601)
    assert len(service.asked) == 1


def test_no_more_hosts_and_keys_are_known_than_fit() -> None:
    """Whoever names hosts at run time fills no memory; the last one asked stays known."""
    hosts = Hosts(OutboundService(key="smp", base_url=None))
    first = hosts.at(("0.example", 443))
    for number in range(1, 2 * MOST_KEPT):
        hosts.at((f"{number}.example", 443))
        assert number >= MOST_KEPT // 2 or hosts.at(("0.example", 443)) is first
    assert hosts.at(("0.example", 443)) is not first
    account = first.account(b"0")
    for number in range(MOST_KEPT):
        first.account(f"{number}".encode())
        assert first.account(b"0") is account
