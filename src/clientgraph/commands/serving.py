"""Runs an application under uvicorn: on a socket of ours, with bounded frames and waits."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from clientgraph.commands.problems import Problem
from clientgraph.commands.stopping import Stopping
from clientgraph.config import Settings
from clientgraph.doctor import listen

LARGEST_FRAME: Final = 65_536


class Server(uvicorn.Server):
    """Tells when it serves, and the application when it stops."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell, then stop."""
        self._stopping()
        await super().shutdown(sockets=sockets)


def bound(settings: Settings) -> socket.socket:
    """The socket to serve on; raises `Problem` when it cannot be had."""
    place = f"Port {settings.port} of {settings.host}"
    try:
        return listen(settings.host, settings.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fix = f"Stop the program that uses it, or choose another: --port {settings.port + 1}"
            raise Problem(f"{place} is in use. {fix}") from error
        fix = "Choose another with --host and --port."
        raise Problem(f"{place} cannot be used: {os.strerror(error.errno or 0)}. {fix}") from error


def configured(
    app: ASGIApp | str, settings: Settings, *, graceful_seconds: int, **more: Any
) -> uvicorn.Config:
    """How we run uvicorn; our middleware writes the access log, without query strings."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=graceful_seconds,
        **more,
    )


def serve(
    app: ASGIApp,
    settings: Settings,
    place: socket.socket,
    ready: Callable[[], None],
    *,
    graceful_seconds: int,
    **more: Any,
) -> None:
    """Serve in this process until Ctrl-C or SIGTERM; raises `Problem` when it cannot start."""
    stopping = Stopping(app)
    config = configured(stopping, settings, graceful_seconds=graceful_seconds, **more)
    with _ends():
        Server(config, ready, stopping.begin).run(sockets=[place])


def serve_in_processes(config: uvicorn.Config, place: socket.socket) -> None:
    """Serve in several processes; raises `Problem` when they cannot start."""
    with _ends():
        Multiprocess(config, sockets=[place]).run()


@contextmanager
def _ends() -> Iterator[None]:
    # uvicorn raises the signal that ended it once more when it is done.
    with suppress(KeyboardInterrupt):
        try:
            yield
        except SystemExit as failed:
            raise Problem("The service did not start; the lines above say why.") from failed
