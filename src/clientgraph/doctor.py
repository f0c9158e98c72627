"""Looks at an installation and says what is wrong with it, and how to put it right."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import AsyncIterator, Collection
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final
from uuid import UUID

from clientgraph.app import MODELS
from clientgraph.clients.documents import missing_documents
from clientgraph.config import Settings, without_password
from clientgraph.errors import SettingsError, StorageUnavailable
from clientgraph.files.stores import storage_of
from clientgraph.loading import installed
from clientgraph.organisations.service import all_organisations
from clientgraph.plugin_readiness import configure, strangers
from clientgraph.plugin_settings.stored import misfits
from clientgraph.plugins import PluginInfo, Plugins
from clientgraph.storage.database import Database, dialect_of, sqlite_path
from clientgraph.storage.ids import uuid7
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import MigrationError, missing
from clientgraph.storage.scope import Scope
from clientgraph.storage.state import (
    HAS_FTS5,
    LOWEST_SQLITE,
    SQLITE,
    DatabaseProblem,
    journal_mode,
    server,
    told_plainly,
)
from clientgraph.vault import Vault

# The minor releases of August 2025 repair CVE-2025-8713 (row-level security) among others.
LOWEST_POSTGRES: Final = {15: 15_0014, 16: 16_0010, 17: 17_0006}
_PROBE: Final = b"clientgraph doctor"
# What must be well for the settings that workspaces stored to be read.
_FOR_STORED: Final = frozenset({"secret", "database", "migrations"})


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
    plugins = installed(settings.plugins)
    if all(one.good for one in found if one.topic == "database"):
        found.append(await _migrations(settings, plugins))
        if found[-1].good:
            found.append(await _search(settings))
    if settings.file_store:
        found.append(await _file_store(settings))
    configure(plugins, settings.plugin)
    found += plugins_found(plugins, settings.plugins)
    if all(one.good for one in found if one.topic in _FOR_STORED):
        found += await _stored(settings, plugins)
    found += [_stranger(name) for name in strangers(plugins, settings.plugin)]
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
    if not HAS_FTS5:
        fix = "Use a Python whose SQLite was built with FTS5, which searches need."
        library = Finding("sqlite", f"library {version} without FTS5", fix)
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


async def _migrations(settings: Settings, plugins: Plugins) -> Finding:
    steps = chain(CORE, *plugins.migrations.values())
    try:
        with told_plainly(without_password(settings.database_url)):
            names = await missing(settings.database_url, [*steps])
    except (DatabaseProblem, MigrationError) as problem:
        return from_problem("migrations", str(problem))
    if names:
        text = f"{len(names)} not applied: {', '.join(names)}"
        return Finding("migrations", text, "Apply them: clientgraph migrate")
    return Finding("migrations", "all applied")


async def _search(settings: Settings) -> Finding:
    """Whether searches look through every client; each workspace is asked by itself."""
    database, lacking = Database(settings.database_url, MODELS, pool=1), 0
    try:
        with told_plainly(without_password(settings.database_url)):
            await database.open()
            async with database.read(Scope(operator=True)) as session:
                known = [each.id for each in await all_organisations(session)]
            for organisation_id in known:
                async with database.read(Scope(organisation=organisation_id)) as session:
                    lacking += await missing_documents(session)
    except DatabaseProblem as problem:
        return from_problem("search", str(problem))
    finally:
        await database.close()
    if lacking:
        fix = "Make them findable: clientgraph search rebuild"
        return Finding("search", f"{lacking} clients cannot be found by a search", fix)
    return Finding("search", "every client can be found")


async def _stored(settings: Settings, plugins: Plugins) -> list[Finding]:
    """Settings of workspaces that do not fit the plugins that are installed now."""
    database = Database(settings.database_url, MODELS, pool=1)
    try:
        with told_plainly(without_password(settings.database_url)):
            await database.open()
            found = await misfits(database, plugins, Vault(settings.secret()))
    except DatabaseProblem as problem:
        return [from_problem("settings", str(problem))]
    finally:
        await database.close()
    fix = "Have an owner or admin of the workspace mend them with pluginConfigure."
    return [Finding("settings", str(each), fix) for each in found]


def plugins_found(plugins: Plugins, allowed: Collection[str] | None = None) -> list[Finding]:
    """Each plugin, why one was left out, and what ``allowed`` names that is not there."""
    found = [_plugin(info, plugins.notes(info.name)) for info in plugins.infos.values()]
    for name in sorted(set(allowed or ()) - set(plugins.infos)):
        fix = "Install its distribution, or take it out of the setting 'plugins'."
        found.append(Finding("plugin", f"{name} is allowed, but not installed", fix))
    if allowed is not None and not allowed:
        found.append(Finding("plugins", "safe mode: the setting 'plugins' allows none"))
    return found


def _plugin(info: PluginInfo, notes: Collection[str]) -> Finding:
    name = f"{info.name} {info.version}".strip()
    if info.reason:
        fix = "Update or remove it, or leave it out of the setting 'plugins'."
        return Finding("plugin", f"{name} is quarantined: {info.reason}", fix)
    return Finding("plugin", "; ".join([name, *notes]))


async def _file_store(settings: Settings) -> Finding:
    """Write, read and remove a file of nobody's in object storage."""
    fix = "Look at file_store and the settings after it, at the bucket, and at what the key may do."
    nobody, file_id = UUID(int=0), uuid7()
    try:
        storage = storage_of(settings)
        await storage.write(nobody, file_id, _probe(), len(_PROBE))
        pieces = await storage.read(nobody, file_id)
        read = b"".join([piece async for piece in pieces]) if pieces else b""
        await storage.remove(nobody, file_id)
    except SettingsError as error:
        return from_problem("files", error.problems[0])
    except StorageUnavailable as error:
        reason = str(error.__cause__).partition("\n")[0]
        return Finding("files", f"{settings.file_store} cannot be used: {reason}", fix)
    if read != _PROBE:
        return Finding("files", f"{settings.file_store} answers other bytes than it was sent", fix)
    return Finding("files", f"written, read and removed in {settings.file_store}")


async def _probe() -> AsyncIterator[bytes]:
    yield _PROBE


def _stranger(name: str) -> Finding:
    text = f"[plugin.{name}] is set for a plugin that is not there"
    return Finding("settings", text, "Correct the name, install the plugin, or remove the table.")


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
