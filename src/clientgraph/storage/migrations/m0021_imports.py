"""Imports: the sheets that were given, and what becomes of each of their records."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

IMPORT: Final = """
    file_id {uuid} NOT NULL,
    filename TEXT NOT NULL,
    stage TEXT NOT NULL,
    options TEXT NOT NULL,
    sheet TEXT NOT NULL,
    matching TEXT NOT NULL,
    total INTEGER,
    job_id {uuid},
    token_id {uuid} NOT NULL,
    member_id {uuid},
    FOREIGN KEY (organisation_id, token_id) REFERENCES api_token (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES member (organisation_id, id)"""
# A client that was imported may go; that it was imported stays known.
ROW: Final = """
    import_id {uuid} NOT NULL,
    position INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    name TEXT,
    lines TEXT NOT NULL,
    action TEXT NOT NULL,
    decision TEXT,
    matched_by TEXT,
    outcome TEXT,
    client_id {uuid},
    completed TEXT NOT NULL,
    problems TEXT NOT NULL,
    candidates TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT,
    UNIQUE (organisation_id, import_id, position),
    FOREIGN KEY (organisation_id, import_id)
        REFERENCES client_import (organisation_id, id) ON DELETE CASCADE"""
INDEXES: Final = (
    "CREATE INDEX client_import_by_token ON client_import (organisation_id, token_id, id DESC)",
    "CREATE INDEX client_import_by_member ON client_import (organisation_id, member_id, id DESC)",
    "CREATE INDEX client_import_row_by_action"
    " ON client_import_row (organisation_id, import_id, action, position)",
)


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("client_import", IMPORT, dialect),
        record_table("client_import_row", ROW, dialect),
        *INDEXES,
        *walls(dialect, ["client_import", "client_import_row"]),
    ]
