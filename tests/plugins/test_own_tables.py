"""Tables of a plugin's own: made by migrations, walled, and written by nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest

from clientgraph import (
    Context,
    Info,
    OwnTable,
    Permission,
    PluginContext,
    PluginMigration,
    hookimpl,
    mutation,
    query,
)
from clientgraph.app import create_app
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.storage.ids import uuid7
from clientgraph.storage.migrator import migrate
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces, fresh_database, running
from tests.invoicing import with_plugin

# Its tables are nobody else's: the database is one of this module's own.
from tests.module_database import settings, workspaces
from tests.plugins.declared import field

__all__ = ["settings", "workspaces"]

pytestmark = pytest.mark.anyio

NOTES = OwnTable(
    name="scrap_book_note",
    columns="client_id {uuid}, text TEXT{binary} NOT NULL, is_kept {bool}, seen_at {time}",
    indexes=["organisation_id, client_id", "UNIQUE organisation_id, text"],
)
FIRST = PluginMigration(name="0001_notes", tables=[NOTES])
COLUMN = "ALTER TABLE scrap_book_note ADD COLUMN colour TEXT"
SECOND = PluginMigration(name="0002_colours", statements=lambda _dialect: [COLUMN])
INSERT = (
    "INSERT INTO scrap_book_note (id, organisation_id, version, created_at, updated_at, text)"
    " VALUES (?, ?, 1, ?, ?, ?)"
)


def row(context: Any, text: str) -> list[Any]:
    """What `INSERT` takes."""
    now = datetime.now(UTC)
    return [uuid7(), context.organisation_id, now, now, text]


def scrap_book(*steps: PluginMigration, sql: str = INSERT) -> Any:
    """A plugin that keeps notes in a table of its own."""

    def own(context: Context) -> Any:
        return context.for_plugin("scrap-book")

    @mutation(Permission.CLIENTS_WRITE, "Keep a note.")
    async def scrap_note(info: Info, text: str) -> int | None:
        context = own(info.context)
        return int(await context.execute(sql, row(context, text) if "?" in sql else []))

    @query(Permission.CLIENTS_READ, "The notes.")
    async def scrap_notes(info: Info) -> list[str]:
        found = await own(info.context).select("SELECT text FROM scrap_book_note ORDER BY text", [])
        return [str(each["text"]) for each in found]

    return SimpleNamespace(
        migrations=hookimpl(lambda: list(steps)),
        graphql_fields=hookimpl(lambda: {"Query": [scrap_notes], "Mutation": [scrap_note]}),
    )


async def keep(api: Api, text: str) -> Any:
    """Keep a note; the whole answer."""
    return await api.answer("mutation($t: String!) { scrapNote(text: $t) }", {"t": text})


async def test_hook_migrations(settings: Settings, workspace: Workspace, other: Workspace) -> None:
    """Each workspace has rows of its own, on both databases, in SQL that names none."""
    plugins = with_plugin("scrap-book", scrap_book(FIRST, SECOND))
    async with running(settings, plugins) as client:
        api, beside = (replace(each, client=client).api() for each in (workspace, other))
        assert (await keep(api, "ours"))["data"] == {"scrapNote": 1}
        assert (await keep(api, "b"))["data"] == {"scrapNote": 1}
        assert (await keep(beside, "ours"))["data"] == {"scrapNote": 1}
        assert await api("{ scrapNotes }") == {"scrapNotes": ["b", "ours"]}
        assert await beside("{ scrapNotes }") == {"scrapNotes": ["ours"]}
        assert (await keep(api, "ours"))["data"] == {"scrapNote": None}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE scrap_book_note SET organisation_id = '{other}'",
        "INSERT INTO scrap_book_note (id, organisation_id, version, created_at, updated_at, text)"
        " SELECT '{id}', '{other}', 1, created_at, updated_at, 'x' FROM scrap_book_note",
    ],
)
async def test_no_row_gets_into_another_workspace(
    settings: Settings, workspace: Workspace, other: Workspace, sql: str
) -> None:
    """The database refuses the statement, and the transaction is undone."""
    text = sql.format(other=other.id, id=uuid7())
    fair = with_plugin("scrap-book", scrap_book(FIRST, SECOND))
    async with running(settings, fair) as client:
        assert (await keep(replace(workspace, client=client).api(), "mine"))["data"]
    foul = with_plugin("scrap-book", scrap_book(FIRST, SECOND, sql=text))
    async with running(settings, foul) as client:
        api, beside = (replace(each, client=client).api() for each in (workspace, other))
        assert (await keep(api, "x"))["data"] == {"scrapNote": None}
        assert await api("{ scrapNotes }") == {"scrapNotes": ["mine"]}
        assert await beside("{ scrapNotes }") == {"scrapNotes": []}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE client SET name = 'x'",
        "DELETE FROM plugin_state",
        "UPDATE api_token SET role = 'OWNER'",
        'UPDATE "client" SET name = 1',
        "UPDATE main.client SET name = 'x'",
        "WITH gone AS (DELETE FROM client RETURNING id) UPDATE scrap_book_note SET text = 'x'",
        "DROP TABLE scrap_book_note",
        "SELECT 1",
    ],
)
async def test_only_tables_of_its_own_are_written(
    settings: Settings, workspace: Workspace, workspaces: Workspaces, sql: str
) -> None:
    """In a mutation and outside of one; nothing is changed."""
    plugins = with_plugin("scrap-book", scrap_book(FIRST, SECOND, sql=sql))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        await api.new_client("Kept")
        assert (await keep(api, "x"))["data"] == {"scrapNote": None}
        found = await api("{ clients { nodes { name } } plugins { name isActive } }")
    assert found["clients"]["nodes"] == [{"name": "Kept"}]
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        roles = await session.select("SELECT DISTINCT role FROM api_token")
    assert len(roles) == 4


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("SELECT name FROM client", "client"),
        ("SELECT text FROM scrap_book_note, organisation", "organisation"),
        (
            "SELECT text FROM scrap_book_note WHERE text IN (SELECT token_hash FROM api_token)",
            "api",
        ),
        ("INSERT INTO scrap_book_note (text) SELECT name FROM client", "client"),
        ("UPDATE scrap_book_note SET text = (SELECT MAX(name) FROM client)", "client"),
        ("DELETE FROM scrap_book_note WHERE text IN (SELECT name FROM client)", "client"),
    ],
)
async def test_only_tables_of_its_own_are_read(
    settings: Settings, workspace: Workspace, sql: str, table: str
) -> None:
    """What it may read, and how it gets at the rest, is said; what else is asked is answered."""

    async def load(context: PluginContext, _ids: Sequence[UUID]) -> Mapping[UUID, str]:
        await (context.select if sql.startswith("SELECT") else context.execute)(sql, [])
        return {}

    book = scrap_book(FIRST, SECOND)
    book.batch_fields = hookimpl(lambda: [field(load)])
    plugins = with_plugin("scrap-book", book)
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        body = await api.answer('mutation { clientCreate(input: {name: "A"}) { client { club } } }')
    assert [each["extensions"]["code"] for each in body["errors"]] == ["PLUGIN_FAILED"]
    (said,) = plugins.infos["scrap-book"].errors
    assert said.startswith(
        f"PermissionError: the plugin 'scrap-book' cannot read the table '{table}"
    )
    assert said.endswith(
        "only its own: scrap_book_note. Ask for records of the service by context.graphql"
    )


WIPE = {
    "sqlite": (),
    "postgres": (
        "CREATE OR REPLACE FUNCTION scrap_book_wipe() RETURNS int LANGUAGE plpgsql AS"
        " $$ BEGIN DELETE FROM scrap_book_note; RETURN 1; END $$",
    ),
}
WRITERS = {
    "sqlite": [
        "DELETE FROM scrap_book_note RETURNING text",
        "WITH gone AS (SELECT 1) DELETE FROM main.scrap_book_note",
        "UPDATE client SET name = 'x' RETURNING name",
        "INSERT INTO plugin_table VALUES ('a', 'b')",
        "PRAGMA query_only=OFF",
    ],
    "postgres": [
        "WITH gone AS (DELETE FROM scrap_book_note RETURNING text) SELECT text FROM gone",
        "WITH gone AS (UPDATE client SET name = 'x' RETURNING 1) SELECT 1 FROM gone",
        "SELECT scrap_book_wipe() AS text",
        "DELETE FROM scrap_book_note RETURNING text",
        "SET TRANSACTION READ WRITE",
    ],
}


def peeking(sql: str, number: int, told: list[BaseException]) -> Any:
    """A plugin that writes a note, reads by this statement, and writes another note."""

    @mutation(Permission.CLIENTS_WRITE, "Keep two notes.")
    async def scrap_note(info: Info) -> int:
        own = info.context.for_plugin("scrap-book")
        await own.execute(INSERT, row(own, f"before {number}"))
        try:
            await own.select(sql, [])
        except Exception as error:  # noqa: BLE001 - looked at by the test
            told.append(error)
        return await own.execute(INSERT, row(own, f"after {number}"))

    found = scrap_book(FIRST, SECOND)
    whole = found.graphql_fields()
    found.graphql_fields = hookimpl(lambda: {**whole, "Mutation": [scrap_note]})
    return found


async def test_select_writes_nothing(
    settings: Settings, workspace: Workspace, dialect: str
) -> None:
    """The database refuses it, inside a mutation as well, which then goes on writing."""
    for number, sql in enumerate(WRITERS[dialect]):
        told: list[BaseException] = []
        plugins = with_plugin("scrap-book", peeking(sql, number, told))
        async with running(settings, plugins) as client:
            await as_owner(settings, WIPE[dialect])
            api = replace(workspace, client=client).api()
            await api.new_client("Kept")
            assert await api("mutation { scrapNote }") == {"scrapNote": 1}, sql
            assert len(told) == 1, sql
            notes = (await api("{ scrapNotes }"))["scrapNotes"]
            found = await api("{ clients { nodes { name } } }")
        assert {f"before {number}", f"after {number}"} <= {*notes}, sql
        assert {each["name"] for each in found["clients"]["nodes"]} == {"Kept"}
        if "query_only" not in sql and "WITH gone AS (SELECT" not in sql:
            said = ("select only reads", "cannot read the table")
            assert any(each in str(told[0]) for each in said) or "READ WRITE" in sql, sql


async def as_owner(settings: Settings, statements: Sequence[str]) -> None:
    """Run statements as the owner of the tables does."""
    if not statements:
        return
    connection = await asyncpg.connect(settings.owner_url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def test_a_plugin_without_its_tables_is_left_out(
    settings: Settings, dialect: str, tmp_path: Path
) -> None:
    """It is told so with what to do, its fields answer an error, and all else is served."""
    async with fresh_database(dialect, tmp_path) as urls:
        bare = replace(settings, database_url=urls[1], migration_url=urls[0])
        plugins = with_plugin("scrap-book", scrap_book(FIRST, SECOND))
        await served_without(bare, plugins, "not applied. Run 'clientgraph migrate'")
        await migrate(bare.owner_url, plugins_steps(FIRST), bare.database_url)
        half = with_plugin("scrap-book", scrap_book(FIRST, SECOND))
        await served_without(bare, half, "0002_colours not applied")
        other = replace(NOTES, columns="text TEXT")
        edited = with_plugin("scrap-book", scrap_book(replace(FIRST, tables=[other])))
        await served_without(bare, edited, "applied with other statements")


def plugins_steps(*steps: PluginMigration) -> Sequence[Any]:
    """The plugin's steps as they are applied."""
    return Plugins({"scrap-book": scrap_book(*steps)}).migrations["scrap-book"]


