"""The contenders as processes: each pinned to one core, started, and ended again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bench.databases import Databases
from bench.failure import Failure
from bench.operations import CLIENTGRAPH, COMMON, POSTGRAPHILE, Asking, Form
from bench.places import BENCH, PEER_PYTHON, PRODUCT_PYTHON, ROOT, SERVER_CORE, VAR

_START_SECONDS: Final = 90
Engine = Literal["PostgreSQL", "SQLite"]


@dataclass(frozen=True)
class Contender:
    """A program and how it is asked; ``limit`` is what others on its database are held against."""

    key: str
    title: str
    engine: Engine
    command: Sequence[str]
    form: Form = COMMON
    path: str = "/"
    is_limit: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether it is clientgraph."""
        return self.form is CLIENTGRAPH


def _asgi(python: Path, module: str) -> list[str]:
    app = f"bench.contenders.{module}:app"
    return [str(python / "python"), "-m", "uvicorn", app, "--loop", "uvloop", "--http", "httptools",
            "--no-access-log", "--log-level", "warning"]  # fmt: skip


def _node(program: str) -> list[str]:
    return ["node", str(BENCH / "contenders" / program)]


_OURS: Final = [str(PRODUCT_PYTHON / "python"), "-m", "bench.service"]
CONTENDERS: Final = (
    Contender("limit-json", "limit A: JSON built in the database", "PostgreSQL",
              _asgi(PRODUCT_PYTHON, "limit_json"), is_limit=True),
    Contender("limit-rows", "limit B: rows put together by hand, orjson", "PostgreSQL",
              _asgi(PRODUCT_PYTHON, "limit_rows"), is_limit=True),
    Contender("clientgraph", "**clientgraph**", "PostgreSQL", _OURS, CLIENTGRAPH, "/graphql"),
    Contender("postgraphile", "PostGraphile 5 (Node)", "PostgreSQL", _node("postgraphile.mjs"),
              POSTGRAPHILE),
    Contender("mercurius", "mercurius with jit (Node)", "PostgreSQL", _node("mercurius.mjs")),
    Contender("yoga", "GraphQL Yoga + dataloader (Node)", "PostgreSQL", _node("yoga.mjs")),
    Contender("ariadne", "Ariadne + SQLAlchemy", "PostgreSQL", _asgi(PEER_PYTHON, "ariadne_app")),
    Contender("graphene", "Graphene + SQLAlchemy", "PostgreSQL",
              _asgi(PEER_PYTHON, "graphene_app")),
    Contender("strawberry", "Strawberry + Tortoise, the usual way", "PostgreSQL",
              _asgi(PRODUCT_PYTHON, "strawberry_app")),
    Contender("limit-sqlite", "limit: sqlite3 in place, rows put together by hand", "SQLite",
              _asgi(PRODUCT_PYTHON, "limit_sqlite"), is_limit=True),
    Contender("clientgraph-sqlite", "**clientgraph**", "SQLite", _OURS, CLIENTGRAPH, "/graphql"),
)  # fmt: skip


@dataclass(frozen=True)
class Running:
    """A contender that answers on a port."""

    contender: Contender
    port: int
    process: subprocess.Popen[bytes]
    asking: Asking


@contextmanager
def all_running(databases: Databases, clients: int) -> Iterator[list[Running]]:
    """Every contender, side by side: those that are not asked wait and cost nothing."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(running(contender, databases, clients)) for contender in CONTENDERS
        ]


@contextmanager
def running(
    contender: Contender,
    databases: Databases,
    clients: int,
    command: Sequence[str] | None = None,
) -> Iterator[Running]:
    """One contender on a port of its own; raises `Failure` when it does not start."""
    port = _free_port()
    program = [*(command or contender.command)]
    if program[1:3] == ["-m", "uvicorn"]:
        program += ["--port", str(port)]
    file = VAR / f"{contender.key}.log"
    with file.open("wb") as log:
        process = subprocess.Popen(
            ["taskset", "-c", str(SERVER_CORE), *program],
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=_environment(contender, databases, port),
        )
    try:
        _wait(contender, process, port, file)
        token = databases.token if contender.is_ours else None
        asking = Asking(contender.form, contender.path, databases.organisation, clients, token)
        yield Running(contender, port, process, asking)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _environment(contender: Contender, databases: Databases, port: int) -> Mapping[str, str]:
    given = {
        "BENCH_DATABASE_URL": databases.url,
        "BENCH_SQLITE_FILE": str(databases.file),
        "BENCH_ORGANISATION": str(databases.organisation),
        "BENCH_PORT": str(port),
        "NODE_ENV": "production",
    }
    settings = databases.sqlite if contender.engine == "SQLite" else databases.postgres
    ours = {**settings, "CLIENTGRAPH_PORT": str(port)} if contender.is_ours else {}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **given, **ours}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(contender: Contender, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise Failure(f"{contender.key} did not start: {log} says why.")
