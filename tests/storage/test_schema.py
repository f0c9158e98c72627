"""The migrated tables are what the models say, and records refer within their workspace only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import import_module
from itertools import chain
from typing import Any

import pytest
from tests.writes.whole_database import superuser
from tortoise.fields import (
    BinaryField,
    BooleanField,
    CharField,
    DateField,
    DatetimeField,
    IntField,
    TextField,
    UUIDField,
)
from tortoise.models import Model

from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.loading import installed
from clientgraph.storage.database import dialect_of, sqlite_path
from clientgraph.testing import Workspaces

pytestmark = pytest.mark.anyio

Columns = dict[str, tuple[str, bool]]

TYPES: dict[str, dict[type[Any], str]] = {
    "sqlite": {
        UUIDField: "CHAR(36)",
        TextField: "TEXT",
        CharField: "TEXT",
        IntField: "INTEGER",
        BooleanField: "INTEGER",
        DateField: "DATE",
        DatetimeField: "TIMESTAMP",
        BinaryField: "BLOB",
    },
    "postgres": {
        UUIDField: "uuid",
        TextField: "text",
        CharField: "text",
        IntField: "integer",
        BooleanField: "boolean",
        DateField: "date",
        DatetimeField: "timestamp with time zone",
        BinaryField: "bytea",
    },
}
# Tables that are written by SQL alone.
WITHOUT_MODEL = {
    "client_assignee",
    "client_category",
    "client_search",
    "client_search_gram",
    "client_template_assignee",
    "contact_search",
    "contact_search_gram",
    "idempotency",
    "job_due",
    "plugin_table",
    "schema_migration",
    "verification_due",
}
# What SQLite keeps an index of FTS5 in.
OF_INDEXES = ("_search_gram_data", "_search_gram_idx", "_search_gram_config")
# Column by which one table refers to another.
REFERENCES = {
    ("address", "client_id"),
    ("address_custom_value", "definition_id"),
    ("address_custom_value", "record_id"),
    ("api_token", "member_id"),
    ("bank_account", "client_id"),
    ("client", "parent_id"),
    ("client_assignee", "client_id"),
    ("client_assignee", "member_id"),
    ("client_category", "category_id"),
    ("client_category", "client_id"),
    ("client_custom_value", "definition_id"),
    ("client_custom_value", "record_id"),
    ("attachment", "author_id"),
    ("attachment", "client_id"),
    ("attachment", "contact_id"),
    ("attachment", "event_id"),
    ("consent", "client_id"),
    ("consent", "contact_id"),
    ("consent", "recorded_by_id"),
    ("consent", "withdrawn_by_id"),
    ("client_export", "member_id"),
    ("client_export", "token_id"),
    ("client_export_part", "export_id"),
    ("client_import", "member_id"),
    ("client_import", "token_id"),
    ("client_import_row", "import_id"),
    ("client_integration", "client_id"),
    ("client_integration", "linked_by_id"),
    ("client_integration", "template_id"),
    ("client_invitation", "client_id"),
    ("client_invitation", "invited_by_id"),
    ("field_origin", "client_id"),
    ("mandate", "client_id"),
    ("mandate", "recorded_by_id"),
    ("mandate", "revoked_by_id"),
    ("client_search", "client_id"),
    ("client_template_assignee", "client_template_id"),
    ("client_template_assignee", "member_id"),
    ("contact", "client_id"),
    ("contact_custom_value", "definition_id"),
    ("contact_custom_value", "record_id"),
    ("contact_search", "contact_id"),
    ("event", "assignee_id"),
    ("event", "author_id"),
    ("event", "client_id"),
    ("event", "contact_id"),
    ("event_custom_value", "definition_id"),
    ("event_custom_value", "record_id"),
    ("file", "member_id"),
    ("file", "token_id"),
    ("identifier", "client_id"),
    ("job", "member_id"),
    ("job", "token_id"),
    ("saved_view", "author_id"),
    ("verification", "client_id"),
}
# SQLite cannot add these to a table that exists.
POSTGRES_REFERENCES = {
    ("client", "template_id"),
    ("client", "type_id"),
    ("contact", "civility"),
    ("contact", "source_id"),
    ("file", "attachment_id"),
}


def models() -> dict[str, type[Model]]:
    """Every model by the name of its table."""
    found = {}
    for module in MODELS:
        for each in vars(import_module(module)).values():
            if isinstance(each, type) and issubclass(each, Model) and each.__module__ == module:
                found[each._meta.db_table] = each
    # A model that others are made from has no table of its own.
    found.pop("", None)
    return found


def declared(model: type[Model], dialect: str) -> Columns:
    """A model's columns: type and whether null is possible."""
    types = TYPES[dialect]
    return {
        column: (
            next(types[kind] for kind in types if isinstance(model._meta.fields_map[field], kind)),
            model._meta.fields_map[field].null,
        )
        for field, column in model._meta.fields_db_projection.items()
    }


