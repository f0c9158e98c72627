"""Exports: which clients were asked for, in their order, and the file that came of it."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

EXPORT: Final = """
    format TEXT NOT NULL,
    columns TEXT NOT NULL,
    total INTEGER NOT NULL,
    file_id {uuid},
    job_id {uuid},
    token_id {uuid} NOT NULL,
    member_id {uuid},
    FOREIGN KEY (organisation_id, token_id) REFERENCES api_token (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES member (organisation_id, id)"""
PART: Final = """
    export_id {uuid} NOT NULL,
    position INTEGER NOT NULL,
    ids {bytes} NOT NULL,
    UNIQUE (organisation_id, export_id, position),
    FOREIGN KEY (organisation_id, export_id)
        REFERENCES client_export (organisation_id, id) ON DELETE CASCADE"""
INDEXES: Final = (
    "CREATE INDEX client_export_by_token ON client_export (organisation_id, token_id, id DESC)",
    "CREATE INDEX client_export_by_member ON client_export (organisation_id, member_id, id DESC)",
)


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("client_export", EXPORT, dialect),
        record_table("client_export_part", PART, dialect),
        *INDEXES,
        *walls(dialect, ["client_export", "client_export_part"]),
    ]
