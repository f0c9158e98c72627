"""A service on a local port that replays what was recorded, and misbehaves as it is told."""

from __future__ import annotations

import json
import logging
import math
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

log = logging.getLogger(__name__)

_GARBAGE: Final = b"<html><body>Down for maintenance</body></html>"
_RESET: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it arrived. ``query`` has the first value of each name; headers' names are
    in lower case.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is answered. ``body`` is sent as it is where it is bytes, else as JSON."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Replay:
    """The service: its routes, what it was asked, and its switches.

    ``routes`` are path → what is answered: a `Reply`, a function from `Asked` to what is answered,
    or what is answered itself: JSON, or bytes. A path may be followed by parameters that the
    request must have (``/companies?q=ganymede``); of several routes, the one that names most of
    them answers. What has no route is answered with 404, and a function that raises with 500; the
    log of a test that fails tells of both.

    ``url``      where it is, for the setting ``[plugin.NAME.services]``.
    ``asked``    the requests that arrived, each an `Asked`, oldest first.
    ``down``     answers 503, with ``Retry-After`` where ``retry_after`` is set.
    ``slow``     waits so many seconds before each answer.
    ``garbage``  answers a page of HTML with status 200.
    ``reset``    breaks the connection off instead of answering.
    """

    def __init__(self, routes: Mapping[str, Any] | None = None) -> None:
        self.url = ""
        self.routes = dict(routes or {})
        for path, route in self.routes.items():
            _check(path, route)
        self.asked: list[Asked] = []
        self.refused = 0
        self.down = False
        self.slow = 0.0
        self.garbage = False
        self.reset = False
        self.retry_after: int | str | None = None
        self._limit: int | None = None
        self._span = 1.0
        self._seen: deque[float] = deque()
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def rate(self, limit: int, per: float = 1.0) -> None:
        """Answer more than ``limit`` requests within ``per`` seconds with 429 and Retry-After."""
        self._limit, self._span = limit, per

    def answer(self, asked: Asked) -> Reply | None:
        """What is answered to a request; None to break the connection off."""
        wait = self._noted(asked)
        self._ended.wait(self.slow)
        if self.reset:
            return None
        if wait:
            return Reply(status=429, headers={"Retry-After": str(math.ceil(wait))})
        if self.down:
            rest = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
            return Reply(status=503, headers=rest)
        if self.garbage:
            return Reply(body=_GARBAGE, headers={"Content-Type": "text/html"})
        try:
            return self._routed(asked)
        except Exception as error:  # noqa: BLE001 - a test's own function
            _tell("a route failed", asked, f"{type(error).__name__}: {error}")
            return Reply(status=500, body={})

    def end(self) -> None:
        """Let nobody wait any longer."""
        self._ended.set()

    def _routed(self, asked: Asked) -> Reply:
        """What the best route answers."""
        fitting = [path for path in self.routes if _fits(path, asked)]
        if not fitting:
            _tell("no route fits a request", asked, f"known: {', '.join(self.routes) or 'none'}")
            return Reply(status=404, body={})
        path = max(fitting, key=lambda each: len(_parameters(each)))
        found = self.routes[path]
        made = found(asked) if callable(found) else found
        _check(path, made)
        return made if isinstance(made, Reply) else Reply(body=made)

    def _noted(self, asked: Asked) -> float:
        """Seconds until another request is within the rate; 0 where this one is."""
        now = time.monotonic()
        with self._lock:
            self.asked.append(asked)
            while self._seen and self._seen[0] <= now - self._span:
                self._seen.popleft()
            if self._limit is not None and len(self._seen) >= self._limit:
                self.refused += 1
                return self._span - (now - self._seen[0] if self._seen else 0.0)
            self._seen.append(now)
            return 0.0


def _check(path: str, route: Any) -> None:
    """Raises `TypeError` for what would be answered otherwise than it was meant."""
    if isinstance(route, tuple):
        raise TypeError(
            f"the route {path} answers a tuple. For another status than 200 write "
            "Reply(status=404, body=…); for a list, [ ]."
        )


def _parameters(path: str) -> set[tuple[str, str]]:
    return set(parse_qsl(urlsplit(path).query, keep_blank_values=True))


def _fits(path: str, asked: Asked) -> bool:
    return urlsplit(path).path == asked.path and _parameters(path) <= set(asked.query.items())


def _tell(message: str, asked: Asked, reason: str) -> None:
    url = f"{asked.path}?{urlencode(asked.query)}" if asked.query else asked.path
    log.warning(message, extra={"method": asked.method, "path": url, "reason": reason})


def _handler(replay: Replay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query, keep_blank_values=True)
            asked = Asked(
                method=self.command,
                path=parts.path,
                query={name: values[0] for name, values in query.items()},
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            reply = replay.answer(asked)
            if reply is None:
                self._break_off()
                return
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json", **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.content)

        do_GET = do_POST = do_HEAD = _serve  # noqa: N815 - as the base class wants them named

        def _break_off(self) -> None:
            # Without lingering, closing sends a reset instead of an orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.close_connection = True
            self.connection.close()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Callers that gave up are no news."""


@contextmanager
def replaying(routes: Mapping[str, Any] | None = None) -> Iterator[Replay]:
    """The service on a free port of this machine: path → route."""
    replay = Replay(routes)
    with _Server(("127.0.0.1", 0), _handler(replay)) as server:
        replay.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield replay
        finally:
            replay.end()
            server.shutdown()
