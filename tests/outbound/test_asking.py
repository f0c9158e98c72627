"""A service is asked in its own time, again where that can help, and left alone when it must be."""

from __future__ import annotations

import asyncio
import gzip
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from clientgraph import Unavailable
from clientgraph.outbound.pace import Pace
from clientgraph.outbound.patience import patience
from clientgraph.testing.replay import Asked, Replay, Reply, replaying
from tests.outbound.reaching import reaching

pytestmark = pytest.mark.anyio


def after(*replies: Reply) -> Any:
    """A route that answers with each in turn, and then with the last one."""
    left = list(replies)
    return lambda _asked: left.pop(0) if len(left) > 1 else left[0]


async def test_an_answer_is_handed_on_whatever_its_status() -> None:
    """Status, content and headers are the service's, and the request names who asks."""

    def missing(_asked: Asked) -> Reply:
        return Reply(status=404, body={"no": 1}, headers={"X-Told": "yes"})

    with replaying({"/v1/a%20b": missing}) as service:
        async with reaching(f"{service.url}/v1/") as http:
            answer = await http.get("/a%20b", params={"q": "é&b", "n": 2}, headers={"Key": "s"})
    assert (answer.status, answer.json(), answer.text) == (404, {"no": 1}, '{"no": 1}')
    assert answer.headers["x-told"] == "yes"
    (asked,) = service.asked
    assert asked.path == "/v1/a%20b"
    assert asked.query == {"q": "é&b", "n": "2"}
    assert asked.headers["key"] == "s"
    assert asked.headers["host"] == service.url.removeprefix("http://")
    assert asked.headers["user-agent"].startswith("clientgraph/")


async def test_a_post_is_sent_as_json_or_as_it_is() -> None:
    """JSON names itself; other content is named by the plugin."""
    with replaying({"/in": lambda asked: asked.body}) as service:
        async with reaching(service.url) as http:
            assert (await http.post("/in", json={"a": [1]})).json() == {"a": [1]}
            answer = await http.post("/in", content=b"<a/>", headers={"Content-Type": "text/xml"})
    assert answer.content == b"<a/>"
    kinds = [asked.headers["content-type"] for asked in service.asked]
    assert kinds == ["application/json", "text/xml"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_passing_failure_is_asked_again(status: int) -> None:
    """The second answer counts."""
    with replaying({"/a": after(Reply(status=status), Reply(body=[1]))}) as service:
        async with reaching(service.url) as http:
            assert (await http.get("/a")).json() == [1]
    assert len(service.asked) == 2


async def test_what_may_not_be_repeated_is_sent_once() -> None:
    """A POST goes out again only where the plugin says that it may."""
    with replaying({"/a": after(Reply(status=503), Reply(body=[1]))}) as service:
        async with reaching(service.url) as http:
            with pytest.raises(Unavailable, match="HTTP 503"):
                await http.post("/a", json={})
            assert len(service.asked) == 1
            service.routes["/a"] = after(Reply(status=503), Reply(body=[1]))
            assert (await http.post("/a", json={}, repeatable=True)).json() == [1]
    assert len(service.asked) == 3


async def test_a_short_rest_is_waited_for() -> None:
    """Retry-After within the caller's patience is slept through, and then asked again."""
    rested = Reply(status=429, headers={"Retry-After": "1"})
    with replaying({"/a": after(rested, Reply(body=[1]))}) as service:
        async with reaching(service.url) as http:
            started = time.monotonic()
            assert (await http.get("/a")).json() == [1]
    assert time.monotonic() - started >= 1


def in_an_hour() -> str:
    """A date of HTTP."""
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("given", "least", "most"),
    [
        (lambda: "77", 77, 77),
        (in_an_hour, 3000, 3600),
        (lambda: "999999999999", 86400, 86400),
    ],
)
async def test_a_long_rest_is_told_and_kept(
    given: Callable[[], str], least: int, most: int
) -> None:
    """Nobody waits for it, and the service is left alone until it is over."""
    with replaying() as service:
        service.down, service.retry_after = True, given()
        async with reaching(service.url) as http:
            with pytest.raises(Unavailable) as first:
                await http.get("/a")
            service.down = False
            with pytest.raises(Unavailable) as second:
                await http.get("/b")
    for found in (first.value.retry_after, second.value.retry_after):
        assert found is not None
        assert least <= found <= most
    assert len(service.asked) == 1


