"""The second wall, below the code: forged SQL through a session of one workspace.

A caller never sends SQL. What is tried here stands for our own mistakes: a forgotten condition, a
join too many, a plugin's query. On PostgreSQL the scope is a setting of the transaction, so SQL
that runs ``SET clientgraph.organisation`` itself is out of this wall's reach.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from clientgraph import global_ids
from clientgraph.app import create_app
from clientgraph.config import Settings
from clientgraph.errors import SettingsError
from clientgraph.storage.database import sqlite_path
from clientgraph.storage.ids import uuid7
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import ADMIN_URL, Workspaces
from tests.walls.conftest import Worlds
from tests.walls.fingerprint import as_superuser, everything, fingerprint

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)
# Tables that belong to no workspace. Everything else must have `organisation_id` and a wall.
COMMON = {"job_due", "plugin_table", "schema_migration", "verification_due"}
# Numbers of documents for numbers that stand for grams, which all sessions may read.
INDEXES = {"client_search_gram", "contact_search_gram"}
# Ways past the views that SQLite's own language offers.
BYPASSES = [
    "SELECT name FROM main.client",
    "SELECT count(*) FROM main.client",
    "SELECT rowid FROM main.client",
    'SELECT name FROM "main"."client"',
    "SELECT x.name FROM client JOIN main.client x",
    "SELECT name FROM (SELECT * FROM main.client) AS client",
    "WITH client AS (SELECT * FROM main.client) SELECT name FROM client",
    "WITH wall_client AS (SELECT * FROM main.client) SELECT name FROM wall_client",
    "SELECT (SELECT group_concat(name) FROM main.client)",
    "SELECT name FROM client UNION SELECT name FROM main.client",
    "SELECT sql FROM sqlite_master",
    "SELECT sql FROM sqlite_temp_master",
    "SELECT name FROM pragma_database_list",
    "INSERT INTO client SELECT * FROM main.client",
    "UPDATE client SET trading_name = (SELECT max(name) FROM main.client)",
    "UPDATE client SET trading_name = (SELECT max(name) FROM 'main' . client)",
    "UPDATE OR REPLACE main.client SET name = 'x'",
    "DELETE FROM client WHERE EXISTS (SELECT 1 FROM main.client)",
    "DELETE FROM main.client",
    "REPLACE INTO main.client SELECT * FROM client",
    "DROP VIEW temp.client",
    "DROP TABLE main.client",
    "CREATE TEMP TABLE client (id)",
    "CREATE TEMP VIEW mine AS SELECT * FROM main.client",
    "CREATE TEMP TRIGGER mine AFTER INSERT ON main.client BEGIN SELECT 1; END",
    "ALTER TABLE main.client RENAME TO other",
    "ATTACH DATABASE ':memory:' AS other",
    "DETACH DATABASE main",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA foreign_keys = OFF",
    "SELECT * FROM pragma_table_info('client')",
    "REINDEX",
    "ANALYZE",
    "SELECT count(*) FROM client_search_gram",
    "SELECT * FROM client_search_gram_data",
    'SELECT block FROM main."client_search_gram_data"',
    "SELECT * FROM Client_Search_Gram_Idx",
    "INSERT INTO client_search_gram (rowid, grams) VALUES (1, '[1]')",
    "INSERT INTO client_search_gram (client_search_gram) VALUES ('delete-all')",
    "WITH x AS (SELECT 1) INSERT INTO client_search_gram (client_search_gram) VALUES ('rebuild')",
    "UPDATE client_search_gram_config SET v = 0",
    "DELETE FROM client_search_gram_idx",
    "DELETE FROM client_search_gram",
    "PRAGMA data_version = 1",
]


@pytest.fixture
def sqlite_only(dialect: str) -> None:
    """For what only SQLite has."""
    if dialect != "sqlite":
        pytest.skip("about SQLite")


@pytest.fixture
def postgres_only(dialect: str) -> None:
    """For what only PostgreSQL has."""
    if dialect != "postgres":
        pytest.skip("about PostgreSQL")


@asynccontextmanager
async def trying(worlds: Worlds) -> AsyncIterator[Session]:
    """A writing session of the home workspace whose work is undone before it ends."""
    async with worlds.home.workspaces.database.write(at_home(worlds)) as session:
        await session.client.execute_script("SAVEPOINT trial")
        yield session
        await session.client.execute_script("ROLLBACK TO SAVEPOINT trial")


def at_home(worlds: Worlds) -> Scope:
    """The scope of the caller's workspace."""
    return Scope(organisation=worlds.home.workspace.id)


