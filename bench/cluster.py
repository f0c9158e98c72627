"""A PostgreSQL server of the benchmark's own, on one core, the same for every contender."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench.failure import Failure
from bench.places import DATABASE_CORE, VAR

SUPERUSER: Final = "bench"
_START_SECONDS: Final = 60
# The disk is not what is measured: commits do not wait for it, and all that is read is in memory.
_SETTINGS: Final = {
    "shared_buffers": "1GB",
    "max_connections": "300",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "256MB",
    "jit": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


class Cluster:
    """The running server; ``url`` is that of one of its databases, as a role."""

    def __init__(self, port: int) -> None:
        self._port = port

    def url(self, database: str, role: str = SUPERUSER) -> str:
        """Where a role connects; the server trusts whoever reaches it."""
        return f"postgresql://{role}@127.0.0.1:{self._port}/{database}"


@contextmanager
def running() -> Iterator[Cluster]:
    """The server, made at the first time; raises `Failure` where PostgreSQL is not installed."""
    folder, programs = VAR / "postgres", _programs()
    folder.mkdir(parents=True, exist_ok=True)
    owner = _owner(folder)
    if not (folder / "PG_VERSION").exists():
        make = [
            str(programs / "initdb"),
            "-D",
            str(folder),
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        subprocess.run(
            [*make, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/", **owner
        )
    # What can be switched on while it runs, to count statements: no part of the command line.
    (folder / "postgresql.auto.conf").write_text("pg_stat_statements.track = 'none'\n", "utf-8")
    port = _free_port()
    chosen = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    server = ["taskset", "-c", str(DATABASE_CORE), str(programs / "postgres"), "-D", str(folder)]
    with (VAR / "postgres.log").open("wb") as log:
        process = subprocess.Popen(
            [*server, "-p", str(port), *chosen], stdout=log, stderr=log, cwd="/", **owner
        )
    try:
        _wait(process, [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)])
        yield Cluster(port)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _programs() -> Path:
    asked = shutil.which("pg_config")
    if asked is None:
        raise Failure("PostgreSQL's pg_config is not on the path: install PostgreSQL 15 or newer.")
    found = subprocess.run([asked, "--bindir"], check=True, capture_output=True, text=True)
    folder = Path(found.stdout.strip())
    if not (folder / "initdb").exists():
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not versions:
            raise Failure(f"There is no initdb in {folder}: install PostgreSQL's server, too.")
        folder = versions[-1].parent
    return folder


def _owner(folder: Path) -> dict[str, Any]:
    """As whom the server runs: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam("postgres")
    os.chown(folder, found.pw_uid, found.pw_gid)
    folder.chmod(0o700)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": ()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[Any], question: Sequence[str]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if subprocess.run(question, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise Failure(f"PostgreSQL did not start: {VAR / 'postgres.log'} says why.")
