"""What searches look through can be made anew, and is made for clients from before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clientgraph.clients.documents import missing_documents, rebuild_documents
from clientgraph.config import Settings
from clientgraph.loading import installed
from clientgraph.storage.ids import uuid7
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import migrate
from clientgraph.storage.scope import Scope
from clientgraph.storage.search import remove_documents
from clientgraph.testing import Api, Workspace, Workspaces, fresh_database
from tests.commands.running import Shell
from tests.search.finding import names
from tests.writes.whole_database import operator

pytestmark = pytest.mark.anyio


async def _forget(workspaces: Workspaces, workspace: Workspace) -> None:
    """Take all documents out, as if the clients were from before there were any."""
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        for record in ("client", "contact"):
            found = await session.select(f"SELECT {record}_id AS id FROM {record}_search")  # noqa: S608
            await remove_documents(session, record, [row["id"] for row in found])


async def _missing(workspaces: Workspaces, workspace: Workspace) -> int:
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        return await missing_documents(session)


async def test_what_is_missing_is_made(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """Clients without documents are counted, found by nothing, and after that as ever."""
    for number in range(3):
        await api.new_client(f"Alpha {number}", contacts=[{"lastName": "Curie"}])
    await _forget(workspaces, workspace)
    await api.new_client("Alpha 3")
    assert await _missing(workspaces, workspace) == 3
    assert await names(api, "alpha") == ["Alpha 3"]
    plugins = installed(None)
    done = await rebuild_documents(workspaces.database, plugins, workspace.id, every=False)
    assert (done, await _missing(workspaces, workspace)) == (3, 0)
    assert await names(api, "alpha") == [f"Alpha {number}" for number in range(4)]
    assert await names(api, "curie") == [f"Alpha {number}" for number in range(3)]
    assert (await api('{ contacts(search: "curie") { totalCount } }'))["contacts"][
        "totalCount"
    ] == 3


async def test_everything_is_made_anew(
    api: Api, workspaces: Workspaces, workspace: Workspace, other: Workspace
) -> None:
    """What does not fit the records is mended; the other workspace is not touched."""
    await api.new_client("Alpha", contacts=[{"lastName": "Curie"}])
    await other.api().new_client("Beta")
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        spoilt = "UPDATE client_search SET names = 'x', grams = ? WHERE organisation_id = ?"
        await session.execute(spoilt, [[1], workspace.id])
    assert await names(api, "alpha") == []
    plugins = installed(None)
    done = await rebuild_documents(workspaces.database, plugins, workspace.id, every=True)
    assert (done, await names(api, "alpha"), await names(api, "curie")) == (1, ["Alpha"], ["Alpha"])
    assert await names(other.api(), "beta") == ["Beta"]


async def test_batches_come_to_an_end(
    api: Api, workspaces: Workspaces, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More clients than one batch takes are all made, each once."""
    monkeypatch.setattr("clientgraph.clients.documents._BATCH", 2)
    for number in range(5):
        await api.new_client(f"Alpha {number}")
    await _forget(workspaces, workspace)
    plugins = installed(None)
    for every, many in ((False, 5), (False, 0), (True, 5)):
        done = await rebuild_documents(workspaces.database, plugins, workspace.id, every=every)
        assert done == many
    assert len(await names(api, "alpha")) == 5


BEFORE = next(n for n, step in enumerate(CORE) if step.name == "0008_search")


@pytest.fixture
async def older(dialect: str, tmp_path: Path) -> AsyncIterator[Shell]:
    """A folder with a database from before there were documents, with a client in it."""
    async with fresh_database(dialect, tmp_path, migrated=False) as (owner_url, app_url):
        await migrate(owner_url, CORE[:BEFORE], app_url)
        settings = Settings(database_url=app_url, migration_url=owner_url, secret_key="s" * 40)
        now = datetime.now(UTC)
        ids = uuid7(), uuid7()
        sqlite = dialect == "sqlite"
        time, own, row = (now.isoformat(" "), *map(str, ids)) if sqlite else (now, *ids)
        await operator(
            settings,
            "INSERT INTO organisation (id, version, created_at, updated_at, slug, name, country,"
            " locale, currency, payment_days, payment_end_of_month, requirements, next_reference)"
            " VALUES (?, 1, ?, ?, 'old', 'Old', 'FR', 'fr-FR', 'EUR', 30, false, 'lenient', 1)",
            *(own, time, time),
        )
        await operator(
            settings,
            "INSERT INTO client (id, organisation_id, version, created_at, updated_at, name,"
            " sort_name, search_text, kind, status, reference, country, is_country_default,"
            " vat_regime) VALUES (?, ?, 1, ?, ?, 'Mars', 'mars', 'mars', 'COMPANY', 'ACTIVE', 'R',"
            " 'FR', true, 'TAXABLE')",
            *(row, own, time, time),
        )
        named = {"DATABASE_URL": app_url, "MIGRATION_URL": owner_url, "SECRET_KEY": "s" * 40}
        settings_of = {f"CLIENTGRAPH_{name}": value for name, value in named.items()}
        yield Shell(tmp_path, {**settings_of, "CLIENTGRAPH_PORT": "0"})


async def test_clients_from_before_become_findable(older: Shell) -> None:
    """By the migration's command, once; the doctor says whether all is there."""
    first = older("migrate")
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("applied clientgraph/0008_search\n")
    assert first.out.endswith("\nmade 1 clients findable\nThe database is up to date.\n")
    assert older("migrate").out == "The database is up to date.\n"
    assert "search: every client can be found\n" in older("doctor").out


async def test_the_doctor_tells_what_is_missing(older: Shell) -> None:
    """With the command that mends it, for one workspace or all."""
    older("migrate")
    settings = Settings(
        database_url=older.settings["CLIENTGRAPH_DATABASE_URL"],
        migration_url=older.settings["CLIENTGRAPH_MIGRATION_URL"],
    )
    await operator(settings, "DELETE FROM client_search")
    told = older("doctor")
    assert told.code == 1
    assert "search: 1 clients cannot be found by a search\n" in told.out
    assert "       → Make them findable: clientgraph search rebuild\n" in told.out
    assert older("search", "rebuild", "old") == (0, "old: 1 clients\n", "")
    assert older("doctor").code == 0
    assert older("search", "rebuild") == (0, "old: 1 clients\n", "")
    missing = older("search", "rebuild", "nobody")
    assert (missing.code, missing.out) == (1, "")
    assert missing.err.startswith("Error: There is no workspace 'nobody'.")