def row_of(ids: Any, kind: str) -> UUID:
    """The row behind one of a world's ids."""
    found = global_ids.decode(kind, ids[kind])
    assert found is not None
    return found


async def tenant_tables(worlds: Worlds) -> dict[str, str]:
    """Each walled table in the catalogue and its column that names the workspace."""
    settings = worlds.home.workspaces.settings
    found = {}
    for table in await everything(settings):
        # SQLite keeps figures for its planner, and what is in an index, in tables of their own.
        apart = table.startswith(("sqlite_", *INDEXES))
        if table not in COMMON and not apart:
            found[table] = "id" if table == "organisation" else "organisation_id"
    return found


async def test_every_table_is_walled(worlds: Worlds) -> None:
    """In every table of the catalogue a session sees its own rows, and without scope none."""
    for world in (worlds.home, worlds.away):
        api = await world.api("OWNER")
        await api.done("pluginConfigure", {"name": "stdnum", "isActive": True})
        sheet = {"template": "CLIENT_SHEET", "clientId": world.ids["Client"]}
        await api.done("documentRender", sheet)
    tables = await tenant_tables(worlds)
    database = worlds.home.workspaces.database
    assert len(tables) >= 8
    for table, key in tables.items():
        async with database.read(at_home(worlds)) as session:
            seen = await session.select(f"SELECT {key} AS owner FROM {table}")  # noqa: S608
        assert {str(row["owner"]) for row in seen} <= {str(worlds.home.workspace.id)}, table
        async with database.read(Scope()) as session:
            assert await session.select(f"SELECT * FROM {table}") == [], table  # noqa: S608
    rows = await everything(worlds.home.workspaces.settings)
    empty = {table for table in tables if not rows[table]}
    seldom = {"client_export_part", "idempotency", "plugin_state"}
    assert empty <= {*seldom, "invoicing_notice", "invoicing_welcome"}


async def test_foreign_rows_cannot_be_changed_or_removed(worlds: Worlds) -> None:
    """UPDATE and DELETE aimed at foreign rows, in every table, touch nothing."""
    before = await fingerprint(worlds.home.workspaces.settings)
    foreign = worlds.away.workspace.id
    for table, key in (await tenant_tables(worlds)).items():
        for sql in (
            f"UPDATE {table} SET {key} = {key} WHERE {key} = ?",  # noqa: S608
            f"DELETE FROM {table} WHERE {key} = ?",  # noqa: S608
        ):
            assert await touched(worlds, sql, [foreign]) in (0, "refused"), sql
    assert await fingerprint(worlds.home.workspaces.settings) == before


async def touched(worlds: Worlds, sql: str, values: list[Any]) -> int | str:
    """How many rows a forged statement touched, or that it was refused."""
    try:
        async with trying(worlds) as session:
            return await session.execute(sql, values)
    except Exception as error:  # noqa: BLE001 - of each database its own
        assert "workspace" in str(error) or "row-level security" in str(error), error  # noqa: PT017
        return "refused"


async def test_rows_cannot_be_put_or_moved_elsewhere(worlds: Worlds) -> None:
    """A row for another workspace cannot be inserted, nor an own row be given away."""
    insert = (
        "INSERT INTO member (id, organisation_id, version, created_at, updated_at, name, email,"
        " role, is_active) VALUES (?, ?, 1, ?, ?, 'x', 'x', 'OWNER', ?)"
    )
    foreign = worlds.away.workspace.id
    assert await touched(worlds, insert, [uuid7(), foreign, NOW, NOW, True]) == "refused"
    move = "UPDATE member SET organisation_id = ? WHERE organisation_id = ?"
    assert await touched(worlds, move, [foreign, worlds.home.workspace.id]) == "refused"


