"""Runs commands and servers in processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from clientgraph.loading import installed
from clientgraph.storage.migrations import CORE

COMMAND = (sys.executable, "-m", "clientgraph")
MIGRATIONS = [f"{step.namespace}/{step.name}" for step in CORE]
WITH_PLUGINS = [
    *MIGRATIONS,
    *(
        f"{step.namespace}/{step.name}"
        for steps in installed().migrations.values()
        for step in steps
    ),
]
SECONDS = 60
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/graphql")


class Outcome(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """A folder and the settings of its environment."""

    folder: Path
    settings: Mapping[str, str]

    def __call__(self, *arguments: str, **more: str) -> Outcome:
        """Run a command to its end; ``more`` are variables of the environment."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self._environment(more),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def running(self, *arguments: str, command: tuple[str, ...] = COMMAND) -> Iterator[Server]:
        """A command that serves; it is ended with the block if it has not ended before."""
        with self.started(*arguments, command=command) as (process, log):
            yield Server(process, log, _port(process, log))

    @contextmanager
    def started(
        self,
        *arguments: str,
        command: tuple[str, ...] = COMMAND,
        name: str = "server",
        **more: str,
    ) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
        """A command that goes on, and the file that it writes to; it is ended with the block.

        ``more`` are variables of the environment; ``name`` is that of the file.
        """
        log = self.folder / f"{name}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [*command, *arguments],
                cwd=self.folder,
                env=self._environment(more),
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process, log
        finally:
            process.kill()
            process.wait()

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CLIENTGRAPH_")}
        return {**kept, "PYTHONUNBUFFERED": "1", **self.settings, **more}


@dataclass(frozen=True)
class Server:
    """A process that serves the API on a port of this computer."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int

    @property
    def text(self) -> str:
        """What it wrote so far."""
        return self.log.read_text("utf-8")

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body of a GET."""
        with urlopen(
            Request(f"http://127.0.0.1:{self.port}{path}", headers=headers), timeout=SECONDS
        ) as answer:
            return answer.status, answer.read().decode()

    def graphql(self, token: str, query: str, variables: Any = None) -> Any:
        """The whole answer to an operation."""
        request = Request(
            f"http://127.0.0.1:{self.port}/graphql",
            data=json.dumps({"query": query, "variables": variables or {}}).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return json.loads(answer.read())

    def interrupt(self, patience: float = 20) -> tuple[int, float]:
        """Press Ctrl-C; the exit code and how many seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(patience)
        return code, time.monotonic() - begun


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port that a server says it serves on."""
    for _ in range(600):
        found = _ADDRESS.search(log.read_text("utf-8"))
        if found:
            return int(found[1])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"it does not serve: {log.read_text('utf-8')}")
