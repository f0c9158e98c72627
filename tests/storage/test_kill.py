"""A server killed in the middle of writing: nothing acknowledged is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.storage.conftest import check_file
from tests.storage.servers import Server, served, until

from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.storage.database import Database, sqlite_path
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces, fresh_database

pytestmark = pytest.mark.anyio

CYCLES = 10
WRITERS = 6
WHOLE = """
    SELECT external_reference AS name, version,
        (SELECT count(*) FROM contact p WHERE p.client_id = client.id) AS contacts,
        (SELECT count(*) FROM contact p WHERE p.client_id = client.id AND is_main) AS main,
        (SELECT count(*) FROM address p WHERE p.client_id = client.id) AS addresses,
        (SELECT count(*) FROM identifier p WHERE p.client_id = client.id) AS identifiers
    FROM client"""


@dataclass
class Ledger:
    """What the callers know: answered for certain, and asked without an answer."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    unknown: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
async def apart(
    dialect: str, tmp_path: Path, workspaces: Workspaces
) -> AsyncIterator[tuple[Settings, Workspace]]:
    """A database of its own with one workspace."""
    async with fresh_database(dialect, tmp_path) as (owner_url, app_url):
        settings = Settings(database_url=app_url, migration_url=owner_url, secret_key="k" * 40)
        database = Database(app_url, MODELS, pool=2)
        await database.open()
        workspace = await Workspaces(
            settings, workspaces.client, database, workspaces.plugins
        ).make()
        await database.close()
        yield settings, workspace


def whole_client(name: str) -> dict[str, Any]:
    """A client with two contacts, one address and a SIRET, from which two identifiers follow."""
    number = int(name.partition("-")[2])
    return {
        "name": name,
        "externalReference": name,
        "idempotencyKey": name,
        "contacts": [{"lastName": "First"}, {"lastName": "Second"}],
        "addresses": [{"line1": f"{number} rue A"}],
        "identifiers": [{"kind": "FR_SIRET", "value": _siret(number + 1)}],
    }


def _siret(number: int) -> str:
    """A valid number for each client (Luhn, on the SIREN and on the whole)."""
    siren = _with_check(f"{number:08d}")
    return _with_check(f"{siren}0001")


def _with_check(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return f"{digits}{-total % 10}"


async def write(api: Api, given: dict[str, Any], ledger: Ledger) -> bool:
    """Try one creation; whether an answer came."""
    try:
        made = await api.new_client(**given)
    except (httpx2.TransportError, ValueError):
        ledger.unknown.append(given)
        return False
    ledger.acknowledged[given["externalReference"]] = made["id"]
    return True


async def load(server: Server, workspace: Workspace, ledger: Ledger, first: int) -> None:
    """Writers that go on until the server is gone."""
    roles = ("OWNER", "ADMIN", "MEMBER")

    async def writer(number: int) -> None:
        async with httpx2.AsyncClient(base_url=server.url, timeout=20) as client:
            api = Api(client, workspace.tokens[roles[number % 3]])
            for count in range(10_000):
                name = f"C-{first + number * 1000 + count}"
                if not await write(api, whole_client(name), ledger):
                    return

    await asyncio.gather(*(writer(number) for number in range(WRITERS)))


async def retry(server: Server, workspace: Workspace, ledger: Ledger) -> None:
    """Ask again, under the same keys, for what got no answer; and for some that did."""
    async with httpx2.AsyncClient(base_url=server.url, timeout=20) as client:
        waiting, ledger.unknown = ledger.unknown, []
        for given in waiting:
            for role in ("OWNER", "ADMIN", "MEMBER"):
                # A key belongs to its caller: only the one who asked first may ask again.
                if _role(given) == role:
                    assert await write(Api(client, workspace.tokens[role]), given, ledger)
        known = list(ledger.acknowledged.items())[-3:]
        for name, made in known:
            given = whole_client(name)
            api = Api(client, workspace.tokens[_role(given)])
            assert (await api.new_client(**given))["id"] == made


def _role(given: dict[str, Any]) -> str:
    number = int(given["name"].partition("-")[2])
    return ("OWNER", "ADMIN", "MEMBER")[(number % 100_000) // 1000 % 3]


async def stored(settings: Settings, workspace: Workspace) -> list[dict[str, Any]]:
    """Every client there is, with how many parts it has."""
    database = Database(settings.database_url, MODELS, pool=1)
    await database.open()
    async with database.read(Scope(organisation=workspace.id)) as session:
        found = await session.select(WHOLE)
    await database.close()
    return found


def _grown(ledger: Ledger, more: int) -> Callable[[], Awaitable[bool]]:
    """Whether so many more have been acknowledged since now."""
    wanted = len(ledger.acknowledged) + more

    async def grown() -> bool:
        return len(ledger.acknowledged) >= wanted

    return grown


async def test_killed_under_load(apart: tuple[Settings, Workspace], dialect: str) -> None:
    """Ten times: every acknowledged client is there once and whole, and none is there by half."""
    settings, workspace = apart
    ledger = Ledger()
    chance = random.Random(11)  # noqa: S311
    for cycle in range(CYCLES):
        async with served(settings) as server:
            await retry(server, workspace, ledger)
            writing = asyncio.create_task(load(server, workspace, ledger, cycle * 100_000))
            await until(_grown(ledger, chance.randint(5, 25)))
            await server.kill()
            await writing
            assert ledger.unknown
    async with served(settings) as server:
        await retry(server, workspace, ledger)
    found = await stored(settings, workspace)
    assert sorted(client["name"] for client in found) == sorted(ledger.acknowledged)
    assert len(found) >= CYCLES * (5 + 1)
    parts = {"version": 1, "contacts": 2, "main": 1, "addresses": 1, "identifiers": 3}
    assert [client for client in found if client != {"name": client["name"], **parts}] == []
    if dialect == "sqlite":
        check_file(sqlite_path(settings.database_url))
