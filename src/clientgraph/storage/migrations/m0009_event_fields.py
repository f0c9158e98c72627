"""Custom fields of events: their values are as private as the event that has them."""

from __future__ import annotations

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.private import private_walls
from clientgraph.storage.session import Dialect

TABLE = "event_custom_value"

VALUE = """
    record_id {uuid} NOT NULL,
    definition_id {uuid} NOT NULL,
    ordinal INTEGER NOT NULL,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    key TEXT{binary},
    is_exclusive {bool} NOT NULL,
    FOREIGN KEY (organisation_id, record_id)
        REFERENCES event (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, definition_id)
        REFERENCES custom_field_definition (organisation_id, id)"""

# The type is in the index: values that nobody could read anew have keys of a former type.
INDEXES = [
    f"CREATE UNIQUE INDEX {TABLE}_record ON {TABLE}"
    " (organisation_id, record_id, definition_id, ordinal)",
    f"CREATE INDEX {TABLE}_key ON {TABLE} (organisation_id, definition_id, type, key, record_id)",
    f"CREATE UNIQUE INDEX {TABLE}_unique ON {TABLE} (organisation_id, definition_id, key)"
    " WHERE is_exclusive",
]


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table(TABLE, VALUE, dialect),
        *INDEXES,
        *walls(dialect, [TABLE]),
        *private_walls(dialect, [TABLE]),
    ]