async def test_a_part_cannot_point_at_a_foreign_record(worlds: Worlds) -> None:
    """Composite keys: own rows that refer to a foreign client or member are refused."""
    foreign = worlds.away.ids
    parent = global_ids.decode("Client", foreign["Parent"])
    for table, column, target in (
        ("contact", "client_id", row_of(foreign, "Client")),
        ("address", "client_id", row_of(foreign, "Client")),
        ("identifier", "client_id", row_of(foreign, "Client")),
        ("client", "parent_id", parent),
        ("api_token", "member_id", row_of(foreign, "Member")),
    ):
        sql = f"UPDATE {table} SET {column} = ? WHERE organisation_id = ?"  # noqa: S608
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            async with worlds.home.workspaces.database.write(at_home(worlds)) as session:
                await session.execute(sql, [target, worlds.home.workspace.id])


async def test_a_credential_opens_one_row(worlds: Worlds) -> None:
    """The scope of a token's hash shows that token alone, and cannot write even that."""
    database = worlds.home.workspaces.database
    rows = await everything(worlds.home.workspaces.settings)
    hashes = [value for row in rows["api_token"] for value in row if is_hash(value)]
    assert len(hashes) == len(rows["api_token"])
    async with database.read(Scope(credential=hashes[0])) as session:
        found = await session.select("SELECT token_hash FROM api_token")
        assert found == [{"token_hash": hashes[0]}]
        assert await session.select("SELECT * FROM client") == []
        assert await session.select("SELECT * FROM organisation") == []
    before = await fingerprint(worlds.home.workspaces.settings)
    for sql in ("UPDATE api_token SET role = 'OWNER'", "DELETE FROM api_token"):
        try:
            async with database.write(Scope(credential=hashes[0])) as session:
                assert await session.execute(sql) == 0
        except Exception as error:  # noqa: BLE001 - of each database its own
            assert "another workspace" in str(error)  # noqa: PT017
    assert await fingerprint(worlds.home.workspaces.settings) == before


def is_hash(value: Any) -> bool:
    """Whether a value has the form of a token's hash."""
    return isinstance(value, str) and len(value) == 64


async def test_reading_sessions_cannot_write(worlds: Worlds) -> None:
    """Even own rows cannot be changed through a session that was opened to read."""
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        async with worlds.home.workspaces.database.read(at_home(worlds)) as session:
            await session.execute("UPDATE member SET name = 'x'")


@pytest.mark.parametrize("write", [False, True])
async def test_a_cancelled_session_leaves_nothing_behind(write: bool, worlds: Worlds) -> None:
    """Callers that leave at any moment leave no open transaction and no scope on a connection."""
    database = worlds.home.workspaces.database
    before = await fingerprint(worlds.home.workspaces.settings)

    async def work() -> None:
        async with (database.write if write else database.read)(at_home(worlds)) as session:
            await session.select("SELECT name FROM client")
            await asyncio.sleep(0.001)

    for number in range(120):
        task = asyncio.create_task(work())
        await asyncio.sleep(0.00005 * (number % 40))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    sessions = [database.read(Scope()) for _ in range(2)]
    async with sessions[0] as one, sessions[1] as two:
        for session in (one, two):
            assert await session.select("SELECT name FROM client") == []
    async with database.write(Scope()) as session:
        assert await session.select("SELECT name FROM client") == []
    assert await fingerprint(worlds.home.workspaces.settings) == before


@pytest.mark.usefixtures("sqlite_only")
@pytest.mark.parametrize("sql", BYPASSES)
@pytest.mark.parametrize("write", [False, True])
async def test_sqlite_refuses_ways_round(sql: str, write: bool, worlds: Worlds) -> None:
    """The tables themselves, the catalogue, DDL, PRAGMA and ATTACH are shut in any session."""
    database = worlds.home.workspaces.database
    before = await fingerprint(worlds.home.workspaces.settings)
    refusal = (
        "prohibited|not authorized|readonly|vtable constructor failed|another workspace"
        "|does not support scanning"
    )
    with pytest.raises(Exception, match=refusal):
        async with (database.write if write else database.read)(at_home(worlds)) as session:
            await session.select(sql)
    assert await fingerprint(worlds.home.workspaces.settings) == before


