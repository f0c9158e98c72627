"""Do what the README tells a newcomer: `make demo`, a query, a mutation, Ctrl-C, and once more.

Run in a fresh clone. Uses nothing but the standard library and exits with a message at the first
thing that is not as promised.
"""

from __future__ import annotations

import http.client
import json
import os
import pty
import re
import select
import socket
import sys
import time
from contextlib import suppress
from typing import Any

INSTALL_SECONDS = 480
STOP_SECONDS = 10
TOKEN = re.compile(r"cgp_[0-9A-Za-z]{36}")
NAME = "Clean Clone SAS"
CREATE = f'mutation {{ clientCreate(input: {{name: "{NAME}"}}) {{ client {{ id }} }} }}'
COUNT = f'{{ clients(filter: {{name: {{eq: "{NAME}"}}}}) {{ totalCount }} }}'


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(port: int, token: str, query: str) -> Any:
    """The data of an operation."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    connection.request("POST", "/graphql", json.dumps({"query": query}), headers)
    body = json.load(connection.getresponse())
    connection.close()
    if "errors" in body:
        sys.exit(f"The demo answered {body['errors']}")
    return body["data"]


def is_ready(port: int) -> bool:
    """Whether the service answers that it can serve."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Demo:
    """`make demo` in a terminal of its own; ``shown`` is what it has printed so far."""

    def __init__(self, port: int) -> None:
        self.shown = ""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execvp("make", ["make", "demo", f"PORT={port}"])  # noqa: S606, S607

    def read(self, seconds: float) -> None:
        """Take what it prints in the next seconds."""
        if select.select([self._terminal], [], [], seconds)[0]:
            # Where the other side is closed, Linux answers EIO.
            with suppress(OSError):
                self.shown += os.read(self._terminal, 65_536).decode("utf-8", "replace")

    def ended(self) -> int | None:
        """The exit code, once there is one; that of a signal is negative."""
        pid, status = os.waitpid(self._pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def wait_until_ready(self, port: int) -> None:
        """Wait until it serves."""
        deadline = time.monotonic() + INSTALL_SECONDS
        while not is_ready(port):
            if self.ended() is not None or time.monotonic() > deadline:
                sys.exit(f"The demo does not serve:\n{self.shown}")
            self.read(0.2)

    def stop(self) -> None:
        """Ctrl-C, as it is typed; it must end with 0 in time."""
        os.write(self._terminal, b"\x03")
        deadline = time.monotonic() + STOP_SECONDS
        while (code := self.ended()) is None:
            if time.monotonic() > deadline:
                sys.exit(f"Ctrl-C does not stop the demo within {STOP_SECONDS} s:\n{self.shown}")
            self.read(0.1)
        if code != 0 or "Traceback" in self.shown:
            sys.exit(f"The demo ends with {code}, not 0:\n{self.shown}")


def run(*, expected: int) -> None:
    """One start: as many clients of our name as expected, then one more."""
    port = free_port()
    begun = time.monotonic()
    demo = Demo(port)
    demo.wait_until_ready(port)
    seconds = time.monotonic() - begun
    demo.read(0.5)
    token = TOKEN.search(demo.shown)
    if token is None:
        sys.exit(f"The demo prints no token:\n{demo.shown}")
    found = ask(port, token[0], COUNT)["clients"]["totalCount"]
    if found != expected:
        sys.exit(f"The demo has {found} clients of our name, not {expected}.")
    if ask(port, token[0], CREATE)["clientCreate"]["client"] is None:
        sys.exit("The demo does not make a client.")
    demo.stop()
    print(f"make demo served after {seconds:.1f} s, with {found} clients of ours from before.")


if __name__ == "__main__":
    run(expected=0)
    run(expected=1)
