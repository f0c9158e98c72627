"""Looks at an installation and says what is wrong with it, and how to put it right."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clientgraph.config import Settings, without_password
from clientgraph.errors import SettingsError
from clientgraph.plugins import Plugins, installed
from clientgraph.storage.database import dialect_of, sqlite_path
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import MigrationError, missing
from clientgraph.storage.state import (
    LOWEST_SQLITE,
    SQLITE,
    DatabaseProblem,
    journal_mode,
    server,
    told_plainly,
)

# The minor releases of August 2025 repair CVE-2025-8713 (row-level security) among others.
LOWEST_POSTGRES: Final = {15: 15_0014, 16: 16_0010, 17: 17_0006}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``fix`` says what to do, and is empty where all is well."""

    topic: str
    text: str
    fix: str = ""

    @property
    def good(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.fix


def from_problem(topic: str, problem: str) -> Finding:
    """A problem told in sentences, of which the last ones say what to do."""
    wrong, _, fix = problem.partition(". ")
    return Finding(topic, wrong, fix or "Correct it.")


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything that can be looked at without changing it."""
    found = [_secret(settings)]
    sqlite = dialect_of(settings.database_url) == "sqlite"
    found += _sqlite(settings) if sqlite else await _postgres(settings)
    if all(one.good for one in found if one.topic == "database"):
        found.append(await _migrations(settings))
    found += plugins_found(installed(settings.plugins))
    found.append(_port(settings.host, settings.port))
    return found


def _secret(settings: Settings) -> Finding:
    try:
        settings.secret()
    except SettingsError as error:
        return from_problem("secret", error.problems[0])
    path = Path(settings.secret_file)
    if settings.secret_key:
        return Finding("secret", "given by secret_key")
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        fix = f"Make it its owner's alone: chmod 600 {path}"
        return Finding("secret", f"others can read {path}", fix)
    return Finding("secret", f"kept in {path}")


def _sqlite(settings: Settings) -> list[Finding]:
    version, lowest = (".".join(map(str, parts)) for parts in (SQLITE, LOWEST_SQLITE))
    new_enough = SQLITE >= LOWEST_SQLITE
    fix = f"Use a Python that was built with SQLite {lowest} or newer."
    library = Finding("sqlite", f"library {version}", "" if new_enough else fix)
    path = Path(sqlite_path(settings.database_url))
    return [library, _file(path)]


def _file(path: Path) -> Finding:
    if not path.exists():
        return Finding("database", f"{path} does not exist", "Make it: clientgraph migrate")
    if not os.access(path, os.R_OK | os.W_OK):
        fix = f"Give this user the right to write it: chown or chmod {path}"
        return Finding("database", f"{path} cannot be written", fix)
    if not os.access(path.parent, os.W_OK):
        fix = f"SQLite writes beside its file: give this user the right to write {path.parent}"
        return Finding("database", f"the folder {path.parent} cannot be written", fix)
    try:
        with told_plainly(str(path)):
            mode = journal_mode(str(path))
    except DatabaseProblem as problem:
        return from_problem("database", str(problem))
    fix = "" if mode == "wal" else "Let it read while it writes: clientgraph migrate"
    return Finding("database", f"{path}, journal of kind '{mode}'", fix)


async def _postgres(settings: Settings) -> list[Finding]:
    url = without_password(settings.database_url)
    try:
        with told_plainly(url):
            found = await server(settings.database_url)
    except DatabaseProblem as problem:
        return [from_problem("database", str(problem))]
    return [
        Finding("database", f"{url} answers"),
        postgres_version(found.version),
        _role(found.role, free=found.free),
    ]


def postgres_version(number: int) -> Finding:
    """Whether a ``server_version_num`` is one that keeps its promises on row-level security."""
    major, minor = divmod(number, 10_000)
    shown = f"version {major}.{minor}"
    if major < min(LOWEST_POSTGRES):
        fix = f"Move to PostgreSQL {max(LOWEST_POSTGRES)} or newer."
        return Finding("postgresql", f"{shown} is too old", fix)
    lowest = LOWEST_POSTGRES.get(major, 0)
    if number < lowest:
        wanted = f"{major}.{lowest % 10_000}"
        text = f"{shown} has known holes in row-level security"
        return Finding("postgresql", text, f"Update the server to {wanted} or newer.")
    return Finding("postgresql", shown)


def _role(name: str, *, free: bool) -> Finding:
    if not free:
        return Finding("role", f"'{name}' is held by row-level security")
    fix = (
        "Make a role for the service: CREATE ROLE clientgraph LOGIN PASSWORD '…'; use it in "
        "database_url, and the owner's in migration_url; then: clientgraph migrate"
    )
    text = f"'{name}' is a superuser or bypasses row-level security, which keeps workspaces apart"
    return Finding("role", text, fix)


async def _migrations(settings: Settings) -> Finding:
    try:
        with told_plainly(without_password(settings.database_url)):
            names = await missing(settings.database_url, CORE)
    except (DatabaseProblem, MigrationError) as problem:
        return from_problem("migrations", str(problem))
    if names:
        text = f"{len(names)} not applied: {', '.join(names)}"
        return Finding("migrations", text, "Apply them: clientgraph migrate")
    return Finding("migrations", "all applied")


def plugins_found(plugins: Plugins) -> list[Finding]:
    """Each plugin, and why one was left out."""
    return [
        Finding("plugin", f"{info.name} {info.version}")
        if info.status == "ACTIVE"
        else Finding(
            "plugin",
            f"{info.name} {info.version} is quarantined: {'; '.join(info.errors)}",
            "Update or remove it, or leave it out of the setting 'plugins'.",
        )
        for info in plugins.infos.values()
    ]


def _port(host: str, port: int) -> Finding:
    try:
        with closing(listen(host, port)):
            return Finding("port", f"{port} of {host} is free")
    except OSError as error:
        text = f"{port} of {host} cannot be used: {os.strerror(error.errno or 0)}"
        fix = "Stop what uses it (the service itself, if it runs), or set another port."
        return Finding("port", text, fix)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)