@pytest.mark.usefixtures("sqlite_only")
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL"])
async def test_sqlite_replaces_no_foreign_row(verb: str, worlds: Worlds) -> None:
    """An own row under the id of a foreign one does not push that one out."""
    before = await fingerprint(worlds.home.workspaces.settings)
    sql = (
        f"{verb} INTO member (id, organisation_id, version, created_at, updated_at, name, email,"
        " role, is_active) VALUES (?, ?, 1, ?, ?, 'x', 'x', 'OWNER', 1)"
    )
    values = [row_of(worlds.away.ids, "Member"), worlds.home.workspace.id, NOW, NOW]
    try:
        async with worlds.home.workspaces.database.write(at_home(worlds)) as session:
            await session.execute(sql, values)
    except Exception as error:  # noqa: BLE001 - which one depends on the verb
        assert "another workspace" in str(error) or "UNIQUE" in str(error)  # noqa: PT017
    assert await fingerprint(worlds.home.workspaces.settings) == before


@pytest.mark.usefixtures("sqlite_only")
async def test_sqlite_lists_work_after_the_schema_changed(worlds: Worlds) -> None:
    """A table made by another connection neither breaks json_each nor opens the wall."""
    path = sqlite_path(worlds.home.workspaces.settings.database_url)
    with closing(sqlite3.connect(path, timeout=30, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "CREATE TABLE passing (id)")
        async with worlds.home.workspaces.database.read(at_home(worlds)) as session:
            found = await session.select("SELECT value FROM json_each(?)", [["a", "b"]])
            assert found == [{"value": "a"}, {"value": "b"}]
            # Neither does an index, which is set up anew.
            sql = "SELECT rowid FROM client_search_gram WHERE client_search_gram MATCH '0'"
            assert await session.select(sql) == []
        await asyncio.to_thread(other.execute, "DROP TABLE passing")
    with pytest.raises(Exception, match="prohibited"):
        async with worlds.home.workspaces.database.read(at_home(worlds)) as session:
            await session.select("SELECT name FROM main.client")


@pytest.mark.usefixtures("postgres_only")
async def test_postgres_every_table_is_forced_under_a_policy(worlds: Worlds) -> None:
    """Row security is enabled and forced with a policy for all commands, on every tenant table."""
    name = urlsplit(worlds.home.workspaces.settings.database_url).path.lstrip("/")
    connection = await as_superuser(name)
    try:
        found = await connection.fetch(
            "SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,"
            " EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*'"
            " AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL) AS has_policy"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        )
    finally:
        await connection.close()
    walled = {row["name"] for row in found if row["forced"] and row["has_policy"]}
    assert walled == {row["name"] for row in found} - COMMON
    assert walled == set(await tenant_tables(worlds)) | INDEXES


@pytest.mark.usefixtures("postgres_only")
async def test_postgres_scope_ends_with_its_transaction(worlds: Worlds) -> None:
    """A pooled connection keeps nothing of the workspace that used it before."""
    database = worlds.home.workspaces.database
    for _ in range(6):
        async with database.read(at_home(worlds)) as session:
            assert len(await session.select("SELECT id FROM client")) > 0
        async with database.read(Scope()) as session:
            assert await session.select("SELECT id FROM client") == []


@pytest.mark.usefixtures("postgres_only")
async def test_postgres_a_superuser_is_refused_at_start(workspaces: Workspaces) -> None:
    """The service does not start with a role that row-level security does not hold."""
    path = urlsplit(workspaces.settings.database_url).path
    url = urlsplit(ADMIN_URL)._replace(path=path).geturl()
    app = create_app(Settings(database_url=url, secret_key="k" * 40))
    with pytest.raises(SettingsError, match="superuser or bypasses row-level security"):
        async with app.router.lifespan_context(app):
            pytest.fail("it started")


@pytest.mark.usefixtures("postgres_only")
async def test_postgres_a_table_without_its_wall_is_refused_at_start(
    workspaces: Workspaces,
) -> None:
    """A table whose row-level security somebody turned off is named, with the way back."""
    settings = workspaces.settings
    superuser = await as_superuser(urlsplit(settings.database_url).path.lstrip("/"))
    app = create_app(settings)
    try:
        await superuser.execute("ALTER TABLE contact NO FORCE ROW LEVEL SECURITY")
        with pytest.raises(SettingsError, match="row-level security is off for contact"):
            async with app.router.lifespan_context(app):
                pytest.fail("it started")
    finally:
        await superuser.execute("ALTER TABLE contact FORCE ROW LEVEL SECURITY")
        await superuser.close()
