"""Run the service in a process of its own: settings from the environment, the port to stdout."""

from __future__ import annotations

import socket

import uvicorn

from clientgraph.app import create_app
from clientgraph.config import load


def main() -> None:
    """Serve on a free port of 127.0.0.1 until the process is ended."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(create_app(load()), log_level="warning", ws="websockets-sansio")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
