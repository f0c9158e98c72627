"""Runs an application under uvicorn: on a socket of ours, with bounded frames and waits."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from clientgraph.commands.problems import Problem
from clientgraph.commands.stopping import Stopping
from clientgraph.commands.supervision import BEAT_SECONDS, Watched
from clientgraph.config import Settings
from clientgraph.doctor import listen

LARGEST_FRAME: Final = 65_536


class Server(uvicorn.Server):
    """Tells when it serves, and the application when it stops."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        stopping: Callable[[], None],
        watched: Watched,
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping
        self._watched = watched
        self._beating: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            # What is there now stays: the collector need not go through it again and again.
            gc.collect()
            gc.freeze()
            # Jobs compute in threads, for which requests wait this long at a time.
            sys.setswitchinterval(0.001)
            self._beating = asyncio.create_task(self._beat())
            self._ready()

    async def _beat(self) -> None:
        """Tell who watches that this loop goes round."""
        while True:
            self._watched.beat()
            await asyncio.sleep(BEAT_SECONDS)

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
    app: ASGIApp, settings: Settings, *, graceful_seconds: int, **more: Any
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
    watched: Watched | None = None,
    **more: Any,
) -> None:
    """Serve in this process until Ctrl-C or SIGTERM; raises `Problem` when it cannot start."""
    stopping = Stopping(app)
    config = configured(stopping, settings, graceful_seconds=graceful_seconds, **more)
    # uvicorn raises the signal that ended it once more when it is done.
    with suppress(KeyboardInterrupt):
        try:
            Server(config, ready, stopping.begin, watched or Watched()).run(sockets=[place])
        except SystemExit as failed:
            raise Problem("The service did not start; the lines above say why.") from failed