async def migrated(settings: Settings) -> dict[str, Columns]:
    """Every table's columns as the database has them."""
    if dialect_of(settings.database_url) == "sqlite":
        sql = (
            'SELECT m.name, c.name, c.type, c."notnull" OR c.pk FROM sqlite_master m'
            ", pragma_table_info(m.name) c WHERE m.type = 'table'"
            " AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
        with closing(sqlite3.connect(sqlite_path(settings.database_url))) as connection:
            rows = [(t, c, kind, not full) for t, c, kind, full in connection.execute(sql)]
    else:
        database = await superuser(settings)
        sql = (
            "SELECT table_name, column_name, data_type, is_nullable = 'YES'"
            " FROM information_schema.columns WHERE table_schema = 'public'"
        )
        try:
            rows = [tuple(row) for row in await database.fetch(sql)]
        finally:
            await database.close()
    found: dict[str, Columns] = {}
    for table, column, kind, null in rows:
        if table.endswith(OF_INDEXES):
            continue
        found.setdefault(table, {})[column] = (kind, bool(null))
    return found


async def test_the_tables_are_those_of_the_models(
    settings: Settings, dialect: str, workspaces: Workspaces
) -> None:
    """Every table has its model and every model its table, column by column."""
    tables = await migrated(settings)
    expected = {name: declared(model, dialect) for name, model in models().items()}
    of_plugins = set(chain.from_iterable(each.tables for each in installed().declared.values()))
    assert set(tables) == set(expected) | WITHOUT_MODEL | of_plugins
    for name, columns in expected.items():
        assert tables[name] == columns, name


async def test_parts_refer_to_rows_of_their_own_workspace(
    settings: Settings, dialect: str, workspaces: Workspaces
) -> None:
    """Each reference between records carries the workspace; each goes along with its index."""
    if dialect == "sqlite":
        sql = (
            'SELECT m.name, f.id, f."from" FROM sqlite_master m'
            ", pragma_foreign_key_list(m.name) f"
            " WHERE m.type = 'table' AND f.\"table\" <> 'organisation' ORDER BY 1, 2, f.seq"
        )
        with closing(sqlite3.connect(sqlite_path(settings.database_url))) as connection:
            rows = connection.execute(sql).fetchall()
    else:
        sql = (
            "SELECT c.conrelid::regclass::text, c.oid, a.attname FROM pg_constraint c"
            " CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY k(n, place)"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n"
            " WHERE c.contype = 'f' AND c.confrelid <> 'organisation'::regclass"
            " AND c.conrelid::regclass::text NOT LIKE '%search_gram'"
            " ORDER BY 1, 2, k.place"
        )
        database = await superuser(settings)
        rows = [tuple(row) for row in await database.fetch(sql)]
        await database.close()
    references: dict[tuple[str, int], list[str]] = {}
    for table, key, column in rows:
        references.setdefault((table, key), []).append(column)
    assert {columns[0] for columns in references.values()} == {"organisation_id"}
    found = {(table, *columns[1:]) for (table, _), columns in references.items()}
    assert found == REFERENCES | (POSTGRES_REFERENCES if dialect == "postgres" else set())


async def test_texts_that_lists_are_sorted_by_go_by_their_bytes(
    settings: Settings, dialect: str, workspaces: Workspaces
) -> None:
    """Whatever the language of a PostgreSQL database, which would order them in its own way."""
    if dialect == "sqlite":
        pytest.skip("about PostgreSQL")
    sql = (
        "SELECT table_name || '.' || column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS NULL"
        " AND (column_name LIKE 'sort!_%' ESCAPE '!' OR column_name = 'email_key'"
        " OR column_name = 'key' AND table_name LIKE '%!_custom!_value' ESCAPE '!')"
    )
    database = await superuser(settings)
    found = [row[0] for row in await database.fetch(sql)]
    await database.close()
    assert found == []
