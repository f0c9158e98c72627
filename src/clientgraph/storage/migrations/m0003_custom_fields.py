"""Custom fields: definitions, and values on clients, contacts and addresses."""

from __future__ import annotations

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

DEFINITION = """
    on_kind TEXT NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    labels TEXT NOT NULL,
    is_required {bool} NOT NULL,
    is_unique {bool} NOT NULL,
    options TEXT NOT NULL,
    default_value TEXT,
    section TEXT,
    position INTEGER NOT NULL,
    archived_at {time}"""

RECORDS = ("client", "contact", "address")


def _value_table(record: str) -> str:
    return f"""
    record_id {{uuid}} NOT NULL,
    definition_id {{uuid}} NOT NULL,
    ordinal INTEGER NOT NULL,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    key TEXT{{binary}},
    is_exclusive {{bool}} NOT NULL,
    FOREIGN KEY (organisation_id, record_id)
        REFERENCES {record} (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, definition_id)
        REFERENCES custom_field_definition (organisation_id, id)"""


def _indexes(table: str) -> list[str]:
    return [
        f"CREATE UNIQUE INDEX {table}_record ON {table}"
        " (organisation_id, record_id, definition_id, ordinal)",
        f"CREATE INDEX {table}_key ON {table} (organisation_id, definition_id, key, record_id)",
        f"CREATE UNIQUE INDEX {table}_unique ON {table} (organisation_id, definition_id, key)"
        " WHERE is_exclusive",
    ]


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    tables = {f"{record}_custom_value": _value_table(record) for record in RECORDS}
    return [
        record_table("custom_field_definition", DEFINITION, dialect),
        "CREATE UNIQUE INDEX custom_field_definition_key ON custom_field_definition"
        " (organisation_id, on_kind, key)",
        *(record_table(name, columns, dialect) for name, columns in tables.items()),
        *(index for name in tables for index in _indexes(name)),
        *walls(dialect, ["custom_field_definition", *tables]),
    ]
