"""One service, as a plugin speaks to it: asked in its own time, again where that can help."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import httpcore2
import httpx2
import orjson

from clientgraph.contract.outbound import HttpAnswer, OutboundService, Unavailable
from clientgraph.outbound.addresses import Refused
from clientgraph.outbound.answers import Unusable, read, retry_after
from clientgraph.outbound.cache import AnswerCache, cache_key
from clientgraph.outbound.hosts import Account, Host, Hosts
from clientgraph.outbound.patience import end_of_patience
from clientgraph.outbound.understanding import unless_understood
from clientgraph.outbound.urls import Urls, origin, same_origin

# Not the generator that all share: tests of others rely on its order.
_CHANCE: Final = random.SystemRandom()
log = logging.getLogger(__name__)

MOST_REDIRECTS: Final = 3
HOSTS_AT_ONCE: Final = 16
_SHORTEST_PAUSE: Final = 0.1
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OURS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_NO_ANSWER: Final = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    OSError,
)


@dataclass(frozen=True, kw_only=True)
class _Request:
    host: Host
    account: Account
    method: str
    url: httpx2.URL
    headers: Mapping[str, str]
    content: bytes | None = None


class ServiceClient:
    """Speaks to one service; the contract's `HttpClient`. ``name`` is what the log calls it."""

    def __init__(
        self,
        name: str,
        service: OutboundService,
        urls: Urls,
        pool: httpcore2.AsyncConnectionPool,
        user_agent: str,
    ) -> None:
        self._name = name
        self._service = service
        self._urls = urls
        self._pool = pool
        self._user_agent = user_agent
        self._cache = AnswerCache(service.cache)
        self._hosts = Hosts(service)
        self._places = asyncio.Semaphore(most_at_once(service))

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Ask with GET. Answers are cached by URL and headers."""
        url = self._urls.of(path, params)
        request = self._request("GET", url, headers)
        if "no-store" in request.headers.get("cache-control", "").lower():
            return await self._ask(request, self._service.attempts)
        key = cache_key(str(url), headers or {})
        unless_understood(partial(self._cache.forget, key))
        known = self._cache.find(key, time.monotonic())
        if known is not None:
            return known
        answer = await self._ask(request, self._service.attempts)
        self._cache.keep(key, answer, time.monotonic())
        return answer

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> HttpAnswer:
        """Ask with POST; sent again after a failure only where it is ``repeatable``."""
        given = dict(headers or {})
        if content is None:
            content = orjson.dumps(json)
            given = {"content-type": "application/json", **given}
        request = self._request("POST", self._urls.of(path, None), given, content)
        return await self._ask(request, self._service.attempts if repeatable else 1)

    async def aclose(self) -> None:
        """End its connections."""
        await self._pool.aclose()

    def _request(
        self,
        method: str,
        url: httpx2.URL,
        headers: Mapping[str, str] | None,
        content: bytes | None = None,
    ) -> _Request:
        sent = self._headers(headers)
        name = self._service.credential
        key = sent.get(name.lower()) or url.params.get(name) or ""
        host = self._hosts.at(origin(url))
        account = host.account(hashlib.blake2b(key.encode(), digest_size=32).digest())
        return _Request(
            host=host, account=account, method=method, url=url, headers=sent, content=content
        )

    def _headers(self, given: Mapping[str, str] | None) -> dict[str, str]:
        named = {name.lower(): value for name, value in (given or {}).items()}
        if bad := _OURS & named.keys():
            raise ValueError(f"headers that are not a plugin's to set: {', '.join(sorted(bad))}")
        usual = {"accept": "application/json", "user-agent": self._user_agent}
        return {**usual, **named, "accept-encoding": "gzip"}

    async def _ask(self, request: _Request, attempts: int) -> HttpAnswer:
        """The answer of the last attempt that is left in time."""
        end = end_of_patience(self._service.timeout * attempts)
        pause = _SHORTEST_PAUSE
        while True:
            attempts -= 1
            try:
                return await self._attempt(request, end)
            except Unavailable as error:
                self._note(error)
                rest = error.retry_after
                pause *= 2
                wait = _CHANCE.uniform(pause / 2, pause) if rest is None else rest
                if attempts <= 0 or isinstance(error, Unusable) or time.monotonic() + wait >= end:
                    raise
                await asyncio.sleep(wait)

    async def _attempt(self, request: _Request, end: float) -> HttpAnswer:
        """One answer that counts; raises `Unavailable`."""
        async with self._turn(request, end):
            seconds = min(self._service.timeout, end - time.monotonic())
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._followed(request)
            except Refused as error:
                raise Unusable("the host leads to no public address") from error
            except TimeoutError as error:
                request.host.rest.failed(time.monotonic())
                raise Unavailable("no answer in time") from error
            except _NO_ANSWER as error:
                request.host.rest.failed(time.monotonic())
                raise Unavailable("no answer") from error
        return self._judged(request, answer)

    def _judged(self, request: _Request, answer: HttpAnswer) -> HttpAnswer:
        """The answer where it is one to the question; notes how the host does.

        Who asked too much is sent away alone; a host that cannot answer is left alone by all.
        """
        if answer.status != 429 and answer.status < 500:
            request.host.rest.succeeded()
            return answer
        now = time.monotonic()
        rest = request.account.rest if answer.status == 429 else request.host.rest
        if answer.status != 429:
            rest.failed(now)
        wanted = retry_after(answer.headers)
        if wanted is not None:
            rest.wanted(now, wanted)
        raise Unavailable(f"HTTP {answer.status}", retry_after=wanted)

    @asynccontextmanager
    async def _turn(self, request: _Request, end: float) -> AsyncIterator[None]:
        """Held while the host may be asked; raises `Unavailable` where that is too late."""
        host, account = request.host, request.account
        async with _place(host.places, end):
            while wait := _rest(host, account):
                await self._pass(wait, end)
            slot = account.pace.slot(time.monotonic(), end)
            await self._pass(slot - time.monotonic(), end)
            async with _place(self._places, end):
                if time.monotonic() >= end:
                    raise Unavailable("no time is left")
                yield

    async def _pass(self, seconds: float, end: float) -> None:
        """Wait, unless it is longer than the caller does."""
        if seconds > 0 and time.monotonic() + seconds >= end:
            raise Unavailable("not to be asked now", retry_after=math.ceil(seconds))
        await asyncio.sleep(max(0.0, seconds))

    async def _followed(self, request: _Request) -> HttpAnswer:
        """The answer, after redirects within the same origin."""
        for _ in range(MOST_REDIRECTS):
            answer = await self._sent(request)
            target = answer.headers.get("location")
            if request.method != "GET" or answer.status not in _REDIRECTS or not target:
                return answer
            try:
                url = request.url.join(target)
            except httpx2.InvalidURL:
                return answer
            if not same_origin(url, request.url) or url.userinfo:
                return answer
            request = replace(request, url=url)
        return await self._sent(request)

    async def _sent(self, request: _Request) -> HttpAnswer:
        url = request.url
        target = httpcore2.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        headers = [("host", url.netloc.decode("ascii")), *request.headers.items()]
        async with self._pool.stream(
            request.method, target, headers=headers, content=request.content
        ) as response:
            return await read(response, self._service.largest)

    def _note(self, error: Unavailable) -> None:
        log.warning(
            "a service is not available", extra={"plugin": self._name, "reason": str(error)}
        )


def most_at_once(service: OutboundService) -> int:
    """How many requests to it may be under way: where it is many hosts, a bound to all of them."""
    return service.at_once * (HOSTS_AT_ONCE if service.base_url is None else 1)


def _rest(host: Host, account: Account) -> float:
    """Seconds to wait; the host lets one request through after its pause: it is asked last."""
    now = time.monotonic()
    return account.rest.wait(now) or host.rest.wait(now)


@asynccontextmanager
async def _place(places: asyncio.Semaphore, end: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(max(0.0, end - time.monotonic())):
            await places.acquire()
    except TimeoutError as error:
        raise Unavailable("too many requests are under way") from error
    try:
        yield
    finally:
        places.release()