@pytest.mark.parametrize("given", ["soon", "-5", "1e3", "٣", "Wed, 99 Foo 2026 00:00:00 GMT"])
async def test_a_rest_that_cannot_be_read_is_none(given: str) -> None:
    """The service is asked again after a moment, as if it had said nothing."""
    reply = Reply(status=503, headers={"Retry-After": given.encode().decode("latin-1")})
    with replaying({"/a": reply}) as service:
        async with reaching(service.url) as http:
            with pytest.raises(Unavailable) as told:
                await http.get("/a")
    assert told.value.retry_after is None
    assert len(service.asked) == 2


async def test_the_rate_of_the_service_is_kept() -> None:
    """Twenty questions at once to a service that takes seven a second take their time."""
    with replaying({"/a": Reply(body=[1])}) as service:
        service.rate(7, 1.0)
        async with reaching(service.url, requests=7, timeout=20.0, at_once=20) as http:
            started = time.monotonic()
            asked = (http.get("/a", params={"n": n}) for n in range(20))
            found = await asyncio.gather(*asked)
    assert time.monotonic() - started >= 2
    assert [answer.json() for answer in found] == [[1]] * 20
    # Requests of one window can arrive in the next one, and are sent again: a few at most.
    assert service.refused <= 7


def test_in_no_span_are_there_more_requests_than_agreed() -> None:
    """Whatever the spans begin at, and with a little time to spare."""
    pace = Pace(3, 1.0)
    slots = [pace.slot(now / 10, 100.0) for now in range(40)]
    assert slots[:3] == [0.0, 0.1, 0.2]
    assert all(later - one > 1.0 for one, later in zip(slots, slots[3:], strict=False))
    assert pace.slot(3.9, 4.0) > 4.0
    assert [Pace(None, 1.0).slot(2.0, 3.0)] * 9 == [2.0] * 9


async def test_who_cannot_wait_for_the_rate_is_told_how_long_it_takes() -> None:
    """A slot after the caller's patience is not taken from others."""
    with replaying({"/a": Reply(body=[1])}) as service:
        async with reaching(service.url, requests=1, per_seconds=60.0) as http:
            await http.get("/a")
            for _ in range(3):
                with pytest.raises(Unavailable) as told:
                    await http.get("/a")
                assert told.value.retry_after in range(60, 64)
    assert len(service.asked) == 1


async def test_no_more_are_under_way_than_the_service_bears() -> None:
    """Others wait for their turn."""
    under_way = most = 0
    with replaying() as service:

        def counted(_asked: Asked) -> list[int]:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            time.sleep(0.05)
            under_way -= 1
            return []

        service.routes["/a"] = counted
        async with reaching(service.url, at_once=2, timeout=20.0) as http:
            await asyncio.gather(*(http.get("/a", params={"n": n}) for n in range(8)))
    assert (len(service.asked), most) == (8, 2)


async def test_a_service_that_keeps_failing_is_left_alone(monkeypatch: Any) -> None:
    """After five failures in a row it is asked no more, but by one request after a pause."""
    with replaying({"/a": Reply(body=[1])}) as service:
        service.down = True
        async with reaching(service.url, attempts=1) as http:
            for _ in range(5):
                with pytest.raises(Unavailable, match="HTTP 503"):
                    await http.get("/a")
            with pytest.raises(Unavailable) as told:
                await http.get("/a")
            assert (len(service.asked), told.value.retry_after) == (5, 5)
            service.down, service.slow = False, 0.2
            now = time.monotonic
            monkeypatch.setattr(time, "monotonic", lambda: now() + 6)
            found = await asyncio.gather(
                *(http.get("/a") for _ in range(4)), return_exceptions=True
            )
            assert [isinstance(each, Unavailable) for each in found].count(False) == 1
            assert len(service.asked) == 6
            assert (await http.get("/a")).json() == [1]


