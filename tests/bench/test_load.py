"""The load: what it counts, and that no error counts as an answer."""

from __future__ import annotations

import itertools
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.failure import Failure
from bench.load import ask, measure

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="The load needs epoll.")
ASKED = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
Answer = Callable[[BaseHTTPRequestHandler], None]


def whole(handler: BaseHTTPRequestHandler, body: bytes = b'{"data":{}}', status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def in_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b'5\r\n{"dat\r\n6\r\na":{}}\r\n0\r\n\r\n')


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """That the load hung up is no news."""


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[int, list[str]]]:
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            paths.append(self.path)
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1], paths
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("answer", [whole, in_chunks])
def test_every_answer_is_counted_once(answer: Answer) -> None:
    """As many answers are counted as requests arrived, however they are sent."""
    with serving(answer) as (port, paths):
        found = measure(port, itertools.repeat(ASKED), 4, 0.1)
        assert found.answers == len(paths)
        assert found.answers >= 4
        assert found.failures == 0
        assert found.per_second == found.answers / found.seconds


@pytest.mark.parametrize("answer", [whole, in_chunks])
def test_the_body_is_handed_over(answer: Answer) -> None:
    """Without its chunks."""
    with serving(answer) as (port, _):
        assert ask(port, ASKED) == b'{"data":{}}'


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler: whole(handler, b'{"errors":[]}'),
        lambda handler: whole(handler, status=500),
        lambda handler: whole(handler, status=429),
    ],
)
def test_errors_alone_end_the_run(answer: Answer) -> None:
    """A contender that answers errors is not fast."""
    with serving(answer) as (port, _):
        with pytest.raises(Failure, match="nothing but errors"):
            measure(port, itertools.repeat(ASKED), 2, 0.1)
        with pytest.raises(Failure, match="answered an error"):
            ask(port, ASKED)


def test_errors_do_not_count_as_answers() -> None:
    """They are counted apart: a rate is that of good answers."""
    turns = itertools.cycle([b'{"data":{}}', b'{"errors":[]}'])
    with serving(lambda handler: whole(handler, next(turns))) as (port, paths):
        found = measure(port, itertools.repeat(ASKED), 2, 0.1)
        assert found.answers + found.failures == len(paths)
        assert abs(found.answers - found.failures) <= 1