async def served_without(settings: Settings, plugins: Plugins, reason: str) -> None:
    """The service starts, with the plugin quarantined for this reason."""
    app = create_app(settings, plugins)
    async with app.router.lifespan_context(app):
        info = plugins.infos["scrap-book"]
        assert info.status == "QUARANTINED"
        assert reason in str(info.errors[-1])
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            made = await Workspaces.begin(settings, client, plugins)
            api = (await made.make()).api()
            assert await api.codes("{ scrapNotes }") == ["PLUGIN_INACTIVE"]
            await api.new_client("Served")
            await made.database.close()


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([replace(FIRST, name="Notes 1")], "names must be in lower snake"),
        (
            [FIRST, replace(SECOND, name="0001_notes")],
            "names must be in lower snake",
        ),
        ([replace(FIRST, tables=[replace(NOTES, name="note")])], "must begin with 'scrap_book_'"),
        ([replace(FIRST, tables=[replace(NOTES, name="scrap_book_" + "x" * 40)])], "may have 48"),
        ([replace(FIRST, tables=[NOTES, NOTES])], "declared twice"),
        (
            [replace(FIRST, tables=[replace(NOTES, columns="c {uuid} REFERENCES client (id)")])],
            "no REFERENCES",
        ),
        ([replace(FIRST, tables=[replace(NOTES, columns="c {colour}")])], "KeyError"),
        ([replace(FIRST, tables=["scrap_book_note"])], "str is not an OwnTable"),
        (["0001"], "str is not a PluginMigration"),
    ],
)
def test_bad_tables_leave_their_plugin_out(steps: list[Any], reason: str) -> None:
    """Before anything is made."""
    plugins = Plugins({"scrap-book": scrap_book(*steps)})
    assert plugins.infos["scrap-book"].status == "QUARANTINED"
    assert reason in str(plugins.infos["scrap-book"].errors[0])


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE client ADD COLUMN colour TEXT",
        "ALTER TABLE client RENAME TO scrap_book_client",
        "ALTER TABLE scrap_book_note DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE scrap_book_note ADD COLUMN c TEXT REFERENCES client (id)",
        "ALTER TABLE scrap_book_note ADD COLUMN c TEXT; DROP TABLE client",
        "CREATE INDEX client_by_colour ON scrap_book_note (colour)",
        "CREATE INDEX scrap_book_1 ON client (name)",
        "DROP INDEX client_by_template",
        "DROP TABLE client",
        "CREATE TABLE scrap_book_more (id TEXT)",
        "CREATE TRIGGER scrap_book_t AFTER INSERT ON client BEGIN SELECT 1; END",
        "UPDATE client SET name = 'x'",
        "DELETE FROM schema_migration",
    ],
)
def test_migrations_touch_nothing_of_others(statement: str) -> None:
    """Whatever is not a column or an index of a table of its own is refused."""
    bad = PluginMigration(name="0002_bad", statements=lambda _dialect: [statement])
    plugins = Plugins({"scrap-book": scrap_book(FIRST, bad)})
    assert plugins.infos["scrap-book"].status == "QUARANTINED"
    assert "ValueError" in str(plugins.infos["scrap-book"].errors[0])


def test_two_plugins_cannot_claim_one_table() -> None:
    """A prefix may be the beginning of another plugin's; a table has one owner."""
    deep = OwnTable(name="scrap_book_note", columns="text TEXT")
    step = PluginMigration(name="0001", tables=[deep])
    plugins = Plugins({"scrap-book": scrap_book(FIRST), "scrap": scrap_book(step)})
    assert plugins.infos["scrap"].status == "QUARANTINED"
    assert "table scrap_book_note is claimed by scrap-book" in str(plugins.infos["scrap"].errors[0])
