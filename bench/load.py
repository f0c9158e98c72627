"""The load: requests over connections that are kept open, each answer before the next request.

A loop of our own over epoll: it shares its core with PostgreSQL, and must not be what is measured.
"""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Final

from bench.failure import Failure

_CHUNK: Final = 1 << 18
_PATIENCE_SECONDS: Final = 30
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_LAST_CHUNK: Final = b"0\r\n\r\n"


@dataclass(frozen=True)
class Measured:
    """How many requests were answered well in how many seconds, and what asking cost us."""

    answers: int
    failures: int
    seconds: float
    own_seconds: float

    @property
    def per_second(self) -> float:
        """Good answers a second."""
        return self.answers / self.seconds


class _Connection:
    """One connection with the answer that is arriving."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), _PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = bytearray()
        self._whole: int | None = None
        self._chunked = False

    def close(self) -> None:
        self.socket.close()

    def ask(self, request: bytes) -> None:
        self._answer.clear()
        self._whole, self._chunked = None, False
        self.socket.sendall(request)

    def take(self) -> bytes | None:
        """Receive what is there: the whole answer, or None while more of it is to come."""
        part = self.socket.recv(_CHUNK)
        if not part:
            raise Failure(f"The contender hung up after: {bytes(self._answer[:500])!r}")
        self._answer += part
        if self._whole is None and not self._chunked:
            self._measure()
        if self._chunked:
            return bytes(self._answer) if self._answer.endswith(_LAST_CHUNK) else None
        arrived = self._whole is not None and len(self._answer) >= self._whole
        return bytes(self._answer) if arrived else None

    def _measure(self) -> None:
        end = self._answer.find(b"\r\n\r\n")
        if end < 0:
            return
        if found := _LENGTH.search(self._answer, 0, end + 2):
            self._whole = end + 4 + int(found[1])
        elif _CHUNKED.search(self._answer, 0, end + 2):
            self._chunked = True
        else:
            raise Failure(f"An answer of unknown length: {bytes(self._answer[:500])!r}")


def measure(port: int, requests: Iterator[bytes], concurrency: int, seconds: float) -> Measured:
    """Ask for so long, and wait for what was asked by then; raises `Failure` where none is good."""
    own = time.process_time()
    with _opened(port, concurrency) as connections:
        begun = time.perf_counter()
        answers, failures = _asked(connections, requests, begun + seconds)
        ended = time.perf_counter()
    own = time.process_time() - own
    return Measured(answers, failures, ended - begun, own)


def _asked(
    connections: Sequence[_Connection], requests: Iterator[bytes], until: float
) -> tuple[int, int]:
    """How many answers were good, and how many were errors."""
    answers, failures = 0, 0
    known = {each.socket.fileno(): each for each in connections}
    with select.epoll() as poll:
        for number, connection in known.items():
            poll.register(number, select.EPOLLIN)
            connection.ask(next(requests))
        waiting = len(known)
        while waiting:
            ready = poll.poll(_PATIENCE_SECONDS)
            if not ready:
                raise Failure(f"No answer within {_PATIENCE_SECONDS} s.")
            for number, _ in ready:
                connection = known[number]
                answer = connection.take()
                if answer is None:
                    continue
                if _is_good(answer):
                    answers += 1
                else:
                    failures += 1
                if time.perf_counter() < until:
                    connection.ask(next(requests))
                else:
                    waiting -= 1
    if not answers:
        raise Failure(f"A contender answered nothing but errors: {answer!r}")
    return answers, failures


def ask(port: int, request: bytes) -> bytes:
    """The body of one answer; raises `Failure` for an error."""
    with _opened(port, 1) as (connection,):
        connection.ask(request)
        while (answer := connection.take()) is None:
            pass
    if not _is_good(answer):
        raise Failure(f"A contender answered an error: {answer[:1500]!r}")
    head, _, body = answer.partition(b"\r\n\r\n")
    return _joined(body) if _CHUNKED.search(head + b"\r\n") else body


@contextmanager
def _opened(port: int, count: int) -> Iterator[list[_Connection]]:
    with ExitStack() as stack:
        yield [stack.enter_context(closing(_Connection(port))) for _ in range(count)]


def _is_good(answer: bytes) -> bool:
    return answer.startswith(b"HTTP/1.1 200 ") and b'"errors"' not in answer


def _joined(body: bytes) -> bytes:
    """The chunks of a body as one."""
    made, rest = bytearray(), body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        made += rest[:length]
        rest = rest[length + 2 :]
        if not length:
            break
    return bytes(made)
