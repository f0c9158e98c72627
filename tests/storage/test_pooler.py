"""PgBouncer before PostgreSQL, which gives each transaction another connection to the server."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.storage.servers import until

from clientgraph.app import MODELS
from clientgraph.bus import PostgresBus
from clientgraph.config import Settings
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, running

pytestmark = pytest.mark.anyio

# As few as two connections to the server, so that callers get each other's.
SERVER_CONNECTIONS = 2


def program() -> str:
    """Where PgBouncer is. The project's own checks install it; elsewhere it may be missing."""
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and os.environ.get("CI"):
        pytest.fail("pgbouncer is not installed: apt-get install pgbouncer")
    if found is None:
        pytest.skip("pgbouncer is not installed")
    return found


@asynccontextmanager
async def pooler(url: str, folder: Path) -> AsyncIterator[str]:
    """A PgBouncer that hands out connections by transaction; the URL of the database there."""
    parts = urlsplit(url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"[databases]\n* = host={parts.hostname} port={parts.port or 5432}"
        f" user={parts.username} password={parts.password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n"
        f"default_pool_size = {SERVER_CONNECTIONS}\n"
    )
    # It does not run as root.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = await asyncio.create_subprocess_exec(program(), "-q", *user, str(config))

    async def answers() -> bool:
        assert process.returncode is None, "pgbouncer did not start"
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    try:
        await until(answers)
        yield f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}"
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may read."""
    with TemporaryDirectory() as name:
        made = Path(name)
        made.chmod(0o755)
        yield made


@pytest.fixture
async def pooled(settings: Settings, dialect: str, folder: Path) -> AsyncIterator[Settings]:
    """The settings of the run, with a pooler before the database."""
    if dialect == "sqlite":
        pytest.skip("SQLite has no pooler")
    async with pooler(settings.database_url, folder) as url:
        yield replace(settings, pooler_url=url)


async def used(api: Api, number: int) -> Any:
    """Writes and reads of one caller, many different statements among them."""
    records = [{"name": f"Firm {number}.{n}", "externalReference": f"{number}.{n}"} for n in "ab"]
    given = {"matchBy": {"field": "EXTERNAL_REFERENCE"}, "records": records}
    made = await api.done("clientsUpsert", given, "created")
    client = await api.new_client(f"Other {number}", phone="01 44 55 66 77")
    change = {"id": client["id"], "expectedVersion": 1, "currency": "CHF"}
    await api.done("clientUpdate", change)
    await api(
        f'{{ clients(search: "firm {number}", filter: {{country: ["FR"]}}) {{ totalCount }} }}'
    )
    return made["created"]


async def test_two_processes_share_connections(pooled: Settings, workspace: Workspace) -> None:
    """Callers of two applications at once, over two connections: no statement is another's."""
    async with running(pooled) as one, running(pooled) as other:
        apis = [replace(workspace, client=client).api() for client in (one, other)]
        for _ in range(2):
            made = await asyncio.gather(*(used(apis[n % 2], n) for n in range(12)))
        assert made == [0] * 12
        found = await apis[0]("{ clients { totalCount } }")
    assert found["clients"]["totalCount"] == 12 * 2 + 12 * 2


async def test_changes_are_heard_past_the_pooler(pooled: Settings, workspace: Workspace) -> None:
    """NOTIFY goes through it, and is heard from the server itself."""
    bus = PostgresBus(pooled.database_url)
    await bus.open()
    heard = bus.listen(Scope(organisation=workspace.id))
    async with running(pooled) as client:
        await replace(workspace, client=client).api().new_client()
        change = await asyncio.wait_for(anext(heard), 10)
    await bus.close()
    assert (change.type, change.action) == ("Client", "CREATED")


async def test_statements_end_in_time(pooled: Settings, workspace: Workspace) -> None:
    """The timeouts hold, although the pooler takes none when it is connected to."""
    database = Database(pooled.pooler_url, MODELS, pool=1, pooled=True)
    await database.open()
    try:
        for write in (database.write, database.read):
            async with write(Scope(organisation=workspace.id)) as session:
                (shown,) = await session.select("SHOW statement_timeout")
            assert shown == {"statement_timeout": "8s"}
    finally:
        await database.close()