async def test_answers_are_kept_for_as_long_as_the_service_says() -> None:
    """By URL and headers; failures are not."""
    with replaying({"/a": lambda asked: [asked.headers.get("key")]}) as service:
        async with reaching(service.url, cache=60.0) as http:
            for key in ("one", "two", "one", "two"):
                assert (await http.get("/a", headers={"Key": key})).json() == [key]
            assert len(service.asked) == 2
            for _ in range(2):
                assert (await http.get("/gone")).status == 404
            assert len(service.asked) == 3
            service.down = True
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await http.get("/b")
            assert len(service.asked) == 7
            service.down, service.garbage = False, True
            for _ in range(2):
                assert (await http.get("/c")).status == 200
            assert len(service.asked) == 9
            service.garbage = False
        async with reaching(service.url, cache=0.0) as http:
            await http.get("/a")
            await http.get("/a")
    assert len(service.asked) == 11


async def test_an_answer_can_be_had_anew_and_not_kept() -> None:
    """By the header that says so; what is kept beside it stays."""
    anew = {"Cache-Control": "No-Store"}
    with replaying({"/a": after(Reply(body=1), Reply(body=2), Reply(body=3))}) as service:
        async with reaching(service.url, cache=60.0) as http:
            assert (await http.get("/a")).json() == 1
            assert (await http.get("/a", headers=anew)).json() == 2
            assert (await http.get("/a")).json() == 1
            assert (await http.get("/a", headers=anew)).json() == 3


async def test_a_page_that_stands_in_for_an_answer_is_not_kept() -> None:
    """What a proxy shows while the service is down is forgotten once it is back."""
    with replaying({"/a": [1]}) as service:
        async with reaching(service.url, cache=60.0) as http:
            service.garbage = True
            assert (await http.get("/a")).status == 200
            service.garbage = False
            assert (await http.get("/a")).json() == [1]


async def test_the_callers_patience_ends_an_attempt() -> None:
    """A service that is allowed three seconds has less where the caller waits for less."""
    with replaying({"/a": Reply(body=[1])}) as service:
        service.slow = 30.0
        async with reaching(service.url) as http:
            started = time.monotonic()
            with patience(0.75), pytest.raises(Unavailable):
                await http.get("/a")
    assert time.monotonic() - started < 3


async def test_what_is_packed_is_unpacked_up_to_the_limit() -> None:
    """A small answer that unpacks to a huge one is cut off, not unpacked."""
    packed = {"Content-Encoding": "gzip"}
    routes = {
        "/good": Reply(body=gzip.compress(b'["good"]'), headers=packed),
        "/bomb": Reply(body=gzip.compress(b" " * 50_000_000), headers=packed),
        "/odd": Reply(body=b"??", headers={"Content-Encoding": "br"}),
        "/bad": Reply(body=b"no gzip", headers=packed),
        "/half": Reply(body=gzip.compress(b'["good"]')[:-9], headers=packed),
        "/empty": Reply(status=404, headers=packed),
    }
    with replaying(routes) as service:
        async with reaching(service.url, largest=100_000) as http:
            assert (await http.get("/good")).json() == ["good"]
            assert (await http.get("/empty")).content == b""
            for path in ("/bomb", "/odd", "/bad", "/half"):
                with pytest.raises(Unavailable):
                    await http.get(path)
    # What was cut off on its way may arrive as a whole the second time.
    assert [asked.path for asked in service.asked].count("/half") == 2
    assert len(service.asked) == 7


async def test_the_log_says_nothing_of_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    """The service is named and the reason; neither the URL, nor its query, nor a key."""
    with replaying() as service, caplog.at_level(logging.DEBUG, "clientgraph"):
        service.down = True
        async with reaching(service.url, attempts=1) as http:
            with pytest.raises(Unavailable):
                await http.get("/canary", params={"q": "canary"}, headers={"Key": "canary"})
    said = [vars(record) for record in caplog.records if record.name.startswith("clientgraph")]
    assert [(each["plugin"], each["reason"]) for each in said] == [("trade:search", "HTTP 503")]
    assert "canary" not in str(said)


def test_a_replay_says_what_it_was_asked(replay: Replay) -> None:
    """Nothing was asked yet, and it has an address."""
    assert (replay.asked, replay.url.startswith("http://127.0.0.1:")) == ([], True)


@pytest.fixture
def replay() -> Any:
    """A service without routes."""
    with replaying() as found:
        yield found
